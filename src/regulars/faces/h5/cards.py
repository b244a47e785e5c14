"""The card: the first page, and what keeps it fresh."""

from datetime import timedelta

import msgspec
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST, require_safe

from regulars.faces.console.movements import timeline
from regulars.faces.h5.codes import codes_ahead, path_of
from regulars.faces.h5.colours import face_of
from regulars.faces.h5.door import Visitor, drawn, member_page
from regulars.faces.h5.owned import tiles
from regulars.faces.h5.standing import stands
from regulars.foundation import clock
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.errors import RegularsError
from regulars.foundation.webkit.pages import refusal_shown
from regulars.ledger.book.selectors import assets_known, holder_is_frozen, statement

JUST_NOW = timedelta(minutes=10)
FIGURES = 3


@member_page
@require_safe
def card_page(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The card with its code, the level, what she has, and what happened last."""
    member = visitor.member
    with unit_of_work() as unit:
        assets = assets_known(unit)
        ladders = stands(unit, member.id, assets)
        story = timeline(unit, member.id)
        owned = tiles(unit, member.id, assets)
        context = {
            "tiles": owned,
            "figures": [each for each in owned if not each.is_growth][:FIGURES],
            "is_frozen": holder_is_frozen(unit, member.id),
        }
    stand = ladders[0] if ladders else None
    latest = story.entries[0] if story.entries else None
    context |= {
        "tab": "card",
        "member": member,
        "stand": stand,
        "face": stand.face if stand else face_of(),
        "latest": latest,
        "is_new": latest is not None and clock.now() - latest.occurred_at < JUST_NOW,
        "seq": _newest(member.id),
        **_codes(member.id),
    }
    return drawn(request, "card.html", context)


@member_page
@require_POST
def codes_more(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The next codes, for a page that stays open."""
    try:
        codes = codes_ahead(visitor.member.id)
    except RegularsError as refusal:
        return JsonResponse({"problem": refusal_shown(refusal)}, status=refusal.status)
    return JsonResponse({"codes": msgspec.to_builtins(codes)})


@member_page
@require_safe
def news(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Whether something happened since the page was drawn: the number of the last movement."""
    return JsonResponse({"seq": _newest(visitor.member.id)})


def _newest(member_id: str) -> int:
    with unit_of_work() as unit:
        lines = statement(unit, member_id, limit=1)
    return lines[0].seq if lines else 0


def _codes(member_id: str) -> dict[str, object]:
    try:
        codes = codes_ahead(member_id)
    except RegularsError as refusal:
        return {"code_problem": refusal_shown(refusal)}
    return {
        "code": codes[0],
        "code_path": path_of(codes[0].size, codes[0].bits),
        "code_until": clock.now() + timedelta(seconds=codes[0].ends),
        "codes": msgspec.json.encode(codes).decode(),
    }
