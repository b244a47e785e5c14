"""One imagined event judged by a content that was never published: what would a member get?"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from regulars.foundation import clock
from regulars.ledger.book.types import AssetView
from regulars.rules.expressions.types import ValueType
from regulars.rules.facts import FactValue, facts_known
from regulars.rules.programs.judging import judge
from regulars.rules.programs.kinds import ORDER, READ_AS, declared_kind
from regulars.rules.programs.trials import program_trial
from regulars.rules.programs.types import Note, Occasion

_EMPTY: Mapping[ValueType, FactValue] = {
    ValueType.INT: 0,
    ValueType.TEXT: "",
    ValueType.BOOL: False,
    ValueType.TEXTS: (),
}


class Sample(msgspec.Struct, frozen=True):
    """The imagined event. Of the member's facts only those that differ from a newcomer's."""

    kind: str = ORDER
    net_minor: int = 0
    store: str = ""
    category: str = ""
    facts: Mapping[str, FactValue] = {}
    at: datetime | None = None


class SampleLine(msgspec.Struct, frozen=True):
    """The one line of an imagined sale."""

    net_minor: int
    category: str = ""
    sku: str = ""
    quantity: int = 1
    line: str = "1"


class Gain(msgspec.Struct, frozen=True):
    """So much of one asset."""

    asset: AssetView
    amount: int


class Sampled(msgspec.Struct, frozen=True):
    """What the member would get, and what each rule that listens says to it."""

    gains: tuple[Gain, ...]
    notes: tuple[Note, ...]
    assets: Mapping[int, AssetView]
    names: Mapping[str, Mapping[str, str]]


def sample_judged(
    *, code: str, content: Any, assets: Mapping[int, AssetView], sample: Sample
) -> Sampled:
    """Judges the sample with the real engine. Refuses what saving the content would refuse."""
    program, known = program_trial(code=code, version=0, content=content, assets=assets)
    at = sample.at or clock.now()
    facts: dict[str, Any] = {name: newcomers(name) for name in program.facts_needed}
    facts |= {"order.store": sample.store, **_data(sample), **sample.facts}
    line = SampleLine(sample.net_minor, sample.category)
    occasion = Occasion(
        sample.kind,
        facts,
        sample.net_minor,
        (line,) if sample.kind == ORDER else (),
        at,
        clock.business_date(at, program.time_zone),
    )
    verdict = judge(program, occasion, known)
    given: dict[int, int] = {}
    for proposal in verdict.proposals:
        given[proposal.asset_id] = given.get(proposal.asset_id, 0) + proposal.amount
    gains = [Gain(known[asset_id], amount) for asset_id, amount in given.items() if amount]
    names = {f"{program.label}/{rule['code']}": rule["name"] for rule in content["rules"]}
    return Sampled(tuple(gains), verdict.notes, known, names)


def _data(sample: Sample) -> dict[str, FactValue]:
    """What an imagined event says, where its kind declares that: the amount, else nothing much."""
    kind = declared_kind(sample.kind)
    if kind is None:
        return {}
    data: dict[str, FactValue] = {}
    for field in kind.fields:
        value = next(iter(field.choices), None) or _EMPTY[READ_AS[field.type]]
        data[field.variable] = sample.net_minor if field.code == kind.amount else value
    return data


def newcomers(name: str) -> FactValue:
    """What is true of a member of whom nothing is known yet."""
    fact = facts_known()[name]
    return fact.column.missing if fact.column is not None else _EMPTY[fact.type]
