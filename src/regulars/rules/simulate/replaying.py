"""Judging the past by a program that never held: in memory, from empty limits on."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from regulars.foundation import clock
from regulars.foundation.database.session import unit_of_work
from regulars.ledger.book.types import AssetView
from regulars.rules.actions import PastFollowup, followup_kinds
from regulars.rules.facts import facts_known, facts_load, facts_loaded
from regulars.rules.limits.types import Allowance, LimitBook
from regulars.rules.programs.services import (
    Doing,
    InForce,
    facts_read,
    judged,
    judged_again,
    program_trial,
)
from regulars.rules.programs.types import CompiledProgram, Occasion, Recalled
from regulars.rules.simulate.following import Following, day_of, is_kept
from regulars.rules.simulate.history import Gift, Past
from regulars.rules.simulate.returning import Returns
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
        self._nothing_recalled = dict.fromkeys(left_out, Recalled())
        kept = [rule for rule in content["rules"] if rule["code"] not in left_out]
        self.program, self._assets = program_trial(
            code=code, version=0, content={**content, "rules": kept}, assets=assets
        )
        self.tally = Tally()
        self._code = code
        # What is left out takes its turn as in truth: from limits that others share with it, and
        # from the others of its group.
        self._deck = InForce((whole,)).deck
        self._book = LimitBook()
        self._returns = Returns()
        self._following = Following(self.program.rules_by_kind)

    def asset_code(self, asset_id: int) -> str:
        """The code of an asset, one that is only declared included."""
        return self._assets[asset_id].code

    def begun(self, since: date, until: date) -> None:
        """Looks up what no event of these business days raised, but a job."""
        self._following.begun(since, until)

    def replayed(self, chunk: Sequence[Past], stores: Mapping[int, str]) -> None:
        """Judges a chunk, in its order, with the facts of the morning of each event's day."""
        following = self._following
        following.met({past.holder_id for past in chunk})
        facts = self._facts([(past.business_date, past.holder_id) for past in chunk])
        for past in chunk:
            self._returns.come_until(past.id)
            if following.has_jobs:
                self._jobs_judged(following.jobs_until(past.id))
            known = facts.get((past.business_date, past.holder_id), {})
            around = {"order.store": stores.get(past.store_id or 0, ""), **known}
            if past.is_judged:
                self._one(past, {**around, **past.facts})
            self._really(past)
            if following.has_raised:
                recalled = self._recalled(past, past.followed)
                for raised in following.of(past.id):
                    self._judged(raised, around, past.occurred_at, past.business_date, recalled)

    def ended(self) -> None:
        """Judges what jobs raised after the last event."""
        self._jobs_judged(self._following.jobs_until(None))

    def _one(self, past: Past, facts: dict[str, Any]) -> None:
        occasion = Occasion(
            past.kind, facts, past.net_minor, past.lines, past.occurred_at, past.business_date
        )
        self.tally.events += 1
        allowance = Allowance(self._book, past.holder_id, past.business_date)
        recalled = self._recalled(past, past.given)
        self._given(occasion, past.holder_id, allowance, past.kept, recalled)
        self._returns.expected(past, allowance)

    def _recalled(self, past: Past, gifts: Sequence[Gift]) -> dict[str, Recalled]:
        """What the rules that are left out did in truth with this event."""
        if not self._left_out:
            return {}
        found = dict.fromkeys(self._left_out, Recalled())
        amounts = {self._rule_of(label): amount for label, _, amount in gifts}
        for label, inside in past.fired:
            rule = self._rule_of(label)
            if rule in found:
                amount = amounts.get(rule, 0)
                counted = amount if inside is None else inside
                found[rule] = Recalled(fired=True, amount=amount, counted=counted)
        return found

    def _rule_of(self, label: str) -> str:
        """The code of the rule that gave something; empty where it is another program's."""
        program, _, rule = label.partition("@")
        return rule.partition("/")[2] if program == self._code else ""

    def _jobs_judged(self, raised: Sequence[PastFollowup]) -> None:
        if not raised:
            return
        facts = self._facts([(day_of(each.raised_at), each.holder_id) for each in raised])
        for each in raised:
            day = day_of(each.raised_at)
            known = {"order.store": "", **facts.get((day, each.holder_id), {})}
            self._judged(each, known, each.raised_at, day, self._nothing_recalled)

    def _judged(
        self,
        raised: PastFollowup,
        facts: dict[str, Any],
        occurred_at: datetime,
        day: date,
        recalled: Mapping[str, Recalled],
    ) -> None:
        """Judges a follow-up; a refund of its cause leaves what it gave."""
        kind = raised.followup.kind
        known = {**facts, **raised.followup.data}
        occasion = Occasion(kind, known, 0, (), occurred_at, day)
        allowance = Allowance(self._book, raised.holder_id, day)
        self._given(occasion, raised.holder_id, allowance, int, recalled)

    def _given(
        self,
        occasion: Occasion,
        holder_id: str,
        allowance: Allowance,
        kept: Callable[[int], int],
        recalled: Mapping[str, Recalled],
    ) -> None:
        tally = self.tally
        seats = self._deck.candidates(occasion)
        if recalled:
            verdict = judged_again(seats, occasion, self._assets, allowance, recalled)
        else:
            verdict = judged(seats, occasion, self._assets, allowance)
        member = tally.members[holder_id]
        for proposal in verdict.proposals:
            asset = self._assets[proposal.asset_id].code
            rule = proposal.rule.rpartition("/")[2]
            if rule in self._left_out:
                continue
            counted = tally.by_rule[rule]
            counted[0] += 1
            counted[1] += proposal.amount
            tally.asset_of[rule] = asset
            amount = kept(proposal.amount)
            tally.given[asset] += amount
            member[0] += amount

    def _really(self, past: Past) -> None:
        """What it gave in truth. A refund left what followed from it."""
        if past.given:
            self._gifts_counted(past.given, past.holder_id, past.kept)
        if past.followed:
            self._gifts_counted(past.followed, past.holder_id, int)

    def _gifts_counted(
        self, gifts: Sequence[Gift], holder_id: str, kept: Callable[[int], int]
    ) -> None:
        tally = self.tally
        for label, asset, amount in gifts:
            rule = self._rule_of(label)
            # What can't be replayed is left out on both sides.
            if rule and rule not in self._left_out:
                left = kept(amount)
                tally.really[asset] += left
                tally.members[holder_id][1] += left

    def _facts(
        self, wanted: Sequence[tuple[date, str]]
    ) -> dict[tuple[date, str], Mapping[str, Any]]:
        """The members' facts by business day, as they were when the day began."""
        names = self.program.facts_needed
        found: dict[tuple[date, str], Mapping[str, Any]] = {}
        if not names:
            return found
        by_day: dict[date, set[str]] = defaultdict(set)
        for day, member_id in wanted:
            by_day[day].add(member_id)
        for day, members in by_day.items():
            morning = clock.midnight_before(day, self.program.time_zone)
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
        raised = kind in followup_kinds() and not is_kept(kind)
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
