"""The console's page of web shops: which are connected, and connecting another."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.foundation.webkit.forms import Asked, Form, Values, form_answered, form_filled
from regulars.foundation.webkit.pages import merchant_text, page, posted, staff_actor
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
SECRET_LONG = 200


def web_shops_page(request: HttpRequest) -> HttpResponse:
    """All connected web shops, and a form for another."""
    made: list[tuple[ConnectionView, str]] = []
    form, status = form_filled(_form()), 200
    if request.POST.get("do") == "end":
        ended = posted(request, _ended, "console:web-shops")
        if isinstance(ended, HttpResponse):
            return ended
        status = ended
    elif request.method == "POST":
        again = form_answered(
            request, form.form, lambda given: made.append(_connected(request, given))
        )
        if again is not None:
            form, status = again, again.status
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
        "address": request.build_absolute_uri(made[0][0].address) if made else "",
        "secret": made[0][1] if made else "",
        "form": form,
    }
    return page(request, "rules_inbound/web_shops.html", context, status=status)


def _form() -> Form:
    stores = [
        (each.code, merchant_text(dict(each.name))) for each in stores_list() if each.is_active
    ]
    return Form(
        "connect",
        _("Connect a web shop"),
        _("Connect"),
        (
            Asked("name", _("Name")),
            Asked("shape", _("Kind of web shop"), options=tuple(SHAPES.items())),
            Asked(
                "source",
                _("Source"),
                maximum=40,
                initial="web-shop",
                hint=_("Small letters, digits, hyphens. Sales of this shop carry it."),
            ),
            Asked("store", _("Store that sells"), options=(("", _("none")), *stores)),
            Asked("unknown", _("When the buyer is no member"), options=tuple(UNKNOWN.items())),
            Asked(
                "secret",
                _("Secret"),
                required=False,
                maximum=SECRET_LONG,
                hint=_("Shopify shows its own; leave it empty for WooCommerce."),
            ),
        ),
        places={"source_taken": "source", "unknown_store": "store"},
    )


def _ended(request: HttpRequest) -> None:
    inbound_end(actor=staff_actor(request), connection=request.POST.get("connection", ""))


def _connected(request: HttpRequest, given: Values) -> tuple[ConnectionView, str]:
    return inbound_connect(
        actor=staff_actor(request),
        name=given["name"],
        shape=given["shape"],
        source=given["source"],
        unknown=given["unknown"],
        store=given["store"] or None,
        secret=given["secret"] or None,
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
