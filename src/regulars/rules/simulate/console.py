"""The console's page of a simulation: choose days, see what the draft would have cost."""

from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.foundation import clock
from regulars.foundation.errors import RegularsError
from regulars.foundation.shop.selectors import shop_known
from regulars.foundation.webkit.blocks import Action, is_part_wanted, part_page
from regulars.foundation.webkit.charts import Bar, ChartCard, chart_drawn
from regulars.foundation.webkit.numbers import amount_text, compact_text, money_shown, signed_text
from regulars.foundation.webkit.pages import (
    may,
    merchant_text,
    page,
    reader_language,
    refusal_shown,
    staff_actor,
)
from regulars.foundation.webkit.progress import Progress
from regulars.foundation.webkit.screens import Screen, Text, screen_register
from regulars.foundation.webkit.tables import Cell, Column, Empty, Table
from regulars.foundation.webkit.templatetags.webkit import day, instant
from regulars.foundation.works.selectors import work_get
from regulars.foundation.works.services import work_stop
from regulars.foundation.works.types import WorkView
from regulars.members.profiles.selectors import members_get, uuid_of
from regulars.organization.staff.selectors import staff_names
from regulars.rules.programs.selectors import program_get
from regulars.rules.programs.types import ProgramView
from regulars.rules.simulate.errors import SimulationIsLong
from regulars.rules.simulate.selectors import SimulationNames
from regulars.rules.simulate.services import (
    SIMULATION,
    simulation_address,
    simulation_begin,
    simulation_found,
    simulation_is_long,
    simulation_run,
    simulations_of,
)
from regulars.rules.simulate.types import AssetOutcome, MemberOutcome, NotReplayed, Simulation

MEMBERS_SEEN = "members.view"
DAYS_SHOWN = 30
EARLIER_SHOWN = 8
REASONS: dict[str, Text] = {
    "fact": gettext_lazy("reads what can't be looked up in the past"),
    "followup": gettext_lazy("follows from other events"),
    "action": gettext_lazy("does something that only happens for real"),
}


def simulation_page(request: HttpRequest, code: str) -> HttpResponse:
    """A program's draft over past sales; without a draft, its newest version."""
    try:
        program = program_get(code)
    except RegularsError:
        raise Http404(code[:40]) from None
    today = clock.business_date(clock.now(), shop_known().time_zone)
    since = _day(request.GET.get("since", ""), today - timedelta(days=DAYS_SHOWN))
    until = _day(request.GET.get("until", ""), today)
    work = _work_asked(request, code)
    if request.method == "POST":
        return _posted(request, program, work)
    if work is not None:
        since = date.fromisoformat(work.arguments["since"])
        until = date.fromisoformat(work.arguments["until"])
        if is_part_wanted(request):
            return part_page(request, _progress(work))
    context: dict[str, Any] = {
        "program": program,
        "name": merchant_text(program.name),
        "since": since,
        "until": until,
        "is_draft": program.draft is not None,
    }
    try:
        found = _found(request, code, since, until, work)
        if found is not None:
            context |= _shown(request, program, found)
        elif work is not None and work.state == "done":
            context["problem"] = _("What it found is no longer kept. Try it again.")
        elif work is not None:
            context["progress"] = _progress(work)
    except RegularsError as refusal:
        context["problem"] = refusal_shown(refusal)
    context["earlier"] = _earlier(simulations_of(code))
    return page(request, "rules_simulate/simulation.html", context)


def _work_asked(request: HttpRequest, code: str) -> WorkView | None:
    """The job whose outcome the address asks for."""
    asked = request.GET.get("work", "")
    if not asked:
        return None
    try:
        work = work_get(asked)
    except RegularsError:
        raise Http404(asked[:40]) from None
    if work.kind != SIMULATION or work.arguments["code"] != code:
        raise Http404(asked[:40])
    return work


def _posted(request: HttpRequest, program: ProgramView, work: WorkView | None) -> HttpResponse:
    """Stops the job, or starts one; what is quick is answered at once by its address."""
    here = reverse("console:programs-simulation", args=[program.code])
    if work is not None and request.POST.get("do") == "stop":
        work_stop(actor=staff_actor(request), work_id=work.id)
        return redirect(simulation_address(work))
    since = _day(request.POST.get("since", ""), date.min)
    until = _day(request.POST.get("until", ""), date.min)
    days = f"{here}?since={since}&until={until}"
    if until < since or not simulation_is_long(since, until):
        return redirect(days)
    begun = simulation_begin(
        actor=staff_actor(request), code=program.code, since=since, until=until
    )
    return redirect(simulation_address(begun))


def _found(
    request: HttpRequest, code: str, since: date, until: date, work: WorkView | None
) -> Simulation | None:
    if work is not None:
        return simulation_found(work)
    if "since" not in request.GET:
        return None
    if since <= until and simulation_is_long(since, until):
        raise SimulationIsLong
    return simulation_run(code=code, since=since, until=until)


def _shown(request: HttpRequest, program: ProgramView, found: Simulation) -> dict[str, Any]:
    told = SimulationNames(program)
    people = _people(request, (*found.most_gained, *found.most_lost))
    return {
        "found": found,
        "assets": _assets(found, told),
        "winners": _members(found.most_gained, people),
        "losers": _members(found.most_lost, people),
        "rules_card": _card(found, told),
        "left_out": [_left_out(each, told) for each in found.not_replayed],
    }


