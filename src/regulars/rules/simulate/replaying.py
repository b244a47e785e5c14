"""Judging the past by a program that never held: in memory, from empty limits on."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import msgspec

from regulars.foundation import clock
from regulars.foundation.database.session import unit_of_work
from regulars.ledger.book.types import AssetView
from regulars.rules.actions import followup_kinds
from regulars.rules.facts import facts_known, facts_load, facts_loaded
from regulars.rules.limits.types import Allowance, LimitBook
from regulars.rules.programs.services import (
    Doing,
    InForce,
    facts_read,
    judged,
    program_trial,
)
from regulars.rules.programs.types import CompiledProgram, Occasion
from regulars.rules.simulate.history import Past
from regulars.rules.simulate.types import NotReplayed


class Tally:
    """What the chunks so far add up to."""

    def __init__(self) -> None:
        self.events = 0
        self.given: dict[str, int] = defaultdict(int)
        self.really: dict[str, int] = defaultdict(int)
        self.by_rule: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        self.asset_of: dict[str, str] = {}
        # By member: what she would have got, what she really got.
        self.members: dict[str, list[int]] = defaultdict(lambda: [0, 0])


class Replay:
    """One program over the past. Rules whose past nobody knows are named and left out."""

    def __init__(
        self, code: str, content: Mapping[str, Any], assets: Mapping[int, AssetView]
    ) -> None:
        whole, _ = program_trial(code=code, version=0, content=content, assets=assets)
        self.not_replayed = _not_replayed(whole)
        left_out = self._left_out = {each.rule for each in self.not_replayed}
        kept = [rule for rule in content["rules"] if rule["code"] not in left_out]
        self.program, self._assets = program_trial(
            code=code, version=0, content={**content, "rules": kept}, assets=assets
        )
        self.tally = Tally()
        self._code = code
        self._deck = InForce((self.program,)).deck
        self._book = LimitBook()

    def asset_code(self, asset_id: int) -> str:
        """The code of an asset, one that is only declared included."""
        return self._assets[asset_id].code

    def replayed(self, chunk: Sequence[Past], stores: Mapping[int, str]) -> None:
        """Judges a chunk, in its order, with the facts of the morning of each event's day."""
        facts = self._facts(chunk)
        for past in chunk:
            known = facts.get((past.business_date, past.holder_id), {})
            self._one(past, {"order.store": stores.get(past.store_id or 0, ""), **known})

    def _one(self, past: Past, facts: dict[str, Any]) -> None:
        tally = self.tally
        occasion = Occasion(
            past.kind, facts, past.net_minor, past.lines, past.occurred_at, past.business_date
        )
        allowance = Allowance(self._book, past.holder_id, past.business_date)
        verdict = judged(self._deck.candidates(occasion), occasion, self._assets, allowance)
        tally.events += 1
        member = tally.members[past.holder_id]
        for proposal in verdict.proposals:
            asset = self._assets[proposal.asset_id].code
            rule = proposal.rule.rpartition("/")[2]
            counted = tally.by_rule[rule]
            counted[0] += 1
            counted[1] += proposal.amount
            tally.asset_of[rule] = asset
            kept = past.kept(proposal.amount)
            tally.given[asset] += kept
            member[0] += kept
        for label, asset, amount in past.given:
            program, _, rule = label.partition("@")
            # What can't be replayed is left out on both sides.
            if program == self._code and rule.partition("/")[2] not in self._left_out:
                kept = past.kept(amount)
                tally.really[asset] += kept
                member[1] += kept
        # Limits are as they were at the end: what a refund gave back counts as never used.
        allowance.reduced(past.kept)

    def _facts(self, chunk: Sequence[Past]) -> dict[tuple[date, str], Mapping[str, Any]]:
        """The members' facts by business day, as they were when the day began."""
        names = self.program.facts_needed
        found: dict[tuple[date, str], Mapping[str, Any]] = {}
        if not names:
            return found
        by_day: dict[date, set[str]] = defaultdict(set)
        for past in chunk:
            by_day[past.business_date].add(past.holder_id)
        for day, members in by_day.items():
            morning = clock.midnight_after(day - timedelta(days=1), self.program.time_zone)
            ids = sorted(members)
            loads = facts_load(names, ids, morning)
            statements = [statement for load in loads for statement in load.statements]
            with unit_of_work() as unit:
                rows = unit.flight(statements)
            for member_id, values in facts_loaded(loads, rows, names, ids).items():
                found[day, member_id] = values
        return found


def _not_replayed(program: CompiledProgram) -> tuple[NotReplayed, ...]:
    """The rules that can't be replayed, each with what stands in the way."""
    known = facts_known()
    found: list[NotReplayed] = []
    for kind, rules in program.rules_by_kind.items():
        raised = kind in followup_kinds()
        for rule in rules:
            blind = [name for name in facts_read((rule,)) if not known[name].can_look_back]
            if raised:
                found.append(NotReplayed(rule.code, "followup", kind))
            elif isinstance(rule.effect, Doing):
                found.append(NotReplayed(rule.code, "action", rule.effect.action))
            elif blind:
                found.append(NotReplayed(rule.code, "fact", min(blind)))
    return tuple(found)


def content_of(program: Any, version: int | None) -> tuple[int | None, dict[str, Any]]:
    """The draft's content (version None), or that of a version; the newest if there's no draft."""
    if version is None and program.draft is not None:
        return None, program.draft.content
    for each in program.versions:
        if version in (None, each.version):
            return each.version, msgspec.to_builtins(each.content)
    raise LookupError(version)
