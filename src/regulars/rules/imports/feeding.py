"""Handing one part's batches to the intake, and saying what each brought."""

import gc
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from regulars.foundation.actors import job
from regulars.foundation.database.session import DatabaseLost
from regulars.foundation.errors import Busy, RegularsError, Told
from regulars.rules.imports.batching import batches_cut
from regulars.rules.imports.datasets import dataset_named
from regulars.rules.imports.errors import ImportStopped
from regulars.rules.imports.happenings import happenings
from regulars.rules.imports.reading import YearFile
from regulars.rules.imports.types import (
    Asked,
    Batch,
    BatchReport,
    Happening,
    Plan,
    rejection,
)
from regulars.rules.intake.services import process
from regulars.rules.intake.types import EventDocument, Receipt, RedemptionDocument

ACTOR = job("import")
# A database that is being restarted, or a shop that is busy: the same batch again, by its keys.
PASSING = (Busy, DatabaseLost)
ATTEMPTS_MAX = 60
PAUSE_SECONDS = 1.0


class _Movement(msgspec.Struct, frozen=True, gc=False):
    direction: str
    amount: int


class _Entry(msgspec.Struct, frozen=True, gc=False):
    kind: str
    movements: tuple[_Movement, ...]


class _Answer(msgspec.Struct, frozen=True, gc=False):
    """What the summary needs of a receipt."""

    status: str
    entries: tuple[_Entry, ...] = ()


_ANSWER = msgspec.json.Decoder(_Answer)


def part_run(plan: Plan, part: int, currency: str, report: Callable[[BatchReport], None]) -> None:
    """Imports the households of one part, from where it stands on; reports after each batch.

    What is reported is durable. Errors: import_stopped, when the database stays away.
    """
    asked = plan.asked
    found = _found(asked, part, currency)
    # A year's items live to the end: the collector needn't look at them again and again.
    gc.freeze()
    try:
        for batch in batches_cut(found, asked.batch_size):
            if batch.number > plan.positions[part]:
                report(_batch_done(batch, part, asked.dataset))
    finally:
        gc.unfreeze()


def _found(asked: Asked, part: int, currency: str) -> list[Happening]:
    """The part's items. The file itself needn't stay in memory."""
    source = YearFile(Path(asked.folder), dataset_named(asked.dataset), asked.limit)
    return happenings(source.baskets(part, asked.parts), currency=currency, seed=asked.seed)


def _batch_done(batch: Batch, part: int, source: str) -> BatchReport:
    answers = _answered([each.item for each in batch.happenings], source)
    rejected = tuple(
        [
            rejection(each.row, each.key, answer)
            for each, answer in zip(batch.happenings, answers, strict=True)
            if isinstance(answer, RegularsError)
        ]
    )
    return BatchReport(part, batch.number, _counted(batch, answers), rejected)


def _answered(
    items: Sequence[EventDocument | RedemptionDocument], source: str
) -> list[Receipt | RegularsError]:
    """The intake's answers, none of which will pass by waiting."""
    problem = Told("", "")
    for attempt in range(ATTEMPTS_MAX):
        if attempt:
            time.sleep(PAUSE_SECONDS)
        answers = process(items, source=source, actor=ACTOR, imported=True)
        passing = [each for each in answers if isinstance(each, PASSING)]
        if not passing:
            return answers
        problem = Told.of(passing[0])
    raise ImportStopped(problem=problem)


def _counted(batch: Batch, answers: Sequence[Receipt | RegularsError]) -> dict[str, int]:
    """What a batch brought, in numbers that only need adding up."""
    counts: dict[str, int] = {}

    def add(name: str, amount: int) -> None:
        if amount:
            counts[name] = counts.get(name, 0) + amount

    for each, answer in zip(batch.happenings, answers, strict=True):
        if isinstance(answer, RegularsError):
            add("rejected_items", 1)
            continue
        add("events", 1)
        add("replayed", int(answer.replayed))
        item = each.item
        if isinstance(item, RedemptionDocument):
            add("redemptions", 1)
        elif item.order is not None:
            add("sales", 1)
            add("lines", len(item.order.lines))
            add("net_minor", item.order.net_minor)
        else:
            add("refunds", 1)
            add("refunded_minor", item.refund.net_minor if item.refund else 0)
        receipt = _ANSWER.decode(answer.body)
        add("waiting", int(receipt.status == "waiting"))
        for entry in receipt.entries:
            for movement in entry.movements:
                sign = 1 if movement.direction == "in" else -1
                add(f"points_{entry.kind}", sign * movement.amount)
    return counts