def _progress(work: WorkView) -> Progress:
    href = simulation_address(work)
    seen = Action(_("See what it found"), href, look="main")
    failed = _("It can't be tried as it stands now. Check the draft, then try it again.")
    return Progress(
        title=_("Tried on past sales") if work.state == "done" else _("Trying it on past sales"),
        href=href,
        state=work.state,
        done=work.done,
        total=max(work.total, work.done),
        note=failed if work.state == "failed" else "",
        actions=(seen,) if work.state == "done" else (),
        can_stop=True,
    )


def _earlier(works: list[WorkView]) -> Table | None:
    """Simulations that were jobs, newest first."""
    if not works:
        return None
    names = staff_names([each.created_by for each in works])
    return Table(
        columns=(Column(_("Days")), Column(_("Who")), Column(_("When"))),
        rows=tuple(
            (
                Cell(
                    " – ".join(
                        [day(date.fromisoformat(each.arguments[of])) for of in ("since", "until")]
                    ),
                    href=simulation_address(each),
                ),
                Cell(names.get(each.created_by, each.created_by.partition(":")[2])),
                Cell(instant(each.created_at)),
            )
            for each in works[:EARLIER_SHOWN]
        ),
        empty=Empty(""),
    )


def _day(text: str, otherwise: date) -> date:
    try:
        return parse_date(text) or otherwise
    except ValueError:
        return otherwise


def _card(found: Simulation, told: SimulationNames) -> ChartCard:
    """How much each rule would have given: bars, with the table beside them."""
    bars = [
        Bar(told.rule(each.rule), f"{told.rule(each.rule)}: {amount_text(each.amount)}",
            each.amount, each.amount)
        for each in found.rules
    ]  # fmt: skip
    language = reader_language()
    return ChartCard(
        title=_("Rule by rule"),
        chart=chart_drawn(bars, lambda value: compact_text(value, 0, language)) if bars else None,
        table=_rules(found, told),
        table_title=_("In figures"),
        empty=Empty(_("No rule would have applied"), _("Choose other days.")),
        part=_("given"),
    )


def _people(request: HttpRequest, members: tuple[MemberOutcome, ...]) -> dict[str, str]:
    """The members' names by their public ids, for whoever may see them."""
    if not may(request, MEMBERS_SEEN):
        return {}
    found = members_get([uuid_of(each.member) for each in members])
    return {each.public_id: each.display_name for each in found}


def _members(members: tuple[MemberOutcome, ...], people: dict[str, str]) -> Table:
    """Who would have got more, or less: the most striking ones."""
    return Table(
        columns=(
            Column(_("Member")),
            Column(_("As tried"), numeric=True),
            Column(_("In truth"), numeric=True),
            Column(_("Difference"), numeric=True),
        ),
        rows=tuple(
            (
                Cell(
                    people.get(each.member) or each.member,
                    href=reverse("console:members-portrait", args=[each.member]),
                ),
                Cell(amount_text(each.amount)),
                Cell(amount_text(each.really)),
                Cell(signed_text(each.amount - each.really)),
            )
            for each in members
        ),
        empty=Empty(_("Nobody")),
    )


def _assets(found: Simulation, told: SimulationNames) -> Table:
    return Table(
        columns=(
            Column(_("What was given")),
            Column(_("As tried"), numeric=True),
            Column(_("In truth"), numeric=True),
            Column(_("Difference"), numeric=True),
            Column(_("Worth as tried"), numeric=True),
        ),
        rows=tuple(_asset(each, told) for each in found.assets),
        empty=Empty(_("Nothing would have been given"), _("Choose other days.")),
    )


def _asset(each: AssetOutcome, told: SimulationNames) -> tuple[Cell, ...]:
    worth = "–"
    if each.value_minor is not None:
        worth = money_shown(each.value_minor, shop_known().currency)
    return (
        Cell(told.asset(each.asset)),
        Cell(amount_text(each.amount)),
        Cell(amount_text(each.really)),
        Cell(signed_text(each.amount - each.really)),
        Cell(worth),
    )


def _rules(found: Simulation, told: SimulationNames) -> Table:
    return Table(
        columns=(
            Column(_("Rule")),
            Column(_("Times"), numeric=True),
            Column(_("Before returns"), numeric=True),
        ),
        rows=tuple(
            (
                Cell(told.rule(each.rule)),
                Cell(amount_text(each.events)),
                Cell(f"{amount_text(each.amount)} {told.asset(each.asset)}"),
            )
            for each in found.rules
        ),
        empty=Empty(_("No rule would have applied")),
    )


def _left_out(each: NotReplayed, told: SimulationNames) -> str:
    return f"{told.rule(each.rule)}: {REASONS[each.reason]} ({told.detail(each)})"


screen_register(
    screen=Screen(
        name="programs-simulation",
        path="programs/<slug:code>/simulation/",
        view=simulation_page,
        title=gettext_lazy("Try a program on past sales"),
        right="programs.simulate",
    )
)
