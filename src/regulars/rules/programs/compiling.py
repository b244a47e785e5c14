"""From a checked content to a program that can be judged: once per version and process."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec

from regulars.foundation import clock
from regulars.ledger.book.types import AssetView
from regulars.rules.actions import action_get
from regulars.rules.expressions.services import Condition, Language, conjuncts, thresholds
from regulars.rules.expressions.types import Call, Const, Items, Name, Node, ValueType
from regulars.rules.facts import FactDeclaration, facts_known, facts_refreshed
from regulars.rules.programs.capping import limits_compiled
from regulars.rules.programs.content import (
    Content,
    Earn,
    EarnFlat,
    GroupKind,
    RedemptionContent,
    RuleContent,
    ScheduleContent,
)
from regulars.rules.programs.errors import AssetUndeclared, FactMissing, UnknownFact
from regulars.rules.programs.kinds import (
    ANCHORS,
    LINE_TEXTS,
    OF_LINES,
    ORDER,
    Variable,
    variables_of,
)
from regulars.rules.programs.rules import (
    THOUSAND,
    Anchor,
    CompiledGroup,
    CompiledRule,
    Dating,
    Doing,
    FlatEarning,
    LineFactors,
    Multiplier,
    Question,
    RatedEarning,
    Reader,
    Schedule,
)
from regulars.rules.programs.types import CompiledProgram, Redemption


class Vocabulary:
    """The variables of one kind of event, those of a line among them or not, and all facts."""

    def __init__(self, kind: str | None, *, with_lines: bool) -> None:
        variables = variables_of(kind) if kind is not None else {}
        if with_lines:
            variables |= OF_LINES
        for fact in facts_known().values():
            variables[fact.name] = _of_fact(fact)
        self._variables = variables
        self._language = Language({name: each.type for name, each in variables.items()})

    @property
    def types(self) -> dict[str, ValueType]:
        """The variables that may be read, with their types."""
        return {name: each.type for name, each in self._variables.items()}

    def fact(self, name: str, where: str = "by") -> Reader:
        """What reads a member's fact that is a number; `unknown_fact` if there is none."""
        variable = self._variables.get(name)
        if name not in facts_known() or variable is None or variable.type is not ValueType.INT:
            numbers = [each.name for each in facts_known().values() if each.type is ValueType.INT]
            raise UnknownFact(where=where, fact=name[:81], known=", ".join(sorted(numbers)) or "-")
        return variable.read

    def question(self, text: str, where: str = "when") -> Question:
        """The question this text asks; refusals name `where`, line and column."""
        condition = self._language.condition(text, where)
        readers = tuple(self._variables[name].read for name in condition.variables)
        numbers = {n for n, each in self._variables.items() if each.type is ValueType.INT}
        demands = tuple(
            (each, self._variables[each.variable].read)
            for each in thresholds(condition.tree)
            if each.variable in numbers
        )
        return Question(condition, readers, demands)


def vocabulary(kind: str, *, with_lines: bool = False) -> Vocabulary:
    """The vocabulary of this kind of event, as the facts are declared now.

    `with_lines`: those of a line too, where the kind is one that has lines.
    """
    facts_refreshed()
    with_lines = with_lines and kind == ORDER
    facts = tuple((fact.name, fact.type) for fact in facts_known().values())
    data = tuple((name, each.type) for name, each in variables_of(kind).items())
    return _vocabulary(kind, with_lines, facts + data)


@lru_cache(maxsize=64)
def _vocabulary(
    kind: str,
    with_lines: bool,  # noqa: FBT001 - a cache's key
    names: tuple[tuple[str, ValueType], ...],
) -> Vocabulary:
    return Vocabulary(kind, with_lines=with_lines)


def audience_words() -> Vocabulary:
    """The vocabulary of audiences: the member's facts, whatever happens."""
    facts_refreshed()
    return _audience_words(tuple((fact.name, fact.type) for fact in facts_known().values()))


@lru_cache(maxsize=8)
def _audience_words(facts: tuple[tuple[str, ValueType], ...]) -> Vocabulary:
    return Vocabulary(None, with_lines=False)


def _of_fact(fact: FactDeclaration) -> Variable:
    name, is_list = fact.name, fact.type is ValueType.TEXTS

    def read(occasion: Any, _: Any) -> Any:
        found = occasion.facts.get(name)
        if found is None:
            raise FactMissing(fact=name)
        return tuple(found) if is_list else found

    return Variable(fact.type, read)


