"""The console's list of tags."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.foundation import clock
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.webkit.blocks import Head, blocks_page
from regulars.foundation.webkit.filters import Filter
from regulars.foundation.webkit.listing import ListColumn
from regulars.foundation.webkit.listrows import SmallRows
from regulars.foundation.webkit.lists import RoomList, Row, Viewer, list_register, list_shown
from regulars.foundation.webkit.numbers import UNKNOWN, amount_text
from regulars.foundation.webkit.pages import merchant_text
from regulars.foundation.webkit.screens import Screen, screen_register
from regulars.foundation.webkit.tables import Cell, Empty
from regulars.foundation.webkit.templatetags.webkit import instant
from regulars.members.tags.selectors import tags_named, tags_tallied
from regulars.members.tallies.types import Tally


def tags_page(request: HttpRequest) -> HttpResponse:
    """All tags, with how many members carry each, as of the last counting."""
    lead = _("A tag marks members by hand or by a segment; rules can ask for it.")
    return blocks_page(request, Head(_("Tags"), lead), [list_shown(request, TAGS)])


def _rows(_viewer: Viewer) -> list[Row]:
    with unit_of_work() as unit:
        tags = tags_named(unit)
        tally = tags_tallied(unit, clock.now())
    return [
        Row(
            tag.code,
            {
                "tag": Cell(merchant_text(tag.name)),
                "code": Cell(tag.code, code=True),
                "members": _carried(tally, tag.code),
            },
            values={"members": tally.of(tag.code) if tally else 0},
        )
        for tag in tags
    ]


def _carried(tally: Tally | None, code: str) -> Cell:
    if tally is None:
        return Cell(UNKNOWN, note=_("not counted yet"))
    return Cell(amount_text(tally.of(code)), note=instant(tally.counted_at))


TAGS = list_register(
    RoomList(
        screen="tags",
        title=gettext_lazy("Tags"),
        columns=(
            ListColumn("tag", gettext_lazy("Tag"), sort=True),
            ListColumn("code", gettext_lazy("Code"), sort=True),
            ListColumn("members", gettext_lazy("Members"), numeric=True, sort=True),
        ),
        order="tag",
        rows=SmallRows(_rows),
        empty=Empty(
            gettext_lazy("No tags yet"),
            gettext_lazy("A tag marks members by hand or by a segment; rules can ask for it."),
        ),
        filters=lambda _viewer: (Filter("q", gettext_lazy("Name or code"), kind="text"),),
        export="tags.view",
        by_store=False,
    )
)

screen_register(
    screen=Screen(
        name="tags",
        path="tags/",
        view=tags_page,
        title=gettext_lazy("Tags"),
        section="members",
        icon="tags",
        place=40,
        right="tags.view",
    )
)
