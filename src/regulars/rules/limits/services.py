"""Loading and storing what was used under limits, as part of the intake's flights.

A counter that all share is cut into slots of which each was granted a part of what is left. A
batch locks one slot and may give what that was granted; batches of several processes so commit side
by side. Who needs more locks all slots in their order, sees what all used to the unit, and divides
what is left anew. Near its end a budget is therefore given out by one batch after the other.
"""

import threading
from collections import OrderedDict
from collections.abc import Collection, Sequence
from datetime import date
from itertools import count
from typing import LiteralString

import msgspec

from regulars.foundation.database.arrays import id_array, int_array, plain_array, text_array
from regulars.foundation.database.session import Rows, Statement
from regulars.rules.limits.types import (
    SLOTS,
    Limit,
    LimitBook,
    OwnRow,
    Scope,
    SharedRow,
    SlotTooSmall,
    Wanted,
    place_of,
)
from regulars.rules.purchases.types import SaleRow

# Of so many counters at most a process remembers that they are held whole: the newest.
CROWDED_MAX = 1_000
# A whole counter is let go when every slot has so many times what one batch took.
ROOMY = 4

_COUNTS = msgspec.json.Decoder(dict[str, int])
_ENCODER = msgspec.json.Encoder()
# Counters of which a slot was too small a while ago: the next batch holds them whole at once.
_crowded: OrderedDict[str, None] = OrderedDict()
_turns = count()

# In the order of ids and slots, here and below, so that two batches never wait in a circle.
MAKE_SHARED: LiteralString = """
    INSERT INTO rules_shared_count (id, slot, subject, period, used, granted, maximum, kept)
    SELECT id, slot, subject, period, 0,
        maximum / %s + CASE WHEN slot < maximum %% %s THEN 1 ELSE 0 END, maximum,
        CASE WHEN maximum = 0 THEN 0 END
    FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::bigint[])
        AS row(id, subject, period, maximum) CROSS JOIN generate_series(0, %s - 1) AS slot
    WHERE NOT EXISTS (SELECT FROM rules_shared_count c WHERE c.id = row.id)
    ORDER BY id, slot
    ON CONFLICT (id, slot) DO NOTHING
"""

LOCK_SHARED: LiteralString = """
    SELECT id, slot, used, granted, maximum, kept FROM rules_shared_count
    WHERE (id, slot) IN (SELECT unnest(%s::uuid[]), unnest(%s::smallint[]))
    ORDER BY id, slot FOR NO KEY UPDATE
"""

OWN: LiteralString = """
    SELECT holder_id, month, used FROM rules_member_count
    WHERE holder_id = ANY(%s::uuid[]) AND month = ANY(%s::text[])
"""

STORE_OWN: LiteralString = """
    INSERT INTO rules_member_count (holder_id, month, used)
    SELECT unnest(%s::uuid[]), unnest(%s::text[]), unnest(%s::text[])
    ON CONFLICT (holder_id, month) DO UPDATE SET used = EXCLUDED.used
"""

STORE_SHARED: LiteralString = """
    UPDATE rules_shared_count AS c
    SET used = row.used, granted = row.granted, maximum = row.maximum, kept = row.kept
    FROM unnest(%s::uuid[], %s::smallint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[])
        AS row(id, slot, used, granted, maximum, kept)
    WHERE c.id = row.id AND c.slot = row.slot
"""

STORE_OTHERS: LiteralString = """
    INSERT INTO rules_limit_use (id, holder_id, event_id, uses)
    SELECT unnest(%s::uuid[]), unnest(%s::uuid[]), unnest(%s::uuid[]), unnest(%s::text[])
"""


def counters_wanted(
    uses: Sequence[tuple[Sequence[Limit], str, date]],
    sales: Sequence[SaleRow],
    short: Collection[str] = (),
) -> Wanted | None:
    """What (limits, member, business day) may use, and sales that may be refunded give back.

    `short` are counters of which this call has met a slot that was too small.
    """
    own: set[tuple[str, str]] = set()
    shared: dict[str, tuple[str, str, int]] = {}
    # The limits of few sets of rules, asked for many members: looked at once for each day.
    months_of: dict[tuple[int, date], set[str]] = {}
    for limits, holder_id, day in uses:
        months = months_of.get((id(limits), day))
        if months is None:
            months = months_of[id(limits), day] = _months(limits, day, shared)
        for month in months:
            own.add((holder_id, month))
    whole = {name for name in shared if name in short or name in _crowded}
    for sale in sales:
        for use in sale.uses:
            if use.month is None:
                whole.add(use.counter)
            else:
                own.add((sale.holder_id, use.month))
    if not own and not shared and not whole:
        return None
    return Wanted(own, [(name, *shared[name]) for name in sorted(shared)], whole)


