"""The days on which a program begins, ends, or is special; from published versions alone."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Literal

import msgspec

from regulars.foundation import clock
from regulars.rules.programs.content import Content, RuleContent
from regulars.rules.programs.types import ProgramView, VersionState, VersionView

KEPT = (VersionState.IN_FORCE, VersionState.SCHEDULED)
# A rule on most days of the week is no special day.
SPECIAL_WEEKDAYS_MAX = 3


class Mark(msgspec.Struct, frozen=True):
    """Something on one day: a version's first or last day, or a day of a rule with a schedule."""

    day: date
    kind: Literal["begins", "ends", "special"]
    program: str
    name: dict[str, str]
    version: int = 0


def marks_of(programs: Iterable[ProgramView], since: date, until: date) -> list[Mark]:
    """All marks of these days, both included, in their order."""
    found: list[Mark] = []
    for program in programs:
        for version in program.versions:
            content = msgspec.convert(version.content, Content)
            first, last = _days(version, content.time_zone)
            name, number = dict(program.name), version.version
            if since <= first <= until:
                found.append(Mark(first, "begins", program.code, name, number))
            if last is not None and since <= last <= until:
                found.append(Mark(last, "ends", program.code, name, number))
            if version.state in KEPT:
                begin, end = max(first, since), min(last or until, until)
                found += _special(program.code, content, begin, end)
    return sorted(found, key=lambda mark: mark.day)


def _days(version: VersionView, zone: str) -> tuple[date, date | None]:
    first = clock.business_date(version.valid_from, zone)
    if version.valid_until is None:
        return first, None
    return first, clock.last_day_before(version.valid_until, zone)


def _special(program: str, content: Content, since: date, until: date) -> Iterator[Mark]:
    for rule in content.rules:
        if rule.schedule is None or not (rule.schedule.weekdays or rule.schedule.dates):
            continue
        if len(rule.schedule.weekdays) > SPECIAL_WEEKDAYS_MAX and not rule.schedule.dates:
            continue
        day = since
        while day <= until:
            if _holds(rule, day):
                yield Mark(day, "special", program, dict(rule.name))
            day += timedelta(days=1)


def _holds(rule: RuleContent, day: date) -> bool:
    schedule = rule.schedule
    if schedule is None or (schedule.weekdays and day.isoweekday() not in schedule.weekdays):
        return False
    return not schedule.dates or any(each.since <= day <= each.until for each in schedule.dates)
