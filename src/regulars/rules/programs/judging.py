"""Judging one event by the rules in force: pure, exact, and with an explanation for every rule.

Nothing is read, written, timed or drawn here. Programs are taken in the order of their codes, the
rules of each by group and priority. Limits are taken from as soon as a rule gives. A rule that
can't be evaluated is refused alone.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from regulars.ledger.book.types import AssetView
from regulars.rules.actions import Followup, Loaded, action_get
from regulars.rules.expressions.errors import EvaluationFailed
from regulars.rules.limits.types import Allowance, unlimited_past
from regulars.rules.programs.capping import Capped, decided_within
from regulars.rules.programs.deck import InForce, Lineup
from regulars.rules.programs.earning import (
    Basket,
    Judged,
    fired,
    flat_decided,
    rated_decided,
    refused,
)
from regulars.rules.programs.errors import AssetsOutdated, FactMissing
from regulars.rules.programs.rules import CompiledRule, Doing, FlatEarning, Question
from regulars.rules.programs.types import (
    CompiledProgram,
    Deed,
    Note,
    Occasion,
    Proposal,
    Recalled,
    Verdict,
)

NOTHING = Verdict((), ())
NOTHING_LOADED: Mapping[str, Loaded] = {}
UNSEEN = "*"


def judge(
    program: CompiledProgram,
    occasion: Occasion,
    assets: Mapping[int, AssetView],
    allowance: Allowance | None = None,
) -> Verdict:
    """What one program proposes for this event, and a note for each rule that listens to it.

    `assets` are the ledger's, by id; `assets_outdated` if they lack one the program gives. Without
    an allowance the limits count from zero.
    """
    seats = InForce((program,)).deck.candidates(occasion)
    return judged(seats, occasion, assets, allowance or unlimited_past())


def judged(
    seats: Lineup,
    occasion: Occasion,
    assets: Mapping[int, AssetView],
    allowance: Allowance,
    loaded: Mapping[str, Loaded] = NOTHING_LOADED,
) -> Verdict:
    """What the rules of these seats propose; `loaded` is what the actions of `do` need, by name."""
    basket = Basket(occasion)
    if not seats.is_plain:
        return _Hand(basket, assets, allowance, loaded).played(seats)
    proposals: list[Proposal] = []
    notes: list[Note] = []
    for seat in seats:
        rule = seat.rule
        try:
            proposal, note = _plainly(rule, basket, assets)
        except (EvaluationFailed, FactMissing) as failure:
            proposal, note = None, refused(rule.label, failure.code, failure.context)
        if proposal is not None:
            proposals.append(proposal)
        notes.append(note)
    return Verdict(tuple(proposals), tuple(notes))


def judged_again(
    seats: Lineup,
    occasion: Occasion,
    assets: Mapping[int, AssetView],
    allowance: Allowance,
    recalled: Mapping[str, Recalled],
) -> Verdict:
    """Judges a past event. Rules in `recalled`, by code, aren't asked: they do what they did.

    So they take their turn, their limits and their group's place as in truth.
    """
    return _Recalling(Basket(occasion), assets, allowance, recalled).played(seats)


def _plainly(rule: CompiledRule, basket: Basket, assets: Mapping[int, AssetView]) -> Judged:
    """A rule that is restrained by its condition alone."""
    if rule.switched_off:
        return None, refused(rule.label, "switched_off", {})
    if rule.when is not None and not rule.when.holds(basket.occasion):
        return None, _unmet(rule.label, rule.when, basket.occasion, "condition_unmet")
    return _given(rule, basket, assets)


def _given(rule: CompiledRule, basket: Basket, assets: Mapping[int, AssetView]) -> Judged:
    """What a rule that holds gives, when no limit restrains it."""
    effect = rule.effect
    if isinstance(effect, Doing):
        raise TypeError("an action is not plain")
    if effect.asset_id not in assets:
        # The caller's assets are older than the program: nothing may be lost by that.
        raise AssetsOutdated(asset=effect.asset)
    if isinstance(effect, FlatEarning):
        return flat_decided(rule.label, effect, basket)
    return rated_decided(rule.label, effect, basket)


class _Hand:
    """One event being judged, rule by rule."""

    __slots__ = ("_allowance", "_assets", "_basket", "_deeds", "_followups", "_loaded",
                 "_occasion", "_proposals", "notes")  # fmt: skip

    def __init__(
        self,
        basket: Basket,
        assets: Mapping[int, AssetView],
        allowance: Allowance,
        loaded: Mapping[str, Loaded],
    ) -> None:
        self._basket = basket
        self._occasion = basket.occasion
        self._assets = assets
        self._allowance = allowance
        self._loaded = loaded
        self._proposals: list[Proposal] = []
        self._deeds: list[Deed] = []
        self._followups: list[Followup] = []
        self.notes: list[Note] = []

    def played(self, seats: Lineup) -> Verdict:
        """Judges these rules, those of each group together."""
        for group, rules in seats.rounds:
            if group is None:
                self.one(rules[0])
            elif group.best_of:
                self.best_of(rules)
            else:
                self.exclusive(rules)
        return Verdict(
            tuple(self._proposals),
            tuple(self.notes),
            tuple(self._deeds),
            tuple(self._followups),
        )

    def one(self, rule: CompiledRule) -> bool:
        """Judges a rule that competes with none; whether it gave."""
        effect = rule.effect
        if isinstance(effect, Doing):
            return self._done(rule, effect)
        proposal, note, counted = self._decided(rule)
        self.notes.append(note)
        if proposal is None:
            return False
        self._proposals.append(proposal)
        # What is given only beyond a limit counts under none.
        if counted:
            self._allowance.take(rule.limits, counted)
        return True

    def exclusive(self, rules: Sequence[CompiledRule]) -> None:
        """The first that gives, by priority; the others stand back."""
        winner = None
        for rule in rules:
            if winner is not None:
                params = {"winner": winner.label}
                self.notes.append(refused(rule.label, "outranked", params))
            elif self.one(rule):
                winner = rule

    def best_of(self, rules: Sequence[CompiledRule]) -> None:
        """The one that gives most, the earlier of equals; each as far as its limits leave."""
        tried = [self._decided(rule) for rule in rules]
        amounts = [proposal.amount if proposal else 0 for proposal, _, _ in tried]
        best = max(amounts)
        place = amounts.index(best)
        for other, (rule, (proposal, note, counted)) in enumerate(zip(rules, tried, strict=True)):
            if proposal is None:
                self.notes.append(note)
            elif other == place:
                self.notes.append(note)
                self._proposals.append(proposal)
                if counted:
                    self._allowance.take(rule.limits, counted)
            else:
                params = {
                    "winner": rules[place].label,
                    "asset": note.params["asset"],
                    "amount": proposal.amount,
                    "best": best,
                }
                self.notes.append(refused(rule.label, "bettered", params))

    def _decided(self, rule: CompiledRule) -> Capped:
        label, effect = rule.label, rule.effect
        try:
            if not rule.is_open:
                note = _unwilling(rule, self._basket)
                if note is not None:
                    return None, note, 0
            if isinstance(effect, Doing):
                raise TypeError("an action gives no amount")
            if effect.asset_id not in self._assets:
                raise AssetsOutdated(asset=effect.asset)
            return decided_within(label, effect, self._basket, rule.limits, self._allowance)
        except (EvaluationFailed, FactMissing) as failure:
            return None, refused(label, failure.code, failure.context), 0

    def _done(self, rule: CompiledRule, doing: Doing) -> bool:
        """Asks another room's action, when the rule holds and its limits leave a time."""
        label = rule.label
        try:
            note = _unwilling(rule, self._basket)
        except (EvaluationFailed, FactMissing) as failure:
            note = refused(label, failure.code, failure.context)
        for limit in rule.limits if note is None else ():
            if self._allowance.room(limit, 1) == 0:
                note = refused(label, "times_reached", {"maximum": limit.maximum})
                break
        if note is not None:
            self.notes.append(note)
            return False
        action = action_get(doing.action)
        loaded = self._loaded.get(doing.action, Loaded())
        decided = action.decide(label, doing.effect, self._occasion, loaded)
        self.notes.append(Note(label, decided.fired, decided.code, decided.params))
        if not decided.fired:
            return False
        self._deeds.append(Deed(doing.action, decided.decision))
        self._followups += decided.followups
        self._allowance.take(rule.limits, 0)
        return True


