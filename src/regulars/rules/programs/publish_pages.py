"""Publishing a draft, ending a program, and the calendar of what holds when."""

import calendar
from datetime import MAXYEAR, MINYEAR, date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from regulars.foundation import clock
from regulars.foundation.errors import RegularsError
from regulars.foundation.ids import new_id
from regulars.foundation.shop.selectors import shop_known
from regulars.foundation.webkit.blocks import Action, Fact, Head
from regulars.foundation.webkit.confirming import (
    Confirmation,
    confirmation_page,
    is_confirmed,
    reason_for_second_person,
)
from regulars.foundation.webkit.forms import (
    Asked,
    FilledForm,
    Form,
    form_answered,
    form_filled,
)
from regulars.foundation.webkit.pages import (
    merchant_text,
    page,
    reader_language,
    refusal_shown,
    staff_actor,
)
from regulars.organization.approvals.selectors import approval_needed
from regulars.rules.programs.approvals import program_end_request, program_publish_request
from regulars.rules.programs.calendars import Mark, marks_of
from regulars.rules.programs.compare_pages import compare_address
from regulars.rules.programs.condition_words import WEEKDAYS
from regulars.rules.programs.content import Content
from regulars.rules.programs.draft_pages import draft_compared
from regulars.rules.programs.drafting import OPEN, Desk, revision_given
from regulars.rules.programs.editor import program_or_404
from regulars.rules.programs.publishing import END, PUBLISH, program_end, program_publish
from regulars.rules.programs.selectors import programs_listed
from regulars.rules.programs.types import ProgramView


def publish_page(request: HttpRequest, code: str) -> HttpResponse:
    """What publishing changes; posted, it is done, or laid before a second person."""
    desk = program_or_404(code)
    if desk.program.draft is None:
        raise Http404(code[:40])
    form, asked = _publish_form(desk), approval_needed(PUBLISH, 1)
    filled: FilledForm | None = form_filled(form)
    if request.method == "POST":
        filled = form_answered(request, form, lambda values: _published(request, desk, values))
    if filled is None:
        told = (
            _("A second person has to approve it. It is published as soon as she does.")
            if asked
            else _("Published.")
        )
        messages.success(request, told)
        return redirect("console:programs-one", code)
    context = {
        "title": _("Publish: %(name)s") % {"name": merchant_text(desk.content["name"])},
        "program": desk.program,
        "differences": draft_compared(desk),
        "validity": _validity(desk.typed),
        "form": filled,
    }
    return page(request, "rules_programs/publish.html", context, status=filled.status)


def _publish_form(desk: Desk) -> Form:
    asked = approval_needed(PUBLISH, 1)
    return Form(
        deed="publish",
        title=_("Publish"),
        lead=_("A second person has to approve it, by the shop's limits.") if asked else "",
        button=_("Ask for approval") if asked else _("Publish now"),
        fields=(
            Asked("revision", "", kind="hidden", initial=str(desk.revision)),
            Asked("key", "", kind="hidden", required=False, initial=new_id()),
            Asked(
                "reason",
                _("Why"),
                kind="long",
                maximum=300,
                required=asked,
                hint=_("Stands in the log, and before whoever approves it."),
            ),
        ),
    )


def _published(request: HttpRequest, desk: Desk, values: dict[str, Any]) -> None:
    revision = revision_given(values["revision"], desk)
    actor, code, reason = staff_actor(request), desk.program.code, values["reason"] or ""
    if not approval_needed(PUBLISH, 1):
        program_publish(actor=actor, code=code, revision=revision, reason=reason)
        return
    program_publish_request(
        actor=actor, code=code, revision=revision, reason=reason, key=values["key"] or ""
    )


def _validity(content: Content) -> str:
    since, until = content.valid_from, content.valid_until
    words = {"since": since or "", "until": until or ""}
    if since and until:
        return _("Holds from %(since)s to %(until)s.") % words
    if since:
        return _("Holds from %(since)s on, without an end.") % words
    if until:
        return _("Holds from now on, to %(until)s.") % words
    return _("Holds from now on, without an end.")


