"""What was sent to other systems, page by page, and sending some of it once more."""

from collections.abc import Mapping, Sequence

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from regulars.foundation.errors import RegularsError
from regulars.foundation.ids import internal_id, public_id
from regulars.foundation.outbox.catalogue import notices_declared
from regulars.foundation.webkit.blocks import Action, Fact, Head, blocks_page
from regulars.foundation.webkit.confirming import Confirmation, confirmation_page, is_confirmed
from regulars.foundation.webkit.filters import Filter
from regulars.foundation.webkit.listing import Bulk, DrawnList, ListColumn
from regulars.foundation.webkit.listrows import QueryRows
from regulars.foundation.webkit.lists import RoomList, Row, Viewer, list_register, list_shown
from regulars.foundation.webkit.numbers import amount_text
from regulars.foundation.webkit.pages import merchant_text, refusal_shown, staff_actor
from regulars.foundation.webkit.screens import Text
from regulars.foundation.webkit.tables import Cell, Empty, Tone
from regulars.foundation.webkit.templatetags.webkit import instant
from regulars.organization.webhooks.models import Delivery
from regulars.organization.webhooks.selectors import delivery_view, webhooks_list
from regulars.organization.webhooks.services import delivery_redeliver
from regulars.organization.webhooks.types import (
    DELIVERY_PREFIX,
    WEBHOOK_PREFIX,
    DeliveryState,
    DeliveryView,
)

STATES: dict[str, tuple[Text, Tone]] = {
    DeliveryState.WAITING: (gettext_lazy("waiting"), "warn"),
    DeliveryState.DELIVERED: (gettext_lazy("delivered"), "good"),
    DeliveryState.DEAD: (gettext_lazy("given up"), "bad"),
    DeliveryState.HELD: (gettext_lazy("held back"), "warn"),
}
# A page of the list has fewer.
TICKED_MAX = 200


def deliveries_page(request: HttpRequest) -> HttpResponse:
    """What was sent by all webhooks, or by one of them."""
    head = Head(
        _("Deliveries of webhooks"),
        _("Each notice on its way to another system. What waits is tried again by itself."),
        back=Action(_("Webhooks"), reverse("console:webhooks")),
    )
    return blocks_page(request, head, [deliveries_shown(request)])


def deliveries_shown(request: HttpRequest, webhook: str = "") -> DrawnList:
    """The list, on the page of one webhook with its deliveries only."""
    return list_shown(
        request,
        DELIVERIES,
        fixed={"webhook": webhook} if webhook else None,
        bulk=(Bulk("redeliver", _("Send again")),),
        bulk_href=reverse("console:webhooks-again"),
    )


def again_page(request: HttpRequest) -> HttpResponse:
    """Asks before ticked deliveries are sent once more, and does it."""
    ticked = _ticked(request)
    found = [each for each in ticked if each.state != DeliveryState.WAITING]
    names = list(dict.fromkeys([each.webhook.name for each in found]))
    one = {each.webhook_id for each in ticked}
    href = reverse("console:webhooks-deliveries")
    if len(one) == 1:
        href = reverse("console:webhooks-one", args=[public_id(WEBHOOK_PREFIX, *one)])
    if not found:
        messages.error(request, _("Tick what is to be sent again. What waits is sent by itself."))
        return redirect(href)
    question = Confirmation(
        title=_("Send these again?"),
        consequences=(
            Fact(_("Deliveries"), amount_text(len(found)), note=_(", ").join(names)),
            Fact(_("How they arrive"), _("under the same message id as before")),
        ),
        button=_("Send again"),
        back=href,
        is_final=False,
        carried=tuple([("key", public_id(DELIVERY_PREFIX, each.id)) for each in found]),
    )
    if not is_confirmed(request, question):
        return confirmation_page(request, question)
    _sent_again(request, found)
    return redirect(href)


