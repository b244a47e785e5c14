"""Which versions of programs there were and are: a list, of all or of one program."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.foundation.webkit.blocks import Action, Head, blocks_page
from regulars.foundation.webkit.filters import Filter
from regulars.foundation.webkit.listing import DrawnList, ListColumn
from regulars.foundation.webkit.listrows import SmallRows
from regulars.foundation.webkit.lists import RoomList, Row, Viewer, list_register, list_shown
from regulars.foundation.webkit.pages import merchant_text
from regulars.foundation.webkit.tables import Cell, Empty
from regulars.foundation.webkit.templatetags.webkit import instant
from regulars.rules.programs.compare_pages import compare_address
from regulars.rules.programs.selectors import programs_listed
from regulars.rules.programs.states import STATES, until_words
from regulars.rules.programs.types import ProgramView, VersionView


def versions_page(request: HttpRequest) -> HttpResponse:
    """All versions of all programs, the newest first."""
    head = Head(
        _("Versions of programs"),
        _("Which versions there were and are, since when and until when."),
        back=Action(_("Programs"), reverse("console:programs")),
        actions=(Action(_("Calendar"), reverse("console:programs-calendar")),),
    )
    return blocks_page(request, head, [versions_shown(request)])


def versions_shown(request: HttpRequest, program: str = "") -> DrawnList:
    """The list, on the page of one program with its versions only."""
    return list_shown(request, VERSIONS, fixed={"program": program} if program else None)


def _rows(_viewer: Viewer) -> list[Row]:
    return [_row(program, version) for program in programs_listed() for version in program.versions]


def _row(program: ProgramView, version: VersionView) -> Row:
    text, tone = STATES[version.state]
    changes = compare_address(program, version)
    href = reverse("console:programs-one", args=[program.code])
    values: dict[str, str | int | datetime | None] = {
        "program": program.code,
        "version": version.version,
        "since": version.valid_from,
        "until": version.valid_until,
        "published": version.published_at,
        "state": str(version.state),
    }
    return Row(
        f"{program.code}@{version.version}",
        {
            "program": Cell(merchant_text(program.name), href=href),
            "version": Cell(str(version.version)),
            "since": Cell(instant(version.valid_from)),
            "until": Cell(until_words(version.valid_until)),
            "published": Cell(instant(version.published_at)),
            "state": Cell(text, tone=tone),
            "changes": Cell(_("What changed"), href=changes) if changes else Cell("–"),
        },
        values=values,
    )


def _filters(_viewer: Viewer) -> tuple[Filter, ...]:
    programs = tuple([(each.code, merchant_text(each.name)) for each in programs_listed()])
    states = tuple([(str(state), words) for state, (words, _tone) in STATES.items()])
    return (
        Filter("program", gettext_lazy("Program"), programs),
        Filter("state", gettext_lazy("State"), states),
        Filter("since", gettext_lazy("Valid from"), kind="days"),
    )


VERSIONS = list_register(
    RoomList(
        screen="programs-versions",
        title=gettext_lazy("Versions of programs"),
        columns=(
            ListColumn("program", gettext_lazy("Program"), sort=True),
            ListColumn("version", gettext_lazy("Version"), numeric=True),
            ListColumn("since", gettext_lazy("Valid from"), sort=True),
            ListColumn("until", gettext_lazy("Valid until")),
            ListColumn("published", gettext_lazy("Published"), sort=True),
            ListColumn("state", gettext_lazy("State"), sort=True),
            ListColumn("changes", gettext_lazy("Changes")),
        ),
        order="-since",
        rows=SmallRows(_rows),
        empty=Empty(
            gettext_lazy("Not published yet"),
            gettext_lazy("The draft takes effect when it is published."),
        ),
        filters=_filters,
        export="programs.view",
        by_store=False,
    )
)