def end_page(request: HttpRequest, code: str) -> HttpResponse:
    """Ends a program now, after a question that says what it means; or asks for it."""
    desk = program_or_404(code)
    running = [each for each in desk.program.versions if each.state in OPEN]
    if not running:
        raise Http404(code[:40])
    name, asked = merchant_text(desk.program.name), approval_needed(END, 1)
    confirmation = Confirmation(
        title=_("End “%(name)s”?") % {"name": name},
        consequences=(
            Fact(_("Rules that give nothing any more"), str(len(running[0].content["rules"]))),
            Fact(_("Versions that end"), ", ".join([str(each.version) for each in running])),
            Fact(_("What members have"), _("stays theirs, with its dates")),
        ),
        button=_("Ask for approval") if asked else _("End the program"),
        back=reverse("console:programs-one", args=[code]),
        warning=_("Sales from now on earn nothing by this program."),
        form=reason_for_second_person() if asked else None,
    )
    if request.method == "POST" and is_confirmed(request, confirmation):
        try:
            told = _ended(request, code, is_asked=asked)
        except RegularsError as refusal:
            messages.error(request, refusal_shown(refusal))
        else:
            messages.success(request, told)
        return redirect("console:programs-one", code)
    return confirmation_page(request, confirmation)


def _ended(request: HttpRequest, code: str, *, is_asked: bool) -> str:
    actor = staff_actor(request)
    if not is_asked:
        program_end(actor=actor, code=code)
        return _("The program has ended.")
    reason, key = request.POST.get("reason", ""), request.POST.get("key", "")
    program_end_request(actor=actor, code=code, reason=reason, key=key)
    return _("A second person has to approve it. It ends as soon as she does.")


def calendar_page(request: HttpRequest) -> HttpResponse:
    """What holds when: a month with the days on which something begins, ends or is special."""
    today = clock.business_date(clock.now(), shop_known().time_zone)
    first = _month(request.GET.get("month", ""), today)
    programs = programs_listed()
    days = calendar.Calendar().monthdatescalendar(first.year, first.month)
    marks = marks_of(programs, days[0][0], days[-1][-1])
    linked = [(each, _mark_address(each, programs)) for each in marks]
    context = {
        "title": _("Calendar of programs"),
        "head": Head(
            _("Calendar of programs"),
            _("Which versions begin and end, and the days on which a rule is special."),
            back=Action(_("Programs"), reverse("console:programs")),
            actions=(Action(_("All versions"), reverse("console:programs-versions")),),
        ),
        "month": date_format(first, "YEAR_MONTH_FORMAT"),
        "earlier": (first - timedelta(days=1)).strftime("%Y-%m"),
        "later": (first + timedelta(days=32)).strftime("%Y-%m"),
        "weekdays": WEEKDAYS[reader_language()],
        "weeks": [[_day(day, first, today, linked) for day in week] for week in days],
        "has_marks": bool(marks),
    }
    return page(request, "rules_programs/calendar.html", context)


def _month(text: str, today: date) -> date:
    """The month that is asked for; of one whose neighbours no calendar has, today's."""
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)
    return found if MINYEAR < found.year < MAXYEAR else today.replace(day=1)


MARKS = {"begins": "good", "ends": "warn", "special": "info"}


def _mark_address(mark: Mark, programs: list[ProgramView]) -> str:
    """Where a mark leads: a version that begins to what it changes, others to the program."""
    program = next(each for each in programs if each.code == mark.program)
    begun = [each for each in program.versions if each.version == mark.version]
    changes = compare_address(program, begun[0]) if mark.kind == "begins" and begun else ""
    return changes or reverse("console:programs-one", args=[mark.program])


def _day(day: date, first: date, today: date, marks: list[tuple[Mark, str]]) -> dict[str, Any]:
    words = {"begins": _("from: %(name)s"), "ends": _("until: %(name)s"), "special": "%(name)s"}
    return {
        "number": day.day,
        "weekday": WEEKDAYS[reader_language()][day.weekday()],
        "is_today": day == today,
        "is_inside": day.month == first.month,
        "marks": [
            (
                words[each.kind] % {"name": merchant_text(dict(each.name))},
                MARKS[each.kind],
                href,
            )
            for each, href in marks
            if each.day == day
        ],
    }
