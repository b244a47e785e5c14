"""The door of simulation: one function, and it only reads."""

import time
from collections.abc import Mapping
from datetime import date

import msgspec
from django.db import transaction
from django.urls import reverse

from regulars.foundation.actors import Actor
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.ids import public_id
from regulars.foundation.works.selectors import work_content, works_of
from regulars.foundation.works.services import work_begin
from regulars.foundation.works.tasks import work_queue
from regulars.foundation.works.types import WorkView
from regulars.ledger.book.selectors import assets_known
from regulars.organization.stores.selectors import stores_list
from regulars.rules.programs.errors import UnknownVersion
from regulars.rules.programs.selectors import program_get
from regulars.rules.programs.services import sent_kinds
from regulars.rules.programs.types import Redemption
from regulars.rules.simulate.errors import RangeReversed, RangeTooLong
from regulars.rules.simulate.following import causes_of
from regulars.rules.simulate.history import past_chunks, past_count
from regulars.rules.simulate.replaying import Replay, Tally, content_of
from regulars.rules.simulate.types import (
    AssetOutcome,
    MemberOutcome,
    Progress,
    RuleOutcome,
    Simulation,
)

NAMED_MEMBERS = 5
SIMULATION = "programs.simulate"
SCREEN = "programs-simulation"
# So many are judged while one waits for the page; more are a job.
AT_ONCE_MAX = 10_000
COUNTED_MAX = 100_000_000


def simulation_run(
    *,
    code: str,
    since: date,
    until: date,
    version: int | None = None,
    days_max: int = 0,
    progress: Progress | None = None,
) -> Simulation:
    """What a program's draft (or a version) would have given from `since` to `until`, inclusive.

    Judges the real events of these business days again, from empty limits on, with the facts of
    the morning of each day, and writes nothing. Refusals: unknown_program, unknown_version,
    range_reversed, range_too_long (with `days_max`), and what saving the draft would refuse today.
    """
    if until < since:
        raise RangeReversed
    if days_max and (until - since).days >= days_max:
        raise RangeTooLong(days=days_max)
    program = program_get(code)
    try:
        number, content = content_of(program, version)
    except LookupError:
        raise UnknownVersion(program=code, version=version or 1) from None
    began = time.perf_counter()
    with unit_of_work() as unit:
        assets = assets_known(unit)
    stores = {store.id: store.code for store in stores_list()}
    replay = Replay(code, content, assets)
    # The truth may have given for follow-ups where the draft doesn't, and the other way round.
    contents = [content, *[msgspec.to_builtins(each.content) for each in program.versions]]
    followed = causes_of([each["rules"] for each in contents])
    replay.begun(since, until)
    for chunk in past_chunks(sent_kinds(), since, until, followed):
        replay.replayed(chunk, stores)
        if progress is not None:
            progress(replay.tally.events)
    replay.ended()
    return _told(replay, number, since, until, time.perf_counter() - began)


def simulation_is_long(since: date, until: date) -> bool:
    """Whether the events of these days are too many to be waited for."""
    return past_count(sent_kinds(), since, until, AT_ONCE_MAX + 1) > AT_ONCE_MAX


@transaction.atomic
def simulation_begin(*, actor: Actor, code: str, since: date, until: date) -> WorkView:
    """Starts a simulation as a job, or answers the one that tries the same already.

    Refusals: unknown_program, range_reversed.
    """
    if until < since:
        raise RangeReversed
    program = program_get(code)
    asked = {
        "code": code,
        "since": since.isoformat(),
        "until": until.isoformat(),
        "revision": program.draft.revision if program.draft else 0,
    }
    for work in simulations_of(code):
        if not work.is_over and work.arguments == asked:
            return work
    work = work_begin(
        actor=actor,
        kind=SIMULATION,
        screen=SCREEN,
        arguments=asked,
        total=past_count(sent_kinds(), since, until, COUNTED_MAX),
    )
    work_queue(work.id)
    return work


def simulations_of(code: str) -> list[WorkView]:
    """The latest simulations of a program that were jobs, newest first."""
    return [work for work in works_of(SCREEN) if work.arguments["code"] == code]


def simulation_found(work: WorkView) -> Simulation | None:
    """What a simulation found; None while it goes on, and when its file is gone."""
    content = b"".join(work_content(work.id)) if work.state == "done" else b""
    return msgspec.json.decode(content, type=Simulation) if content else None


def simulation_address(work: WorkView) -> str:
    """The page of a simulation."""
    page = reverse(f"console:{SCREEN}", args=[work.arguments["code"]])
    return f"{page}?work={work.id}"


def _told(
    replay: Replay, version: int | None, since: date, until: date, seconds: float
) -> Simulation:
    tally = replay.tally
    changes = {member: given - really for member, (given, really) in tally.members.items()}
    order = sorted(changes, key=changes.__getitem__)
    return Simulation(
        program=replay.program.code,
        version=version,
        since=since,
        until=until,
        events=tally.events,
        members=len(changes),
        winners=sum(1 for change in changes.values() if change > 0),
        losers=sum(1 for change in changes.values() if change < 0),
        assets=_assets(replay),
        rules=_rules(tally),
        not_replayed=replay.not_replayed,
        most_gained=_named(tally, [m for m in reversed(order) if changes[m] > 0]),
        most_lost=_named(tally, [m for m in order if changes[m] < 0]),
        seconds=seconds,
    )


def _assets(replay: Replay) -> tuple[AssetOutcome, ...]:
    tally, offer = replay.tally, replay.program.redemption
    worth = replay.asset_code(offer.asset_id) if offer else None
    return tuple(
        AssetOutcome(
            asset=asset,
            amount=tally.given.get(asset, 0),
            really=tally.really.get(asset, 0),
            value_minor=_value(offer, tally.given, asset) if asset == worth else None,
            really_value_minor=_value(offer, tally.really, asset) if asset == worth else None,
        )
        for asset in sorted({*tally.given, *tally.really})
    )


def _value(offer: Redemption | None, amounts: Mapping[str, int], asset: str) -> int | None:
    return offer.value_of(amounts.get(asset, 0)) if offer is not None else None


def _rules(tally: Tally) -> tuple[RuleOutcome, ...]:
    return tuple(
        RuleOutcome(rule, events, amount, tally.asset_of[rule])
        for rule, (events, amount) in sorted(tally.by_rule.items())
    )


def _named(tally: Tally, members: list[str]) -> tuple[MemberOutcome, ...]:
    return tuple(
        MemberOutcome(public_id("mem", member), *tally.members[member])
        for member in members[:NAMED_MEMBERS]
    )
