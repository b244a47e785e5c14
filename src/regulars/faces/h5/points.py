"""Points: what there is, what ends when, and every movement with its reason."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from regulars.faces.console.movements import Happened, Reason, timeline
from regulars.faces.h5.door import Visitor, drawn, member_page
from regulars.faces.h5.owned import endings, tiles, worths
from regulars.faces.h5.standing import stands
from regulars.foundation.database.session import unit_of_work
from regulars.ledger.book.selectors import assets_known

CURSOR_DIGITS = 19


@member_page
@require_safe
def points_page(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """What she has and every movement; `before` continues at an earlier one."""
    before = request.GET.get("before", "")
    is_cursor = before.isascii() and before.isdigit() and len(before) < CURSOR_DIGITS
    member_id = visitor.member.id
    with unit_of_work() as unit:
        assets = assets_known(unit)
        story = timeline(unit, member_id, int(before) if is_cursor else None)
        context = {
            "tab": "points",
            "entries": [(each, _told(each)) for each in story.entries],
            "older": story.older,
            "is_paged": is_cursor,
            "tiles": tiles(unit, member_id, assets),
            "worths": worths(unit, assets),
            "endings": endings(unit, member_id, assets),
        }
    return drawn(request, "points.html", context)


def _told(entry: Happened) -> list[Reason]:
    """What gave the points. Why other rules gave none is the shop's affair."""
    return [each for each in entry.reasons if each.fired]


@member_page
@require_safe
def level_page(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Where she stands on each ladder, and what every level needs and brings."""
    with unit_of_work() as unit:
        found = stands(unit, visitor.member.id, assets_known(unit))
    return drawn(request, "level.html", {"tab": "level", "stands": found})
