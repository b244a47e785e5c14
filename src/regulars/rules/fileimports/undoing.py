"""Undoing a whole import, as long as nothing was built on it.

First all its members are looked at and closed, in one unit of work: all or none. Then their
entries are taken back, chunk by chunk; each row is marked with its effects, so that an undoing may
be broken off and gone on with.
"""

from datetime import datetime
from typing import LiteralString

from regulars.foundation import clock
from regulars.foundation.actors import Actor
from regulars.foundation.database.arrays import int_array
from regulars.foundation.database.session import Unit, unit_of_work, unit_retried
from regulars.foundation.errors import RegularsError
from regulars.foundation.ids import key_id, public_id
from regulars.foundation.shop.selectors import shop_known
from regulars.ledger.book.services import (
    Opened,
    holders_reopened,
    openings_closed,
    reverse,
)
from regulars.ledger.book.types import Reverse
from regulars.members.cards.services import cards_unadopt_statements
from regulars.members.lifecycle.services import erased_file_caught_up, members_withdraw
from regulars.members.profiles.types import PUBLIC_PREFIX
from regulars.rules.fileimports.columns import sections_opened
from regulars.rules.fileimports.errors import ImportBuiltOn
from regulars.rules.fileimports.sales import sales_cancelled
from regulars.rules.purchases.selectors import buyers_among

CHUNK = 500
CHECKED_AT_ONCE = 5000
SHOWN = 3
REASON = "import undone"

TAKE_BACK: LiteralString = """
    UPDATE rules_file_import SET state = 'undoing', saved_at = %s
    WHERE id = %s AND state IN ('running', 'finished') RETURNING id
"""
PAGE: LiteralString = """
    SELECT holder_id, entry_id, is_new FROM rules_file_import_row
    WHERE file_import_id = %s AND document = '' AND holder_id > %s
    ORDER BY holder_id LIMIT %s
"""
NEXT: LiteralString = """
    SELECT row, holder_id, entry_id, is_new FROM rules_file_import_row
    WHERE file_import_id = %s AND NOT is_undone AND document = ''
    ORDER BY row LIMIT %s FOR UPDATE
"""
NEXT_SALES: LiteralString = """
    SELECT row, document FROM rules_file_import_row
    WHERE file_import_id = %s AND NOT is_undone AND document <> '' ORDER BY row LIMIT %s
"""
DONE: LiteralString = """
    UPDATE rules_file_import_row SET is_undone = true
    WHERE file_import_id = %s AND row = ANY(%s::bigint[])
"""
LOWEST = "00000000-0000-0000-0000-000000000000"


def undoing_begun(unit: Unit, run_id: str) -> bool:
    """Closes everybody whom the import touched; False when somebody else undoes it already.

    Errors: import_built_on, with the first members; nothing is changed then.
    """
    if not unit.fetch(TAKE_BACK, clock.now(), run_id):
        return False
    built: list[str] = []
    last = LOWEST
    while rows := unit.fetch(PAGE, run_id, last, CHECKED_AT_ONCE):
        last = rows[-1][0]
        built += openings_closed(unit, [Opened(*row) for row in rows])
        built += buyers_among(unit, [row[0] for row in rows if row[2]])
    if built:
        first = sorted(set(built))
        shown = ", ".join(public_id(PUBLIC_PREFIX, each) for each in first[:SHOWN])
        raise ImportBuiltOn(count=len(first), members=shown)
    return True


def undoing_done(run_id: str, actor: Actor, at: datetime) -> None:
    """Takes back all that is left to take back, in chunks; `at` is when the undoing began."""
    while documents := _sales_next(run_id):
        sales_cancelled(run_id, [document for _, document in documents], at)
        with unit_of_work() as unit:
            unit.fetch(DONE, run_id, int_array([row for row, _ in documents]))
    while unit_retried(lambda unit: _chunk_undone(unit, run_id, actor)):
        pass
    erased_file_caught_up()


def _sales_next(run_id: str) -> list[tuple[int, str]]:
    """Rows of the next documents; a sale and its refunds are one document, cancelled once."""
    with unit_of_work() as unit:
        rows = unit.fetch(NEXT_SALES, run_id, CHUNK)
    return [(row[0], row[1]) for row in rows]


def _chunk_undone(unit: Unit, run_id: str, actor: Actor) -> bool:
    rows = unit.fetch(NEXT, run_id, CHUNK)
    if not rows:
        return False
    now = clock.now()
    today = clock.business_date(now, shop_known().time_zone)
    batch = [
        Reverse(
            key=key_id("file import undone", run_id, str(row)),
            holder_id=holder_id,
            entry_id=entry_id,
            kind="opening_undone",
            occurred_at=now,
            business_date=today,
            actor=actor,
        )
        for row, holder_id, entry_id, _ in rows
        if entry_id is not None
    ]
    for answer in reverse(unit, batch) if batch else []:
        if isinstance(answer, RegularsError):
            raise answer
    staying = [row[1] for row in rows if not row[3]]
    for section in sections_opened(unit).values():
        if staying:
            unit.flight(section.undone(unit, run_id, staying))
    if staying:
        holders_reopened(unit, staying)
    made = [row[1] for row in rows if row[3]]
    if made:
        unit.flight(cards_unadopt_statements(made))
        members_withdraw(unit, actor=actor, member_ids=made, reason=REASON)
    unit.fetch(DONE, run_id, int_array([row[0] for row in rows]))
    return True