def program_compiled(
    *,
    content: Content,
    version_id: str,
    code: str,
    version: int,
    valid_from: datetime,
    valid_until: datetime | None,
    assets: Mapping[int, AssetView],
) -> CompiledProgram:
    """The program in the form in which it is judged; its content must have been checked."""
    label = f"{code}@{version}"
    by_code = {asset.code: asset for asset in assets.values()}
    redemption = _redemption(content.redemption, by_code)
    limited = limits_compiled(content, code, by_code)
    groups = {
        each.code: CompiledGroup(each.code, each.kind is GroupKind.BEST_OF)
        for each in content.groups
        if each.kind is not GroupKind.STACK
    }
    rules: dict[str, list[CompiledRule]] = {}
    for place, rule in enumerate(in_order(content)):
        compiled = _rule(rule, f"{label}/{rule.code}", content, by_code)
        group, limits = groups.get(rule.group or ""), limited.get(rule.code, ())
        restrained = group or limits or compiled.schedule or compiled.audience
        own = msgspec.structs.replace(
            compiled,
            place=place,
            group=group,
            limits=limits,
            is_plain=not (restrained or isinstance(compiled.effect, Doing)),
            is_open=not (
                compiled.switched_off or compiled.when or compiled.schedule or compiled.audience
            ),
        )
        rules.setdefault(rule.on, []).append(own)
    everything = [rule for listening in rules.values() for rule in listening]
    return CompiledProgram(
        version_id=version_id,
        code=code,
        version=version,
        label=label,
        name=content.name,
        time_zone=content.time_zone,
        valid_from=valid_from,
        valid_until=valid_until,
        rules_by_kind={kind: tuple(listening) for kind, listening in rules.items()},
        facts_needed=frozenset(facts_read(everything)),
        asset_ids=frozenset(
            rule.effect.asset_id for rule in everything if not isinstance(rule.effect, Doing)
        ),
        redemption=redemption,
    )


def in_order(content: Content) -> list[RuleContent]:
    """The rules as they are taken: by priority, the highest first, then as they are written.

    The rules of a group are taken together, where its first one stands.
    """
    competing = {each.code for each in content.groups if each.kind is not GroupKind.STACK}
    by_priority = sorted(content.rules, key=lambda rule: -rule.priority)
    places: dict[str, int] = {}
    for place, rule in enumerate(by_priority):
        if rule.group in competing:
            places.setdefault(rule.group or "", place)
    numbered = list(enumerate(by_priority))
    numbered.sort(key=lambda each: (places.get(each[1].group or "", each[0]), each[0]))
    return [rule for _, rule in numbered]


def _rule(
    rule: RuleContent,
    label: str,
    content: Content,
    by_code: Mapping[str, AssetView],
) -> CompiledRule:
    when = vocabulary(rule.on).question(rule.when)
    constant = _constant(when.condition, rule.on)
    audience = audience_words().question(rule.audience, "audience")
    return CompiledRule(
        label=label,
        code=rule.code,
        switched_off=constant is False or audience.condition.constant is False,
        when=when if constant is None else None,
        effect=_effect(rule, label, content, by_code),
        audience=audience if audience.condition.constant is None else None,
        schedule=_schedule(rule.schedule, content.time_zone) if rule.schedule else None,
        anchor=anchor_of(when.condition.tree) if constant is None else None,
    )


def _effect(
    rule: RuleContent, label: str, content: Content, by_code: Mapping[str, AssetView]
) -> RatedEarning | FlatEarning | Doing:
    effect = rule.effect
    if effect is None:
        for name, params in (rule.do or {}).items():
            return Doing(name, action_get(name).check(params, "do"))
        raise ValueError(f"{label} has no effect: its content was not checked")
    asset = _asset(effect.asset, by_code)
    dating = Dating(
        policy=effect.expiry or asset.expiry.lot,
        expiry_zone=content.time_zone if effect.expiry else asset.time_zone,
        available_after_days=effect.available_after_days,
        program_zone=content.time_zone,
    )
    if isinstance(effect, EarnFlat):
        return FlatEarning(asset.id, asset.code, effect.amount, dating)
    return _rated(effect, rule.on, asset, dating)


