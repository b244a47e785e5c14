"""How much of the budgets of the programs in force is used in the present period."""

from datetime import datetime

import msgspec

from regulars.foundation import clock
from regulars.foundation.database.session import Unit
from regulars.rules.limits.selectors import counters_used
from regulars.rules.limits.types import Counts, Limit, Scope, Window, place_of
from regulars.rules.programs.in_force import programs_in_force


class BudgetView(msgspec.Struct, frozen=True):
    """A limit that all members share: `used` of `maximum` in the present period.

    `money_minor` is what it was written as, where it is a budget in money; `rule` is empty where
    the whole program is meant. `counts` says whether it is an amount or a number of times.
    """

    program: str
    program_name: dict[str, str]
    rule: str
    window: Window
    counts: Counts
    maximum: int
    used: int
    money_minor: int

    @property
    def used_percent(self) -> int:
        """How much is used, in per cent, rounded down."""
        return self.used * 100 // self.maximum if self.maximum else 100


def budgets_in_force(unit: Unit, at: datetime) -> list[BudgetView]:
    """The shared limits of all programs in force, by program and rule, each once."""
    found: dict[str, tuple[str, dict[str, str], str, Limit]] = {}
    for program in programs_in_force(unit, at):
        day = clock.business_date(at, program.time_zone)
        for rules in program.rules_by_kind.values():
            for rule in rules:
                for limit in rule.limits:
                    if limit.scope is Scope.ALL:
                        key = place_of(limit, day)[1]
                        name = rule.code if limit.subject.endswith(f"/{rule.code}") else ""
                        found.setdefault(key, (program.code, program.name, name, limit))
    used = counters_used(unit, list(found)) if found else {}
    return [
        BudgetView(
            program=code,
            program_name=name,
            rule=rule,
            window=limit.window,
            counts=limit.counts,
            maximum=limit.maximum,
            used=used.get(key, 0),
            money_minor=limit.money_minor,
        )
        for key, (code, name, rule, limit) in found.items()
    ]
