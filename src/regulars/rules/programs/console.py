"""The console's pages of membership programs: what is promised, in words, and since when."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.foundation.database.session import unit_of_work
from regulars.foundation.errors import RegularsError
from regulars.foundation.webkit.blocks import Action, Head, blocks_page
from regulars.foundation.webkit.details import log_card
from regulars.foundation.webkit.filters import Filter
from regulars.foundation.webkit.listing import ListColumn
from regulars.foundation.webkit.listrows import SmallRows
from regulars.foundation.webkit.lists import RoomList, Row, Viewer, list_register, list_shown
from regulars.foundation.webkit.numbers import amount_text
from regulars.foundation.webkit.pages import may, merchant_text, named_like, page
from regulars.foundation.webkit.screens import (
    Finder,
    Found,
    Screen,
    Text,
    finder_register,
    screen_register,
)
from regulars.foundation.webkit.tables import Cell, Empty
from regulars.foundation.webkit.templatetags.webkit import instant
from regulars.ledger.book.selectors import assets_known
from regulars.rules.programs.compare_pages import compare_page
from regulars.rules.programs.draft_pages import draft_page, new_page
from regulars.rules.programs.drafting import OPEN
from regulars.rules.programs.editor import rule_page
from regulars.rules.programs.promises import promises_told
from regulars.rules.programs.publish_pages import calendar_page, end_page, publish_page
from regulars.rules.programs.selectors import program_get, programs_listed
from regulars.rules.programs.states import STATES
from regulars.rules.programs.types import ProgramView, VersionState, VersionView
from regulars.rules.programs.version_list import versions_page, versions_shown

CHANGE = "programs.publish"
DRAFT = "draft"
ACTS: dict[str, Text] = {
    "program.draft_saved": gettext_lazy("Draft of a program saved"),
    "program.published": gettext_lazy("Program published"),
    "program.ended": gettext_lazy("Program ended"),
}


def programs_page(request: HttpRequest) -> HttpResponse:
    """All programs, with the version that counts now."""
    actions = [
        Action(_("All versions"), reverse("console:programs-versions")),
        Action(_("Calendar"), reverse("console:programs-calendar")),
    ]
    if may(request, CHANGE):
        actions.append(Action(_("New program"), reverse("console:programs-new"), "main"))
    lead = _("What members earn for what, and what their points are worth.")
    head = Head(_("Programs"), lead, actions=tuple(actions))
    return blocks_page(request, head, [list_shown(request, PROGRAMS)])


def program_page(request: HttpRequest, code: str) -> HttpResponse:
    """One program: its rules in words, and all its versions."""
    try:
        program = program_get(code)
    except RegularsError:
        raise Http404(code[:40]) from None
    current = _current(program)
    with unit_of_work() as unit:
        assets = assets_known(unit)
    context = {
        "program": program,
        "name": merchant_text(program.name),
        "current": current,
        "promises": promises_told(current.content, assets) if current else [],
        "versions": versions_shown(request, program.code),
        "log": log_card(request, program.code, ACTS),
        "may_change": may(request, CHANGE),
        "is_running": any(each.state in OPEN for each in program.versions),
    }
    return page(request, "rules_programs/program.html", context)


def _current(program: ProgramView) -> VersionView | None:
    """The version that holds now, else the newest one."""
    for version in program.versions:
        if version.state is VersionState.IN_FORCE:
            return version
    return program.versions[0] if program.versions else None


def _rows(_viewer: Viewer) -> list[Row]:
    return [_row(program) for program in programs_listed()]


def _row(program: ProgramView) -> Row:
    href = reverse("console:programs-one", args=[program.code])
    name = Cell(merchant_text(program.name), href=href, note=program.code)
    current = _current(program)
    if current is None:
        none = Cell("–")
        draft = Cell(_("draft"), tone="quiet")
        cells = {"program": name, "version": none, "since": none, "rules": none, "state": draft}
        nothing: dict[str, Any] = dict.fromkeys(("version", "since", "rules"))
        return Row(program.code, cells, values={**nothing, "state": DRAFT})
    text, tone = STATES[current.state]
    count = len(current.content["rules"])
    return Row(
        program.code,
        {
            "program": name,
            "version": Cell(str(current.version)),
            "since": Cell(instant(current.valid_from)),
            "rules": Cell(amount_text(count)),
            "state": Cell(text, tone=tone),
        },
        values={
            "version": current.version,
            "since": current.valid_from,
            "rules": count,
            "state": str(current.state),
        },
    )


def _filters(_viewer: Viewer) -> tuple[Filter, ...]:
    states = [(str(state), words) for state, (words, _tone) in STATES.items()]
    return (
        Filter("q", gettext_lazy("Name or code"), kind="text"),
        Filter("state", gettext_lazy("State"), ((DRAFT, gettext_lazy("draft")), *states)),
    )


PROGRAMS = list_register(
    RoomList(
        screen="programs",
        title=gettext_lazy("Programs"),
        columns=(
            ListColumn("program", gettext_lazy("Program"), sort=True),
            ListColumn("version", gettext_lazy("Version")),
            ListColumn("since", gettext_lazy("Valid from"), sort=True),
            ListColumn("rules", gettext_lazy("Rules"), numeric=True, sort=True),
            ListColumn("state", gettext_lazy("State"), sort=True),
        ),
        order="program",
        rows=SmallRows(_rows),
        empty=Empty(
            gettext_lazy("No membership programs yet"),
            gettext_lazy("A program says what members earn for what, and what points are worth."),
        ),
        filters=_filters,
        export="programs.view",
        by_store=False,
    )
)


def programs_like(text: str) -> list[Found]:
    """Programs for the search."""
    named = [
        (each.code, each.name, reverse("console:programs-one", args=[each.code]))
        for each in programs_listed()
    ]
    return named_like(text, named)


finder_register(
    finder=Finder(
        name="programs",
        title=gettext_lazy("Programs"),
        icon="programs",
        right="programs.view",
        find=programs_like,
        place=20,
    )
)

screen_register(
    screen=Screen(
        name="programs",
        path="programs/",
        view=programs_page,
        title=gettext_lazy("Programs"),
        section="rules",
        icon="programs",
        place=10,
        right="programs.view",
    )
)
for name, path, view, title in (
    ("programs-new", "programs/new/", new_page, gettext_lazy("New program")),
    ("programs-draft", "programs/<slug:code>/draft/", draft_page, gettext_lazy("Draft")),
    ("programs-rule", "programs/<slug:code>/draft/rule/", rule_page, gettext_lazy("Rule")),
    ("programs-publish", "programs/<slug:code>/publish/", publish_page, gettext_lazy("Publish")),
    ("programs-end", "programs/<slug:code>/end/", end_page, gettext_lazy("End a program")),
):
    screen_register(screen=Screen(name=name, path=path, view=view, title=title, right=CHANGE))
screen_register(
    screen=Screen(
        name="programs-versions",
        path="programs/versions/",
        view=versions_page,
        title=gettext_lazy("Versions of programs"),
        right="programs.view",
    )
)
screen_register(
    screen=Screen(
        name="programs-compare",
        path="programs/<slug:code>/compare/",
        view=compare_page,
        title=gettext_lazy("Versions of a program compared"),
        right="programs.view",
    )
)
screen_register(
    screen=Screen(
        name="programs-calendar",
        path="programs/calendar/",
        view=calendar_page,
        title=gettext_lazy("Calendar of programs"),
        right="programs.view",
    )
)
screen_register(
    screen=Screen(
        name="programs-one",
        path="programs/<slug:code>/",
        view=program_page,
        title=gettext_lazy("Membership program"),
        right="programs.view",
        # Behind the pages whose addresses a program's code would fit.
        place=999,
    )
)
