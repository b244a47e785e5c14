"""The coin counters find every mistake that is planted in the ledger's decisions.

A check that finds nothing may be blind. Each mistake here is one that a shop has met or that a
tired programmer makes; it is planted for a moment, and the state machine must stumble over it.
"""

from collections import Counter
from datetime import timedelta
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from regulars.foundation.amounts import Rounding
from regulars.ledger.book import services
from regulars.ledger.book.decisions import entries, holds, posts, reversals
from regulars.ledger.book.decisions.state import LotRow, State
from regulars.ledger.book.types import Shortfall
from tests.ledger.machine import wishes
from tests.ledger.machine.engines import MemoryBook
from tests.ledger.machine.kinds import asset_views
from tests.ledger.machine.rules import LedgerMachine

DAYS = 400
STEPS = 40
# What the counters say; a slip in the planting itself would say something else.
FOUND = "ledger:|the books are wrong|wrote a row|rounded down"
ONE_DIGEST = "00000000-0000-7000-8000-000000000001"


def value_under_a_hold_is_spent_again(plant):
    plant(LotRow, "free", property(lambda lot: lot.remaining))


def dead_lots_are_spent(plant):
    plant(State, "is_dead", lambda *_: False)


def lots_live_a_day_too_long(plant):
    right = posts.lot_expires_at

    def expires_at(*terms):
        instant = right(*terms)
        return instant and instant + timedelta(days=1)

    plant(posts, "lot_expires_at", expires_at)


def what_dies_last_is_spent_first(plant):
    right = State.in_spend_order
    plant(State, "in_spend_order", lambda *known: right(*known)[::-1])


def value_is_spent_before_it_is_available(plant):
    def usable(state, account, at):
        mine = state.lots.get((account.holder_id, account.asset_id), [])
        alive = [lot for lot in mine if lot.free > 0 and not state.is_dead(lot, at)]
        return state.in_spend_order(account, alive)

    plant(State, "usable_lots", usable)


def debts_are_never_repaid(plant):
    plant(entries.Draft, "debt_repaid", lambda *_: None)


def who_writes_off_and_who_owes_are_mixed_up(plant):
    plant(reversals, "Shortfall", SimpleNamespace(DEBT=Shortfall.WRITE_OFF))


def a_refund_refills_the_lot_used_first(plant):
    right = reversals._spending_given_back

    def given_back(draft, account, origin, *terms):
        origin.uses.reverse()
        right(draft, account, origin, *terms)
        origin.uses.reverse()

    plant(reversals, "_spending_given_back", given_back)


def a_refund_brings_dead_lots_back(plant):
    right = reversals._spending_given_back

    def given_back(draft, *terms):
        with pytest.MonkeyPatch.context() as meanwhile:
            meanwhile.setattr(State, "is_dead", lambda *_: False)
            right(draft, *terms)

    plant(reversals, "_spending_given_back", given_back)


def a_refund_is_rounded_up(plant):
    right = wishes.rounded
    plant(wishes, "rounded", lambda above, below: right(above, below, Rounding.CEIL))


def a_refund_forgets_the_refunds_before_it(plant):
    right = reversals.steps_left

    def steps(origin, targets):
        origin.reversed_amounts.clear()
        return right(origin, targets)

    plant(reversals, "steps_left", steps)


def a_refund_takes_other_lots_before_its_own(plant):
    right = reversals._earning_taken_back

    def taken_back(draft, account, origin, *terms):
        right(draft, account, SimpleNamespace(entry_id=""), *terms)

    plant(reversals, "_earning_taken_back", taken_back)


def a_gift_loses_its_dates(plant):
    def lot(*columns, is_new):
        is_gift = columns[5] is not None
        if is_gift:
            columns = (*columns[:9], None, *columns[10:])
        return LotRow(*columns, is_new=is_new)

    plant(entries, "LotRow", lot)


def a_batch_is_judged_as_it_was_before(plant):
    right = State.spendable
    first = {}

    def spendable(state, account, at):
        return first.setdefault((state, account), right(state, account, at))

    plant(State, "spendable", spendable)


def a_retry_is_done_again(plant):
    for module in (posts, holds, reversals):
        plant(module, "replay", lambda *_: None)


def a_key_with_other_content_is_answered(plant):
    for module in (posts, holds, reversals):
        plant(module, "content_digest", lambda _: ONE_DIGEST)


def a_lapsed_hold_still_counts(plant):
    plant(services, "lapsed_holds_freed", lambda _: None)


def a_released_hold_frees_nothing(plant):
    right = holds.hold_freed

    def freed(state, hold, new_state):
        parts, hold.lots = hold.lots, hold.lots[:-1] if new_state == "released" else hold.lots
        right(state, hold, new_state)
        hold.lots = parts

    plant(holds, "hold_freed", freed)


def a_movement_revives_what_died_of_inactivity(plant):
    for module in (posts, reversals):
        plant(module, "idle_expired", lambda *_: None)


def every_entry_counts_as_a_movement(plant):
    right = entries.Draft.moved

    def moved(draft, account, **more):
        kind, draft.kind = draft.kind, "redeem"
        right(draft, account, **more)
        draft.kind = kind

    plant(entries.Draft, "moved", moved)


def frozen_members_may_spend(plant):
    right = posts.holder_checked
    plant(posts, "holder_checked", lambda *who, **_: right(*who, frozen_too=True))


MISTAKES = (
    value_under_a_hold_is_spent_again,
    dead_lots_are_spent,
    lots_live_a_day_too_long,
    what_dies_last_is_spent_first,
    value_is_spent_before_it_is_available,
    debts_are_never_repaid,
    who_writes_off_and_who_owes_are_mixed_up,
    a_refund_refills_the_lot_used_first,
    a_refund_brings_dead_lots_back,
    a_refund_is_rounded_up,
    a_refund_forgets_the_refunds_before_it,
    a_refund_takes_other_lots_before_its_own,
    a_gift_loses_its_dates,
    a_batch_is_judged_as_it_was_before,
    a_retry_is_done_again,
    a_key_with_other_content_is_answered,
    a_lapsed_hold_still_counts,
    a_released_hold_frees_nothing,
    a_movement_revives_what_died_of_inactivity,
    every_entry_counts_as_a_movement,
    frozen_members_may_spend,
)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_coin_counters_find(mistake, monkeypatch):
    mistake(monkeypatch.setattr)
    day = {"make_ledger": lambda: MemoryBook(asset_views()), "reached": Counter()}
    with pytest.raises(AssertionError, match=FOUND):
        run_state_machine_as_test(
            type("DayWithAMistake", (LedgerMachine,), day),
            settings=settings(
                max_examples=DAYS,
                stateful_step_count=STEPS,
                derandomize=True,
                database=None,
                deadline=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
                report_multiple_bugs=False,
            ),
        )