class _Recalling(_Hand):
    """A past event being judged again, in which some rules do what they did then."""

    __slots__ = ("_recalled",)

    def __init__(
        self,
        basket: Basket,
        assets: Mapping[int, AssetView],
        allowance: Allowance,
        recalled: Mapping[str, Recalled],
    ) -> None:
        super().__init__(basket, assets, allowance, NOTHING_LOADED)
        self._recalled = recalled

    def _decided(self, rule: CompiledRule) -> Capped:
        then = self._recalled.get(rule.code)
        if then is None or isinstance(rule.effect, Doing):
            return super()._decided(rule)
        params = {"asset": rule.effect.asset, "amount": then.amount}
        if not then.fired:
            return None, refused(rule.label, "recalled", params), 0
        proposal = Proposal(rule.label, rule.effect.asset_id, then.amount, None, None, ())
        return proposal, fired(rule.label, "recalled", params), then.counted

    def _done(self, rule: CompiledRule, doing: Doing) -> bool:
        then = self._recalled.get(rule.code, Recalled())
        if then.fired:
            self._allowance.take(rule.limits, 0)
        self.notes.append(Note(rule.label, then.fired, "recalled", {"action": doing.action}))
        return then.fired


def _unwilling(rule: CompiledRule, basket: Basket) -> Note | None:
    """Why a rule does not apply, or None when it does."""
    label, occasion, schedule = rule.label, basket.occasion, rule.schedule
    if rule.switched_off:
        return refused(label, "switched_off", {})
    if schedule is not None and not schedule.holds(*basket.moment(schedule.zone)):
        return refused(label, "not_scheduled", {})
    if rule.audience is not None and not rule.audience.holds(occasion):
        return _unmet(label, rule.audience, occasion, "not_addressed")
    if rule.when is not None and not rule.when.holds(occasion):
        return _unmet(label, rule.when, occasion, "condition_unmet")
    return None


def _unmet(label: str, when: Question, occasion: Occasion, code: str) -> Note:
    """Names the first number that the condition demands and doesn't get, and the difference."""
    for threshold, read in when.demands:
        found = read(occasion, None)
        if found < threshold.minimum:
            params = {
                "variable": threshold.variable,
                "found": found,
                "needed": threshold.minimum,
                "missing": threshold.minimum - found,
            }
            return refused(label, "more_needed", params)
    return refused(label, code, {"condition": when.condition.text})


def unseen(seats: Lineup, listening: int) -> Note | None:
    """One note for all the rules that could not apply; None when every rule was judged."""
    left = listening - len(seats)
    return _left_out(left) if left else None


@lru_cache(maxsize=256)
def _left_out(count: int) -> Note:
    return refused(UNSEEN, "not_considered", {"count": count})
