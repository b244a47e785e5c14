"""The console's pages of webhooks: list, make, look at deliveries, send again."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.foundation.errors import RegularsError
from regulars.foundation.outbox.catalogue import notices_declared
from regulars.foundation.webkit.blocks import Action
from regulars.foundation.webkit.details import log_card
from regulars.foundation.webkit.filters import Filter
from regulars.foundation.webkit.forms import Asked, Form, Values, forms_answered, managed_page
from regulars.foundation.webkit.listing import ListColumn
from regulars.foundation.webkit.listrows import SmallRows
from regulars.foundation.webkit.lists import RoomList, Row, Viewer, list_register, list_shown
from regulars.foundation.webkit.numbers import amount_text
from regulars.foundation.webkit.pages import merchant_text, page, refusal_shown, staff_actor
from regulars.foundation.webkit.screens import Screen, Text, screen_register
from regulars.foundation.webkit.tables import Cell, Empty, Tone
from regulars.foundation.webkit.templatetags.webkit import instant
from regulars.organization.webhooks.deliveries import (
    again_page,
    deliveries_page,
    deliveries_shown,
)
from regulars.organization.webhooks.selectors import webhook_get, webhooks_list
from regulars.organization.webhooks.services import (
    webhook_create,
    webhook_held_send,
    webhook_pause,
    webhook_resume,
    webhook_secret_rotate,
)
from regulars.organization.webhooks.types import WebhookView

ACTS: dict[str, Text] = {
    "webhook.created": gettext_lazy("Webhook made"),
    "webhook.updated": gettext_lazy("Webhook changed"),
    "webhook.paused": gettext_lazy("Webhook paused"),
    "webhook.resumed": gettext_lazy("Webhook resumed"),
    "webhook.secret_rotated": gettext_lazy("Webhook's secret replaced"),
    "webhook.held_sent": gettext_lazy("Held notices sent"),
}
WORKINGS: tuple[tuple[str, Text, Tone], ...] = (
    ("working", gettext_lazy("working"), "good"),
    ("failing", gettext_lazy("failing"), "bad"),
    ("paused", gettext_lazy("paused"), "quiet"),
)
EVERYTHING = "*"
URL_LONG = 500


def webhooks_page(request: HttpRequest) -> HttpResponse:
    """All webhooks, and a form for a new one."""
    made: list[tuple[WebhookView, str]] = []

    def create(given: Values) -> None:
        made.append(
            webhook_create(
                actor=staff_actor(request),
                name=given["name"],
                url=given["url"],
                kinds=[EVERYTHING] if EVERYTHING in given["kinds"] else given["kinds"],
            )
        )

    answered = forms_answered(request, lambda: (_form(),), {"create": create})
    if made:
        return _detail(request, *made[0])
    return managed_page(
        request,
        title=_("Webhooks"),
        lead=_("Tells another system at once what happens here, such as a sale or a new member."),
        actions=(Action(_("All deliveries"), reverse("console:webhooks-deliveries")),),
        table=list_shown(request, WEBHOOKS),
        forms=answered.forms,
        status=answered.status,
    )


def _form() -> Form:
    kinds = [(each.kind, merchant_text(dict(each.texts))) for each in notices_declared()]
    return Form(
        "create",
        _("New webhook"),
        _("Make the webhook"),
        (
            Asked("name", _("Name")),
            Asked(
                "url",
                _("Address"),
                maximum=URL_LONG,
                placeholder="https://",
                hint=_("Of the other system; it starts with https://."),
            ),
            Asked(
                "kinds",
                _("What is told"),
                options=((EVERYTHING, _("everything, also what later versions add")), *kinds),
                many=True,
                initial=(EVERYTHING,),
                notes={code: (code,) for code, _text in kinds},
                folded=frozenset([code for code, _text in kinds]),
                folded_title=_("Only some of it"),
            ),
        ),
        places={
            "webhook_url_refused": "url",
            "unknown_notice_kind": "kinds",
            "notice_kinds_missing": "kinds",
        },
    )


def webhook_page(request: HttpRequest, webhook: str) -> HttpResponse:
    """One webhook with its newest deliveries, and what can be done with it."""
    try:
        if request.method == "POST":
            return _done(request, webhook)
        return _detail(request, webhook_get(webhook), None)
    except RegularsError as refusal:
        messages.error(request, refusal_shown(refusal))
        return redirect("console:webhooks")


def _done(request: HttpRequest, webhook: str) -> HttpResponse:
    actor, deed = staff_actor(request), request.POST.get("do", "")
    if deed == "rotate":
        view, secret = webhook_secret_rotate(actor=actor, webhook=webhook)
        return _detail(request, view, secret)
    deeds: dict[str, Callable[[], object]] = {
        "pause": lambda: webhook_pause(actor=actor, webhook=webhook),
        "resume": lambda: webhook_resume(actor=actor, webhook=webhook),
        "send-held": lambda: webhook_held_send(actor=actor, webhook=webhook),
    }
    if deed in deeds:
        deeds[deed]()
        messages.success(request, _("Done."))
    return redirect("console:webhooks-one", webhook)


def _detail(request: HttpRequest, view: WebhookView, secret: str | None) -> HttpResponse:
    context = {
        "title": view.name,
        "webhook": webhook_get(view.webhook),
        "secret": secret,
        "deliveries": deliveries_shown(request, view.webhook),
        "address": reverse("console:webhooks-one", args=[view.webhook]),
        "log": log_card(request, view.webhook, ACTS),
        "previous_until": instant(view.previous_secret_until) if view.previous_secret_until else "",
    }
    return page(request, "organization_webhooks/webhook.html", context)


def _rows(_viewer: Viewer) -> list[Row]:
    return [_row(each) for each in webhooks_list()]


def _row(each: WebhookView) -> Row:
    href = reverse("console:webhooks-one", args=[each.webhook])
    state, words, tone = _state(each)
    since = each.failing_since
    note = _("since %(at)s") % {"at": instant(since)} if state == "failing" and since else ""
    return Row(
        each.webhook,
        {
            "webhook": Cell(each.name, href=href, note=each.url),
            "notices": Cell(" ".join(each.kinds), code=True),
            "waiting": Cell(amount_text(each.waiting)),
            "stuck": Cell(amount_text(each.dead + each.held)),
            "state": Cell(words, tone=tone, note=note),
        },
        values={"waiting": each.waiting, "stuck": each.dead + each.held, "state": state},
    )


def _state(each: WebhookView) -> tuple[str, Text, Tone]:
    if not each.is_active:
        return WORKINGS[2]
    return WORKINGS[1] if each.failing_since is not None else WORKINGS[0]


def _filters(_viewer: Viewer) -> tuple[Filter, ...]:
    states = tuple([(code, words) for code, words, _tone in WORKINGS])
    return (
        Filter("q", gettext_lazy("Name, address or notice"), kind="text"),
        Filter("state", gettext_lazy("State"), states),
    )


WEBHOOKS = list_register(
    RoomList(
        screen="webhooks",
        title=gettext_lazy("Webhooks"),
        columns=(
            ListColumn("webhook", gettext_lazy("Webhook"), sort=True),
            ListColumn("notices", gettext_lazy("Notices"), words=True),
            ListColumn("waiting", gettext_lazy("Waiting"), numeric=True, sort=True),
            ListColumn("stuck", gettext_lazy("For a person"), numeric=True, sort=True),
            ListColumn("state", gettext_lazy("State"), sort=True),
        ),
        order="webhook",
        rows=SmallRows(_rows),
        empty=Empty(
            gettext_lazy("No webhooks yet"),
            gettext_lazy(
                "A webhook tells another system what happens here: sales, points, redemptions."
            ),
        ),
        filters=_filters,
        export="webhooks.manage",
        by_store=False,
    )
)

screen_register(
    screen=Screen(
        name="webhooks",
        path="webhooks/",
        view=webhooks_page,
        title=gettext_lazy("Webhooks"),
        section="settings",
        icon="hooks",
        place=30,
        right="webhooks.manage",
    )
)
screen_register(
    screen=Screen(
        name="webhooks-deliveries",
        path="webhooks/deliveries/",
        view=deliveries_page,
        title=gettext_lazy("Deliveries of webhooks"),
        right="webhooks.manage",
    )
)
screen_register(
    screen=Screen(
        name="webhooks-again",
        path="webhooks/deliveries/again/",
        view=again_page,
        title=gettext_lazy("Send again"),
        right="webhooks.manage",
    )
)
screen_register(
    screen=Screen(
        name="webhooks-one",
        path="webhooks/<str:webhook>/",
        view=webhook_page,
        title=gettext_lazy("Webhook"),
        right="webhooks.manage",
    )
)
