"""What the console has of the members' phones: the way there, the shop's words, the requests."""

from collections.abc import Sequence
from typing import ClassVar

import msgspec
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.faces.console.people import member_url, name_shown
from regulars.faces.console.reaching import Reach, phones_reach
from regulars.faces.h5.codes import path_of, pictured
from regulars.faces.h5.colours import face_of
from regulars.faces.h5.door import shop_name
from regulars.faces.h5.sample import sample_card
from regulars.faces.h5.wording import Wording, wordings
from regulars.foundation.database.session import unit_retried
from regulars.foundation.errors import RegularsError
from regulars.foundation.sms import sms_is_shown_here, sms_provider
from regulars.foundation.webkit.blocks import (
    Action,
    Block,
    Card,
    Columns,
    Fact,
    Facts,
    Head,
    Words,
    blocks_page,
    is_part_wanted,
    part_page,
)
from regulars.foundation.webkit.details import log_card
from regulars.foundation.webkit.forms import (
    DEED,
    Asked,
    FilledForm,
    Form,
    form_answered,
    form_filled,
    is_look,
)
from regulars.foundation.webkit.pages import may, refusal_shown, staff_actor
from regulars.foundation.webkit.screens import Screen, Text, screen_register
from regulars.foundation.webkit.tables import Empty
from regulars.foundation.webkit.templatetags.webkit import instant
from regulars.members.profiles.selectors import members_get
from regulars.members.requests.selectors import requests_open
from regulars.members.requests.services import request_close
from regulars.members.requests.types import RequestKind, RequestView

CHANGE = "stores.manage"
ACTS: dict[str, Text] = {
    "phone.words_changed": gettext_lazy("Words on the members' phone changed"),
}
KINDS = {
    RequestKind.EXPORT: gettext_lazy("A copy of the data"),
    RequestKind.ERASE: gettext_lazy("Erase the data"),
}


class Way(msgspec.Struct, frozen=True):
    """The address of the phone's pages as a picture to scan, and in letters."""

    template: ClassVar[str] = "h5/parts/way.html"

    address: str
    size: int
    path: str


def phone_page(request: HttpRequest) -> HttpResponse:
    """The way to the phone's pages, what the shop says there, and the texts of consents."""
    forms = {each.form.deed: each for each in wordings(staff_actor(request))}
    answered, sample = None, sample_card()
    if request.method == "POST":
        asked = forms.get(request.POST.get(DEED, ""), forms["words"])
        sample = sample_card(asked.form.deed, request.POST)
        if is_look(request) and is_part_wanted(request):
            return part_page(request, sample)
        if is_look(request):
            answered = form_filled(asked.form, request.POST)
        else:
            answered = form_answered(request, asked.form, asked.deed)
        if answered is None:
            messages.success(request, _("Done."))
            return redirect("console:phone")
    shown = _drawn(forms, answered) if may(request, CHANGE) else []
    head = Head(
        _("Members' phones"),
        _("Members see card, points and reasons on their own phones; nothing is to be installed."),
        actions=(Action(_("Print a poster"), reverse("console:phone-poster"), "main"),),
    )
    status = answered.status if answered else 200
    reach = phones_reach(request)
    way: tuple[Block, ...] = (*_cautions(reach), _way(reach))
    blocks: Sequence[Block] = [
        Columns(left=tuple(shown), right=(sample, Card(_("Open on a phone"), way)))
        if shown
        else Card(_("Open on a phone"), way)
    ]
    log = [log_card(request, "phone", ACTS)] if shown else []
    return blocks_page(request, head, [*blocks, *log], status=status)


def poster_page(request: HttpRequest) -> HttpResponse:
    """A sheet to print and put on the counter: scan to join."""
    reach = phones_reach(request)
    context = {
        "way": _way(reach),
        "trouble": reach.trouble,
        "shop_name": shop_name(),
        "face": face_of(),
    }
    return render(request, "h5/poster.html", context)


