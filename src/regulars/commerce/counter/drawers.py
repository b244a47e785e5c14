"""The drawer between its count at the beginning and the one at the end, and the end of the day."""

from datetime import date
from uuid import UUID

import msgspec
from django.db import IntegrityError, transaction

from regulars.commerce.counter.errors import (
    CashMoveDismissed,
    CashMoveKnown,
    CashMoveNothing,
    CashMoveTooLarge,
    DayEndMade,
    DayStillOpen,
    NoShiftOpen,
    ReasonMissing,
)
from regulars.commerce.counter.models import CashMove, CounterShift, CounterTerminal, DayEnd
from regulars.commerce.counter.rights import APPROVE, SELL, required
from regulars.commerce.counter.sheets import day_sheet, day_summed, shift_sheet
from regulars.commerce.counter.types import CashMoveView, Sheet, TenderKind, Till
from regulars.commerce.counter.views import cash_move_view
from regulars.foundation import clock
from regulars.foundation.actors import Actor
from regulars.foundation.amounts import amount_checked
from regulars.foundation.audit.selectors import records_of
from regulars.foundation.audit.services import record
from regulars.foundation.errors import InvalidInput, KeyReused, Told
from regulars.foundation.shop.selectors import shop_known
from regulars.foundation.texts import text_checked
from regulars.foundation.webkit.numbers import money_shown
from regulars.organization.stores.selectors import store_get

REASON_MAX = 200
DISMISSED = "drawer.cash_dismissed"


@transaction.atomic
def cash_move(
    *, actor: Actor, till: Till, key: str, amount_minor: int, reason: str
) -> CashMoveView:
    """Puts cash into the open shift's drawer, or takes it out (negative), and says why; once, by
    the till's own key.

    Nobody takes out more than the drawer should hold; where counts are blind this is not told.
    Errors: no_shift_open, reason_missing, cash_move_nothing, cash_move_too_large,
    cash_move_dismissed, key_reused, right_missing, text_too_long, amount_out_of_range.
    """
    required(actor, SELL, till.store.code)
    why = text_checked(reason, "reason", maximum=REASON_MAX)
    if not why:
        raise ReasonMissing
    if not amount_minor:
        raise CashMoveNothing
    amount_checked(abs(amount_minor), "amount_minor", minimum=1)
    # Alone at the drawer: sales on their way are waited for, and so is who closes the shift.
    shift = _shift_held(till)
    known = CashMove.objects.filter(id=_key(key)).first()
    if known is not None:
        if (known.amount_minor, known.reason) != (amount_minor, why):
            raise KeyReused
        return cash_move_view(known)
    if records_of(str(_key(key)), 1, [DISMISSED]):
        raise CashMoveDismissed
    if shift is None:
        raise NoShiftOpen
    if amount_minor < 0 and not shift.is_blind:
        _held(str(shift.id), -amount_minor)
    row = CashMove.objects.create(
        id=_key(key),
        shift_id=shift.id,
        store_id=till.store.id,
        amount_minor=amount_minor,
        reason=why,
        staff_id=actor.id,
        moved_at=clock.now(),
    )
    record(
        actor=actor,
        action="drawer.cash_moved",
        subject=str(shift.id),
        details={"amount_minor": amount_minor, "reason": why},
    )
    return cash_move_view(row)


@transaction.atomic
def cash_move_dismiss(
    *, actor: Actor, till: Till, key: str, amount_minor: int, reason: str, why: str
) -> None:
    """Notes who said that cash which a till kept and which was refused is not to be written down,
    and why; the same key once more changes nothing. Nothing moves: if the cash did, the next count
    differs by it. What was refused is noted as the till sent it, even if that was what was wrong.

    Errors: cash_move_known, reason_missing, right_missing, text_too_long.
    """
    required(actor, SELL, till.store.code)
    said = text_checked(why, "why", maximum=REASON_MAX)
    if not said:
        raise ReasonMissing
    subject = _key(key)
    # Alone with what this till dismisses, and with the cash that moves in its open shift.
    CounterTerminal.objects.select_for_update(no_key=True).get(id=till.terminal)
    _shift_held(till)
    if CashMove.objects.filter(id=subject).exists():
        raise CashMoveKnown
    if records_of(str(subject), 1, [DISMISSED]):
        return
    record(
        actor=actor,
        action=DISMISSED,
        subject=str(subject),
        reason=said,
        details={"amount_minor": amount_minor, "reason": reason[:REASON_MAX]},
    )


def day_end_make(*, actor: Actor, store: str, day: date) -> Sheet:
    """Makes the day-end sheet of a store: from now on it stays as it is, and what arrives later
    stands beside it.

    Errors: right_missing, unknown_store, day_still_open, day_end_made.
    """
    place = store_get(store)
    required(actor, APPROVE, place.code)
    ended = clock.midnight_after(day, place.time_zone)
    is_begun = day <= clock.business_date(clock.now(), place.time_zone)
    running = CounterShift.objects.filter(
        store_id=place.id, opened_at__lt=ended, closed_at__isnull=True
    )
    if not is_begun or running.exists():
        raise DayStillOpen
    try:
        with transaction.atomic():
            DayEnd.objects.create(
                store_id=place.id,
                business_date=day,
                made_by=actor.id,
                made_at=clock.now(),
                sheet=msgspec.to_builtins(day_summed(place.code, day)),
            )
            record(
                actor=actor,
                action="day_end.made",
                subject=place.code,
                details={"day": day.isoformat()},
            )
    except IntegrityError:
        raise DayEndMade from None
    return day_sheet(place.code, day)


def _shift_held(till: Till) -> CounterShift | None:
    """The open shift, of the till's number of now where a former one has none; locked."""
    rows = CounterShift.objects.select_for_update().filter(closed_at__isnull=True)
    own = rows.filter(terminal_id=till.terminal).first()
    return own or (rows.filter(terminal_id=till.drawer).first() if till.drawer else None)


def _key(key: str) -> UUID:
    try:
        return UUID(key)
    except ValueError:
        raise InvalidInput(field="key", problem=Told("is no UUID", "不是 UUID")) from None


def _held(shift: str, wanted_minor: int) -> None:
    cash = [each for each in shift_sheet(shift).tenders if each.kind == TenderKind.CASH]
    held = cash[0].expected_minor
    if wanted_minor > held:
        raise CashMoveTooLarge(held=money_shown(held, shop_known().currency))