def _ticked(request: HttpRequest) -> list[Delivery]:
    """The deliveries that are ticked."""
    ids = []
    for key in list(dict.fromkeys(request.POST.getlist("key")))[:TICKED_MAX]:
        try:
            ids.append(internal_id(DELIVERY_PREFIX, key))
        except RegularsError:
            continue
    rows = Delivery.objects.filter(id__in=ids).select_related("webhook").defer("body")
    return list(rows.order_by("id"))


def _sent_again(request: HttpRequest, found: Sequence[Delivery]) -> None:
    actor = staff_actor(request)
    try:
        for each in found:
            delivery_redeliver(actor=actor, delivery=public_id(DELIVERY_PREFIX, each.id))
    except RegularsError as refusal:
        # One that was cleared away meanwhile; what came before it is on its way.
        messages.error(request, refusal_shown(refusal))
        return
    words = ngettext("%(count)s is sent again.", "%(count)s are sent again.", len(found))
    messages.success(request, words % {"count": amount_text(len(found))})


def _rows(found: Sequence[Delivery]) -> list[Row]:
    words = {each.kind: merchant_text(dict(each.texts)) for each in notices_declared()}
    return [_row(each, delivery_view(each), words) for each in found]


def _row(row: Delivery, each: DeliveryView, words: Mapping[str, str]) -> Row:
    state, tone = STATES[each.state]
    webhook = reverse("console:webhooks-one", args=[public_id(WEBHOOK_PREFIX, row.webhook_id)])
    next_at = _("next try %(at)s") % {"at": instant(each.next_at)} if each.next_at else ""
    return Row(
        each.delivery,
        {
            "notice": Cell(words.get(each.kind, each.kind), note=each.kind),
            "webhook": Cell(row.webhook.name, href=webhook),
            "made": Cell(instant(each.created_at)),
            "state": Cell(state, tone=tone, note=next_at),
            "tries": Cell(amount_text(each.attempts)),
            "answer": Cell(_last(each)),
        },
    )


def _last(each: DeliveryView) -> str:
    if each.attempts == 0:
        return ""
    return f"{each.last_status or ''} {each.last_error}".strip()


def _filters(_viewer: Viewer) -> tuple[Filter, ...]:
    webhooks = tuple([(each.webhook, each.name) for each in webhooks_list()])
    states = tuple([(str(code), words) for code, (words, _tone) in STATES.items()])
    kinds = tuple([(each.kind, merchant_text(dict(each.texts))) for each in notices_declared()])
    return (
        Filter("webhook", gettext_lazy("Webhook"), webhooks),
        Filter("state", gettext_lazy("State"), states),
        Filter("notice", gettext_lazy("Notice"), kinds),
        Filter("made", gettext_lazy("Made"), kind="days"),
    )


DELIVERIES = list_register(
    RoomList(
        screen="webhooks-deliveries",
        title=gettext_lazy("Deliveries of webhooks"),
        columns=(
            ListColumn("notice", gettext_lazy("Notice"), words=True),
            ListColumn("webhook", gettext_lazy("Webhook")),
            ListColumn("made", gettext_lazy("Made"), sort=True),
            ListColumn("state", gettext_lazy("State")),
            ListColumn("tries", gettext_lazy("Tries"), numeric=True),
            ListColumn("answer", gettext_lazy("Last answer"), words=True),
        ),
        order="-made",
        rows=QueryRows(
            query=lambda: Delivery.objects.select_related("webhook").defer("body"),
            rows=_rows,
            # Ids are made in the order of time and have an index; the instant has none.
            orders={"made": "id"},
            where={
                "webhook": lambda webhook: Q(webhook_id=internal_id(WEBHOOK_PREFIX, webhook)),
                "state": lambda state: Q(state=state),
                "notice": lambda kind: Q(kind=kind),
            },
            days={"made": "created_at"},
        ),
        empty=Empty(
            gettext_lazy("Nothing was sent yet"),
            gettext_lazy("As soon as something happens here, it is told to the other system."),
        ),
        filters=_filters,
        export="webhooks.manage",
        by_store=False,
    )
)