def requests_page(request: HttpRequest) -> HttpResponse:
    """What members ask about their data, the oldest first; each is closed when it is done."""
    if request.method == "POST":
        _request_closed(request)
        return redirect("console:requests")
    waiting = requests_open()
    members = {each.id: each for each in members_get([each.member_id for each in waiting])}
    blocks: list[Block] = [
        Card(
            KINDS[each.kind],
            (
                Facts(
                    (
                        Fact(
                            _("Member"),
                            name_shown(members[each.member_id]),
                            href=member_url(members[each.member_id]),
                        ),
                        Fact(_("Asked for on"), instant(each.created_at)),
                    )
                ),
                form_filled(_closing(each)),
            ),
        )
        for each in waiting
        if each.member_id in members
    ]
    head = Head(
        _("Requests of members"),
        _("Members ask on their phones for a copy of their data, or to be erased."),
        count=len(waiting) or None,
    )
    nobody = Empty(
        _("Nobody is waiting"),
        _("What they ask for on their phones appears here."),
    )
    return blocks_page(request, head, blocks or [Card("", (nobody,))])


def _way(reach: Reach) -> Way:
    size, bits = pictured(reach.address, "m")
    return Way(reach.address, size, path_of(size, bits))


def _cautions(reach: Reach) -> list[Block]:
    """What keeps phones from coming here, and what to do about it."""
    found: list[Block] = []
    if reach.trouble:
        found.append(Words(reach.trouble, "warn"))
    elif not reach.address.startswith("https:"):
        text = _("Without https the card works, but it can't be installed on the home screen.")
        found.append(Words(text, "warn"))
    if sms_provider() is None:
        text = _("No code can be sent: name a carrier in REGULARS_SMS_PROVIDER.")
        found.append(Words(text, "bad"))
    elif sms_is_shown_here():
        text = _("Codes are only shown on this server, not sent: see the file sent-messages.txt.")
        found.append(Words(text, "warn"))
    return found


def _request_closed(request: HttpRequest) -> None:
    """Closes what was asked for, and says so; to be erased only with a reason why not."""
    actor, asked = staff_actor(request), request.POST.get("request", "")[:40]
    reason = request.POST.get("reason", "")
    try:
        unit_retried(
            lambda unit: request_close(unit=unit, actor=actor, request=asked, reason=reason)
        )
    except RegularsError as refusal:
        messages.error(request, refusal_shown(refusal))
    else:
        messages.success(request, _("Done."))


def _closing(each: RequestView) -> Form:
    hidden = Asked("request", "", kind="hidden", required=False, initial=each.public_id)
    if each.kind is not RequestKind.ERASE:
        hint = _("First hand the file over in person: it is made on the member's page.")
        return Form("close", "", _("It is done"), (hidden,), lead=hint, look="")
    hint = _("Erase her on her page, and this is closed by itself. Look first at what is owed.")
    reason = Asked("reason", _("Why she is not erased"), kind="long", maximum=200, hint=hint)
    # Several may stand below each other: each field has a name of its own on the page.
    deed = f"close-{each.public_id}"
    return Form(deed, "", _("Close without erasing"), (reason, hidden), look="")


def _drawn(forms: dict[str, Wording], answered: FilledForm | None) -> list[Block]:
    """Each form; the one that was refused with what was typed."""
    return [
        answered if answered and answered.form.deed == deed else form_filled(each.form)
        for deed, each in forms.items()
    ]


screen_register(
    screen=Screen(
        name="phone",
        path="phone/",
        view=phone_page,
        title=gettext_lazy("Members' phones"),
        section="members",
        icon="devices",
        place=60,
        right="members.view",
        change=CHANGE,
        # The poster is printed by who leads a shop; a cashier has nothing to do there.
        listed="members.manage",
    )
)
screen_register(
    screen=Screen(
        name="phone-poster",
        path="phone/poster/",
        view=poster_page,
        title=gettext_lazy("Poster"),
        right="members.view",
    )
)
screen_register(
    screen=Screen(
        name="requests",
        path="requests/",
        view=requests_page,
        title=gettext_lazy("Requests of members"),
        section="members",
        icon="receipt",
        place=70,
        right="members.manage",
        count=lambda _request: len(requests_open()),
    )
)