def _months(
    limits: Sequence[Limit], day: date, shared: dict[str, tuple[str, str, int]]
) -> set[str]:
    """The months of a member's rows in which these limits count; notes what all share."""
    months: set[str] = set()
    for limit in limits:
        month, name = place_of(limit, day)
        if limit.scope is Scope.MEMBER:
            months.add(month)
        elif name not in shared:
            shared[name] = (limit.subject, limit.period(day), limit.maximum)
    return months


def counters_statements(wanted: Wanted) -> list[Statement]:
    """Locks and loads counters, for `counters_loaded`. Lock the members first."""
    statements = []
    if wanted.shared:
        ids, subjects, periods, maxima = zip(*wanted.shared, strict=True)
        columns = (id_array(ids), text_array(subjects), text_array(periods), int_array(maxima))
        statements.append(Statement(MAKE_SHARED, (SLOTS, SLOTS, *columns, SLOTS)))
    if wanted.shared or wanted.whole:
        own_slot = slot_taken()
        pairs = [(row[0], own_slot) for row in wanted.shared if row[0] not in wanted.whole]
        pairs += [(name, slot) for name in wanted.whole for slot in range(SLOTS)]
        ids, slots = zip(*pairs, strict=True)
        statements.append(Statement(LOCK_SHARED, (id_array(ids), int_array(slots))))
    if wanted.own:
        holders = id_array({holder_id for holder_id, _ in wanted.own})
        months = text_array(sorted({month for _, month in wanted.own}))
        statements.append(Statement(OWN, (holders, months)))
    return statements


def slot_taken() -> int:
    """Another slot for each batch, so that nobody always meets the same one who is beside her."""
    return (threading.get_native_id() + 7 * next(_turns)) % SLOTS


def counters_loaded(wanted: Wanted, rows: Sequence[Rows]) -> LimitBook:
    """The book of a batch from the rows of `counters_statements`."""
    book = LimitBook(wanted.own)
    if wanted.own:
        for holder_id, month, used in rows[-1]:
            book.own[holder_id, month] = OwnRow(holder_id, month, _COUNTS.decode(used))
    if wanted.shared or wanted.whole:
        for key, slot, used, granted, maximum, kept in rows[1 if wanted.shared else 0]:
            row = book.shared.get(key)
            if row is not None:
                row.used = row.before = row.used + used
                continue
            held = None if key in wanted.whole else slot
            book.shared[key] = SharedRow(key, held, used, granted, maximum, kept)
    return book


def slot_was_too_small(trouble: SlotTooSmall) -> None:
    """Lets the next batches hold this counter whole, until there is room again."""
    _crowd(trouble.counter_id)


def counters_store(book: LimitBook) -> list[Statement]:
    """Statements that write what the batch changed."""
    own = [row for row in book.own.values() if row.changed]
    shared = [row for row in book.shared.values() if row.changed]
    statements = []
    if own:
        columns = (
            id_array([row.holder_id for row in own]),
            text_array([row.month for row in own]),
            text_array([_ENCODER.encode(row.used).decode() for row in own]),
        )
        statements.append(Statement(STORE_OWN, columns))
    if shared:
        slots = [each for row in shared for each in _slots_of(row)]
        ids, numbers, used, granted, maxima, kept = zip(*slots, strict=True)
        figures = [int_array(each) for each in (numbers, used, granted, maxima)]
        statements.append(Statement(STORE_SHARED, (id_array(ids), *figures, plain_array(kept))))
    if book.others:
        use_ids, holders, events, uses = zip(*book.others, strict=True)
        texts = text_array([_ENCODER.encode(each).decode() for each in uses])
        params = (id_array(use_ids), id_array(holders), id_array(events), texts)
        statements.append(Statement(STORE_OTHERS, params))
    return statements


def _slots_of(row: SharedRow) -> list[tuple[str, int, int, int, int, int | None]]:
    """The rows to be stored. What is held whole is divided evenly, used and left alike.

    What is left and too little for who asked stays undivided: every slot knows how much it is.
    """
    if row.slot is not None:
        return [(row.id, row.slot, row.used, row.granted, row.maximum, row.kept)]
    left = max(row.maximum - row.used, 0)
    took = abs(row.used - row.before)
    is_kept = left == 0 or (row.refused is not None and left < row.refused)
    if not is_kept and left < SLOTS * ROOMY * took:
        _crowd(row.id)
    else:
        _crowded.pop(row.id, None)
    granted = 0 if is_kept else left
    slots = []
    for slot, (used, more) in enumerate(zip(_shares(row.used), _shares(granted), strict=True)):
        slots.append((row.id, slot, used, used + more, row.maximum, left if is_kept else None))
    return slots


def _crowd(counter_id: str) -> None:
    """Notes that a counter is to be held whole. Those of days gone by are forgotten in time."""
    _crowded[counter_id] = None
    if len(_crowded) > CROWDED_MAX:
        _crowded.popitem(last=False)


def _shares(amount: int) -> list[int]:
    part, more = divmod(amount, SLOTS)
    return [part + (slot < more) for slot in range(SLOTS)]
