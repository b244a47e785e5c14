"""Her own affairs: cards, consents, devices, data, help."""

from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from regulars.faces.h5.door import Visitor, drawn, member_page, went
from regulars.faces.h5.errors import ConsentNeeded, TickMissing
from regulars.faces.h5.owned import tiles
from regulars.foundation.database.session import unit_of_work, unit_retried
from regulars.foundation.errors import RegularsError
from regulars.foundation.webkit.pages import merchant_text, refusal_shown
from regulars.ledger.book.selectors import assets_known
from regulars.members.cards.selectors import cards_of
from regulars.members.cards.services import card_report_lost
from regulars.members.cards.types import CardState
from regulars.members.consents.selectors import consent_texts, consents_now
from regulars.members.consents.services import consent_record
from regulars.members.consents.types import ConsentTextView, ConsentView
from regulars.members.requests.selectors import requests_of
from regulars.members.requests.services import request_make, request_withdraw
from regulars.members.requests.types import RequestKind
from regulars.members.signin.selectors import phone_words, sessions_of
from regulars.members.signin.services import session_end, sessions_end
from regulars.organization.stores.selectors import stores_known

ASKING = ["GET", "HEAD", "POST"]
REASON = "by the member, on her phone"


class ShownText(msgspec.Struct, frozen=True):
    """A text with her word on it; `is_older` when she agreed to an earlier version."""

    text: ConsentTextView
    word: ConsentView | None
    is_given: bool
    is_older: bool


def texts_shown(member_id: str) -> list[ShownText]:
    """What is asked, with what she said."""
    words = {each.purpose: each for each in consents_now(member_id)}
    shown = []
    for text in consent_texts():
        word = words.get(text.purpose)
        is_agreed = word is not None and word.granted
        is_older = word is not None and is_agreed and word.version != text.version
        shown.append(ShownText(text, word, is_agreed and not is_older, is_older))
    return shown


@member_page
@require_safe
def me_page(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The list of her affairs."""
    context = {
        "tab": "me",
        "member": visitor.member,
        "devices": len(sessions_of(visitor.member.id)),
        "needs_word": _needs_word(visitor.member.id),
        "is_secure": request.is_secure() or request.get_host().split(":")[0] == "localhost",
    }
    return drawn(request, "me.html", context)


@member_page
@require_http_methods(ASKING)
def cards_page(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Her cards of plastic; one is reported lost here."""

    def deed() -> str:
        number = request.POST.get("number", "")[:40]
        unit_retried(
            lambda unit: card_report_lost(
                unit=unit,
                actor=visitor.actor,
                member_id=visitor.member.id,
                number=number,
                reason=REASON,
            )
        )
        return "lost"

    def context() -> dict[str, Any]:
        return {"cards": [(each, each.state.value) for each in cards_of(visitor.member.id)]}

    return _affair(request, visitor, "cards", deed, context)


@member_page
@require_http_methods(ASKING)
def consents_page(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """What she agreed to, and the texts."""

    def deed() -> str:
        purpose = request.POST.get("purpose", "")
        text = next((each for each in consent_texts() if each.purpose == purpose), None)
        is_given = request.POST.get("word") == "yes"
        if text is None or (text.is_needed and not is_given):
            raise ConsentNeeded
        unit_retried(
            lambda unit: consent_record(
                unit=unit,
                actor=visitor.actor,
                member_id=visitor.member.id,
                purpose=text.purpose,
                granted=is_given,
                version=text.version,
            )
        )
        return "consent"

    return _affair(
        request, visitor, "consents", deed, lambda: {"texts": texts_shown(visitor.member.id)}
    )


@member_page
@require_http_methods(ASKING)
def devices_page(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Where she is signed in; each other place is ended here."""
    member_id, here = visitor.member.id, visitor.session.public_id

    def deed() -> str:
        if request.POST.get("all"):
            sessions_end(actor=visitor.actor, member_id=member_id, but=here)
        else:
            session = request.POST.get("session", "")[:40]
            session_end(actor=visitor.actor, member_id=member_id, session=session)
        return "ended"

    def context() -> dict[str, Any]:
        return {"sessions": sessions_of(member_id), "current": visitor.session.id}

    return _affair(request, visitor, "devices", deed, context)


@member_page
@require_http_methods(ASKING)
def privacy_page(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """A copy of her data, or erasing it: what will happen, and the request itself."""
    member_id = visitor.member.id

    def deed() -> str:
        asked = request.POST.get("ask", "")
        kind = RequestKind.ERASE if asked.startswith("erase") else RequestKind.EXPORT
        if asked.endswith("-back"):
            unit_retried(
                lambda unit: request_withdraw(
                    unit=unit, actor=visitor.actor, member_id=member_id, kind=kind
                )
            )
            return "withdrawn"
        if kind is RequestKind.ERASE and not request.POST.get("sure"):
            raise TickMissing
        unit_retried(
            lambda unit: request_make(
                unit=unit, actor=visitor.actor, member_id=member_id, kind=kind
            )
        )
        return "asked"

    def context() -> dict[str, Any]:
        open_ones = {
            each.kind.value: each for each in requests_of(member_id) if each.closed_at is None
        }
        with unit_of_work() as unit:
            owned = tiles(unit, member_id, assets_known(unit))
        return {"open": open_ones, "owned": owned, "cards": len(_cards_in_use(member_id))}

    return _affair(request, visitor, "privacy", deed, context)


@member_page
@require_safe
def help_page(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """How to reach the shop."""
    words = phone_words()
    with unit_of_work() as unit:
        stores = [merchant_text(each.name) for each in stores_known(unit).values()]
    context = {
        "tab": "me",
        "words": merchant_text(words.help_text),
        "contact": words.contact_phone,
        "stores": stores,
    }
    return drawn(request, "help.html", context)


def _affair(
    request: HttpRequest, visitor: Visitor, name: str, deed: Any, context: Any
) -> HttpResponse:
    """Does what was posted; shows the page again with the sentence of a refusal."""
    frame = {"tab": "me", "member": visitor.member}
    if request.method != "POST":
        return drawn(request, f"{name}.html", {**frame, **context()})
    try:
        said = deed()
    except RegularsError as refusal:
        frame["problem"] = refusal_shown(refusal)
        return drawn(request, f"{name}.html", {**frame, **context()}, status=refusal.status)
    return went(name, said)


def _needs_word(member_id: str) -> bool:
    return any(each.text.is_needed and not each.is_given for each in texts_shown(member_id))


def _cards_in_use(member_id: str) -> list[str]:
    return [each.number for each in cards_of(member_id) if each.state is CardState.BOUND]
