"""Shifts: opened with a float, closed with a count, handed over, and never changed again."""

from collections.abc import Sequence
from uuid import UUID

from django.db import IntegrityError, transaction

from regulars.commerce.counter.errors import (
    NoShiftOpen,
    ShiftAlreadyOpen,
    ShiftClosed,
    UnknownTender,
)
from regulars.commerce.counter.models import CounterShift, ParkedSale, ShiftCount
from regulars.commerce.counter.rights import SELL, required
from regulars.commerce.counter.selectors import rules_of, shift_get
from regulars.commerce.counter.sheets import shift_sheet
from regulars.commerce.counter.types import COUNTED, PAID_WITH, Counted, ShiftView, TenderKind, Till
from regulars.foundation import clock
from regulars.foundation.actors import Actor
from regulars.foundation.amounts import amount_checked
from regulars.foundation.audit.services import record
from regulars.foundation.ids import new_uuid
from regulars.foundation.texts import text_checked

NOTE_MAX = 200


def shift_open(*, actor: Actor, till: Till, float_minor: int) -> ShiftView:
    """Opens a shift at a till with the cash that lies in the drawer.

    Errors: shift_already_open, right_missing, amount_out_of_range.
    """
    return _opened(actor, till, float_minor)


def _opened(actor: Actor, till: Till, float_minor: int, key: UUID | None = None) -> ShiftView:
    required(actor, SELL, till.store.code)
    amount_checked(float_minor, "float_minor", minimum=0)
    shift_id = new_uuid()
    newest = CounterShift.objects.filter(terminal_id=till.terminal).order_by("-number").first()
    try:
        with transaction.atomic():
            CounterShift.objects.create(
                id=shift_id,
                number=newest.number + 1 if newest else 1,
                terminal_id=till.terminal,
                store_id=till.store.id,
                opened_by=actor.id,
                opened_at=clock.now(),
                float_minor=float_minor,
                is_blind=rules_of(till.store.code).is_blind,
                handed_key=key,
            )
            record(actor=actor, action="shift.opened", subject=str(shift_id))
    except IntegrityError:
        raise ShiftAlreadyOpen from None
    return shift_get(str(shift_id))


@transaction.atomic
def shift_close(
    *, actor: Actor, till: Till, shift: str, counted: Sequence[Counted], note: str = ""
) -> ShiftView:
    """Closes a shift with what was counted; a tender that nobody counted was counted as nothing.

    Sales on their way to this shift are waited for, and later ones are refused. The same person's
    same count again changes nothing: she didn't hear the answer. Errors: no_shift_open,
    shift_closed, unknown_tender, right_missing, text_too_long.
    """
    try:
        return _closed(actor, till, shift, counted, note)
    except ShiftClosed:
        return _closed_so(actor, shift, counted, note)


def _closed(
    actor: Actor, till: Till, shift: str, counted: Sequence[Counted], note: str
) -> ShiftView:
    required(actor, SELL, till.store.code)
    why = text_checked(note, "note", maximum=NOTE_MAX)
    amounts = _amounts(counted)
    try:
        key = UUID(shift)
    except ValueError:
        raise NoShiftOpen from None
    row = CounterShift.objects.select_for_update().filter(id=key, terminal_id=till.terminal).first()
    if row is None:
        raise NoShiftOpen
    if row.closed_at is not None:
        raise ShiftClosed
    # Seen after the lock: every sale of this shift is there by now, and no other will come.
    expected = {
        each.kind: each.expected_minor
        for each in shift_sheet(str(row.id)).tenders
        if each.kind in COUNTED
    }
    ShiftCount.objects.bulk_create(
        [
            ShiftCount(
                shift_id=row.id,
                kind=kind,
                expected_minor=expected.get(kind, 0),
                counted_minor=amounts.get(kind, 0),
            )
            for kind in PAID_WITH
            if kind in expected or amounts.get(kind)
        ]
    )
    parked = ParkedSale.objects.filter(terminal_id=till.terminal).count()
    CounterShift.objects.filter(id=row.id).update(
        closed_by=actor.id, closed_at=clock.now(), parked=parked, note=why
    )
    differences = {
        kind: amounts.get(kind, 0) - expected.get(kind, 0)
        for kind in PAID_WITH
        if amounts.get(kind, 0) != expected.get(kind, 0)
    }
    record(actor=actor, action="shift.closed", subject=str(row.id), details=differences)
    return shift_get(str(row.id))


@transaction.atomic
def shift_hand_over(
    *,
    actor: Actor,
    till: Till,
    shift: str,
    counted: Sequence[Counted],
    to: Actor,
    note: str = "",
    key: str = "",
) -> tuple[ShiftView, ShiftView]:
    """Closes a shift with its count and opens the next person's with the cash that was counted;
    both or neither. The same once more changes nothing: the answer was lost, or it was pressed
    twice. `key` is the till's own, by which it may ask later what became of it. Errors: those of
    closing and opening; right_missing for whoever may not sell.
    """
    cash = _amounts(counted).get(TenderKind.CASH.value, 0)
    try:
        closed = _closed(actor, till, shift, counted, note)
    except ShiftClosed:
        known = _closed_so(actor, shift, counted, note)
        following = CounterShift.objects.filter(
            terminal_id=till.terminal,
            number=known.number + 1,
            opened_by=to.id,
            float_minor=cash,
        ).first()
        if following is None:
            raise
        return known, shift_get(str(following.id))
    return closed, _opened(to, till, cash, _key(key))


def shift_handed_over(
    *, till: Till, key: str, shift: str, counted: Sequence[Counted], note: str = ""
) -> tuple[ShiftView, ShiftView] | None:
    """What this till's hand-over under that key came to: the closed shift and the next person's,
    while hers is open. None when there was no such hand-over. Nothing changes.

    The session that handed over ended with it: a till that didn't hear the answer has nothing else
    to ask with. Errors: shift_closed, when it was closed with another count or note.
    """
    known = _key(key)
    rows = CounterShift.objects.filter(terminal_id=till.terminal, closed_at__isnull=True)
    following = rows.filter(handed_key=known).first() if known else None
    if following is None:
        return None
    closed = CounterShift.objects.get(terminal_id=till.terminal, number=following.number - 1)
    if str(closed.id) != shift:
        return None
    by = Actor.staff(str(closed.closed_by))
    return _closed_so(by, shift, counted, note), shift_get(str(following.id))


def _key(key: str) -> UUID | None:
    try:
        return UUID(key)
    except ValueError:
        return None


def _closed_so(actor: Actor, shift: str, counted: Sequence[Counted], note: str) -> ShiftView:
    """A shift that was closed by this person with this count. Errors: shift_closed."""
    known = shift_get(shift)
    why = text_checked(note, "note", maximum=NOTE_MAX)
    counts = {kind: amount for kind, amount in _amounts(counted).items() if amount}
    if (known.closed_by, known.note) != (actor.id, why) or _counts(shift) != counts:
        raise ShiftClosed
    return known


def _counts(shift: str) -> dict[str, int]:
    kept = ShiftCount.objects.filter(shift_id=UUID(shift)).values_list("kind", "counted_minor")
    return {kind: amount for kind, amount in kept if amount}


def _amounts(counted: Sequence[Counted]) -> dict[str, int]:
    amounts = {}
    for each in counted:
        if each.kind not in PAID_WITH or each.kind in amounts:
            raise UnknownTender(tender=each.kind, known=", ".join(PAID_WITH))
        amounts[each.kind] = amount_checked(each.amount_minor, "counted", minimum=0)
    return amounts