def _schedule(schedule: ScheduleContent, time_zone: str) -> Schedule | None:
    if not (schedule.weekdays or schedule.hours or schedule.dates):
        return None
    return Schedule(
        zone=clock.zone(time_zone),
        weekdays=frozenset(schedule.weekdays),
        hours=tuple((_minute(each.since), _minute(each.until)) for each in schedule.hours),
        dates=tuple((each.since, each.until) for each in schedule.dates),
    )


def _minute(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


def anchor_of(tree: Node) -> Anchor | None:
    """The first part of `a && b && …` that a rule can be found by; None if there is none."""
    for part in conjuncts(tree):
        if isinstance(part, Call) and len(part.arguments) == 2:
            anchor = _anchor(part.function, *part.arguments)
            if anchor is not None:
                return anchor
    return None


def _anchor(function: str, left: Node, right: Node) -> Anchor | None:
    if function == "_==_" and isinstance(left, Const):
        left, right = right, left
    if function == "@in" and isinstance(left, Const) and isinstance(right, Name):
        return Anchor(right.name, (left.value,)) if right.name in ANCHORS else None
    if not isinstance(left, Name) or left.name not in ANCHORS:
        return None
    if function == "_==_" and isinstance(right, Const):
        return Anchor(left.name, (right.value,))
    if function == "@in" and isinstance(right, Items):
        values = [item.value for item in right.items if isinstance(item, Const)]
        if len(values) == len(right.items):
            return Anchor(left.name, tuple(dict.fromkeys(values)))
    return None


def _rated(earn: Earn, kind: str, asset: AssetView, dating: Dating) -> RatedEarning:
    per_line: list[Multiplier] = []
    per_order: list[Multiplier] = []
    words = vocabulary(kind, with_lines=True)
    for each in earn.multipliers:
        by = (each.by, words.fact(each.by)) if each.by is not None else None
        multiplier = Multiplier(each.thousandths or 0, words.question(each.when), by)
        looks_at_lines = OF_LINES.keys() & set(multiplier.when.condition.variables)
        (per_line if looks_at_lines else per_order).append(multiplier)
    return RatedEarning(
        asset_id=asset.id,
        asset=asset.code,
        amount=earn.rate.amount,
        per_minor=earn.rate.per_minor,
        line_factors=LineFactors(per_line, _fields(per_line)) if per_line else None,
        line_scale=THOUSAND ** len(per_line),
        order_multipliers=tuple(per_order),
        order_scale=THOUSAND ** len(per_order),
        rounding=earn.rounding,
        dating=dating,
        after_limit=(earn.after_limit.amount, earn.after_limit.per_minor)
        if earn.after_limit
        else None,
    )


def _fields(multipliers: Iterable[Multiplier]) -> tuple[str, ...] | None:
    """The line's attributes by which products can be remembered, if they are few texts."""
    read = {name for each in multipliers for name in each.when.condition.variables}
    if not read <= LINE_TEXTS:
        return None
    return tuple(sorted(name.removeprefix("line.") for name in read))


def _constant(condition: Condition, kind: str) -> bool | None:
    """The answer of a condition that reads nothing, or nothing but the kind it listens to."""
    if condition.variables == ("event.kind",):
        return condition.holds((kind,))
    return condition.constant


def facts_read(rules: Iterable[CompiledRule]) -> set[str]:
    """The member facts that these rules ask for."""
    read: set[str] = set()
    for rule in rules:
        questions = [each for each in (rule.when, rule.audience) if each is not None]
        if isinstance(rule.effect, RatedEarning):
            questions += [each.when for each in rule.effect.order_multipliers]
            read.update(each.by[0] for each in rule.effect.order_multipliers if each.by)
            if rule.effect.line_factors:
                questions += [each.when for each in rule.effect.line_factors.multipliers]
        for question in questions:
            read.update(question.condition.variables)
    return read & facts_known().keys()


def _redemption(
    redemption: RedemptionContent | None, by_code: Mapping[str, AssetView]
) -> Redemption | None:
    if redemption is None:
        return None
    return Redemption(
        asset_id=_asset(redemption.asset, by_code).id,
        points=redemption.points,
        value_minor=redemption.value_minor,
        minimum_balance=redemption.minimum_balance,
        step=redemption.step,
    )


def _asset(code: str, by_code: Mapping[str, AssetView]) -> AssetView:
    asset = by_code.get(code)
    if asset is None:
        raise AssetUndeclared(where="assets", asset=code, known=", ".join(sorted(by_code)))
    return asset
