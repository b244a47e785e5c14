"""The console's page of web shops: which are connected, and connecting another."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.foundation.errors import RegularsError
from regulars.foundation.webkit.pages import merchant_text, page, refusal_shown, staff_actor
from regulars.foundation.webkit.screens import Screen, Text, screen_register
from regulars.organization.stores.selectors import stores_list
from regulars.rules.inbound.selectors import connections_list
from regulars.rules.inbound.services import inbound_connect, inbound_end
from regulars.rules.inbound.types import ConnectionView, Shape, Unknown

SHAPES: dict[str, str] = {Shape.SHOPIFY: "Shopify", Shape.WOOCOMMERCE: "WooCommerce"}
UNKNOWN: dict[str, Text] = {
    Unknown.WALK_IN: gettext_lazy("book a walk-in sale"),
    Unknown.ENROL: gettext_lazy("enrol the buyer"),
}


def web_shops_page(request: HttpRequest) -> HttpResponse:
    """All connected web shops, and a form for another."""
    made: ConnectionView | None = None
    secret = ""
    try:
        if request.POST.get("do") == "end":
            inbound_end(actor=staff_actor(request), connection=request.POST.get("connection", ""))
            messages.success(request, _("The connection is ended."))
            return redirect("console:web-shops")
        if request.method == "POST":
            made, secret = _connected(request)
    except RegularsError as refusal:
        messages.error(request, refusal_shown(refusal))
    context = {
        "title": _("Web shops"),
        "rows": [
            (
                each,
                SHAPES[each.shape],
                UNKNOWN[each.unknown],
                request.build_absolute_uri(each.address),
            )
            for each in connections_list()
        ],
        "address": request.build_absolute_uri(made.address) if made else "",
        "secret": secret,
        "given": request.POST if made is None else {},
        "shapes": SHAPES.items(),
        "unknown": UNKNOWN.items(),
        "stores": [
            (each.code, merchant_text(dict(each.name))) for each in stores_list() if each.is_active
        ],
    }
    refused = request.method == "POST" and made is None
    return page(request, "rules_inbound/web_shops.html", context, status=422 if refused else 200)


def _connected(request: HttpRequest) -> tuple[ConnectionView, str]:
    given = request.POST
    return inbound_connect(
        actor=staff_actor(request),
        name=given.get("name", ""),
        shape=given.get("shape", ""),
        source=given.get("source", "").strip(),
        unknown=given.get("unknown", ""),
        store=given.get("store") or None,
        secret=given.get("secret", "").strip() or None,
    )


screen_register(
    screen=Screen(
        name="web-shops",
        path="web-shops/",
        view=web_shops_page,
        title=gettext_lazy("Web shops"),
        section="settings",
        icon="hooks",
        place=24,
        right="webshops.manage",
    )
)
