"""Past sales and refunds of a file, through the one intake; and their cancelling by an undoing.

The intake commits by itself: what makes a row count once is its event id, which holds the row's
number, under a source that belongs to this import alone.
"""

import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import LiteralString

import msgspec

from regulars.foundation import clock
from regulars.foundation.database.arrays import (
    id_array,
    int_array,
    optional_id_array,
    plain_array,
    text_array,
)
from regulars.foundation.database.session import DatabaseLost, Statement, Unit, unit_retried
from regulars.foundation.errors import Busy, RegularsError
from regulars.foundation.ids import public_code, public_id
from regulars.members.profiles.selectors import identifier_digest, resolve_statement
from regulars.members.profiles.types import PUBLIC_PREFIX
from regulars.rules.fileimports.chunks import (
    ACTOR,
    BEGIN,
    COUNTED,
    TOUCHED,
    rejected_statements,
)
from regulars.rules.fileimports.drafting import (
    Setting,
    placed_counted,
    rejected_counted,
    sale_drafted,
)
from regulars.rules.fileimports.errors import RowUnknownMember
from regulars.rules.fileimports.types import ChunkReport, ReadRow, Rejected, SaleRow, rejected
from regulars.rules.intake.services import process
from regulars.rules.intake.types import EventDocument, MemberRef, Order, Receipt, Refund

PASSING = (Busy, DatabaseLost)
ATTEMPTS_MAX = 30
PAUSE_SECONDS = 1.0
_JSON = msgspec.json.Encoder()

RUNS: LiteralString = """
    SELECT 1 FROM rules_file_import i WHERE i.id = %s AND i.state = 'running' AND NOT EXISTS (
        SELECT FROM rules_file_import_chunk c WHERE c.file_import_id = i.id AND c.number = %s)
"""


def source_of(run_id: str) -> str:
    """The source of this import's events; no other sender has it."""
    return f"file-{public_code(run_id)}"


def sales_taken(
    run_id: str, setting: Setting, number: int, rows: Sequence[ReadRow], currency: str
) -> ChunkReport | None:
    """Takes a chunk of sales; None when it was taken before, or the import runs no more."""
    if not unit_retried(lambda unit: unit.fetch(RUNS, run_id, number)):
        return None
    drafts: list[SaleRow] = []
    refused: list[Rejected] = []
    by_row = {row.row: row for row in rows}
    for row in rows:
        try:
            drafts.append(sale_drafted(setting, row))
        except RegularsError as refusal:
            refused.append(rejected(row.row, refusal, row.cells))
    owners = unit_retried(lambda unit: owners_found(unit, drafts))
    known = [draft for draft in drafts if draft.row in owners]
    for draft in drafts:
        if draft.row not in owners:
            cells = by_row[draft.row].cells
            refused.append(rejected(draft.row, RowUnknownMember(), cells))
    answers = answered([event_of(each, owners[each.row], currency) for each in known], run_id)
    taken = []
    for draft, answer in zip(known, answers, strict=True):
        if isinstance(answer, RegularsError):
            refused.append(rejected(draft.row, answer, by_row[draft.row].cells))
        else:
            taken.append(draft)
    counts = _counted(setting, rows, taken, refused)
    return unit_retried(lambda unit: _noted(unit, run_id, number, taken, owners, refused, counts))


def owners_found(unit: Unit, drafts: Sequence[SaleRow]) -> dict[int, str]:
    """Whose each row is, by row; unknown ones are absent."""
    digests = {each.row: identifier_digest(each.kind, each.value) for each in drafts}
    if not digests:
        return {}
    found = {row[0]: row[1] for row in unit.flight([resolve_statement(list(digests.values()))])[0]}
    return {row: found[digest] for row, digest in digests.items() if digest in found}


def event_of(draft: SaleRow, member_id: str, currency: str) -> EventDocument:
    """The row as an event. A refund names the sale's document and its own part."""
    order = Order(currency=currency, net_minor=draft.net_minor)
    return EventDocument(
        event_id=f"row-{draft.row}",
        kind="order.refunded" if draft.part else "order.paid",
        occurred_at=draft.at,
        member=MemberRef(id=public_id(PUBLIC_PREFIX, member_id)),
        store=draft.store,
        document=draft.document,
        part=draft.part,
        order=None if draft.part else order,
        refund=Refund(net_minor=draft.net_minor) if draft.part else None,
    )


def answered(events: Sequence[EventDocument], run_id: str) -> list[Receipt | RegularsError]:
    """The intake's answers, none of which will pass by waiting."""
    answers: list[Receipt | RegularsError] = []
    for attempt in range(ATTEMPTS_MAX):
        if attempt:
            time.sleep(PAUSE_SECONDS)
        answers = process(events, source=source_of(run_id), actor=ACTOR, imported=True)
        if not any(isinstance(each, PASSING) for each in answers):
            return answers
    raise Busy


def sales_cancelled(run_id: str, documents: Sequence[str], at: datetime) -> None:
    """Cancels sales of this import as of one instant, each once. Raises the first refusal."""
    events = [
        EventDocument(
            event_id=f"undo-{document}"[:128],
            kind="order.cancelled",
            occurred_at=at,
            document=document,
        )
        for document in dict.fromkeys(documents)
    ]
    for answer in answered(events, run_id):
        if isinstance(answer, RegularsError):
            raise answer


def _counted(
    setting: Setting,
    rows: Sequence[ReadRow],
    taken: Sequence[SaleRow],
    refused: Sequence[Rejected],
) -> dict[str, int]:
    sales = [each.net_minor for each in taken if not each.part]
    refunds = [each.net_minor for each in taken if each.part]
    counts = {
        "rows": len(rows),
        "taken": len(taken),
        "rejected": len(refused),
        "sales": len(sales),
        "refunds": len(refunds),
        "taken:sales": sum(sales),
        "taken:refunds": sum(refunds),
    }
    taken_rows = {draft.row for draft in taken}
    for row in rows:
        placed_counted(counts, setting, row, is_taken=row.row in taken_rows)
        if row.row not in taken_rows:
            rejected_counted(counts, setting, row)
    return counts


def _noted(
    unit: Unit,
    run_id: str,
    number: int,
    taken: Sequence[SaleRow],
    owners: Mapping[int, str],
    refused: Sequence[Rejected],
    counts: dict[str, int],
) -> ChunkReport | None:
    if not unit.fetch(BEGIN, number, clock.now(), run_id):
        return None
    unit.flight(
        [
            Statement(
                TOUCHED,
                (
                    run_id,
                    int_array([each.row for each in taken]),
                    id_array([owners[each.row] for each in taken]),
                    optional_id_array([None] * len(taken)),
                    text_array([each.document for each in taken]),
                    plain_array(["false"] * len(taken)),
                ),
            ),
            *rejected_statements(run_id, refused),
            Statement(COUNTED, (_JSON.encode(counts).decode(), run_id, number)),
        ]
    )
    return ChunkReport(number, counts)
