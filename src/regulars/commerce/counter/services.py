"""The doors for what is done at the counter."""

from regulars.commerce.counter.claiming import ticket_claim
from regulars.commerce.counter.desks import (
    counter_rules_set,
    parked_forget,
    sale_park,
    sale_recall,
    terminal_open,
    terminal_take_along,
)
from regulars.commerce.counter.drawers import cash_move, cash_move_dismiss, day_end_make
from regulars.commerce.counter.refunding import refund_make, refund_planned
from regulars.commerce.counter.selling import sale_rehearsed, sale_take
from regulars.commerce.counter.settling import ticket_named, ticket_settle
from regulars.commerce.counter.shifts import (
    shift_close,
    shift_hand_over,
    shift_handed_over,
    shift_open,
)

__all__ = [
    "cash_move",
    "cash_move_dismiss",
    "counter_rules_set",
    "day_end_make",
    "parked_forget",
    "refund_make",
    "refund_planned",
    "sale_park",
    "sale_recall",
    "sale_rehearsed",
    "sale_take",
    "shift_close",
    "shift_hand_over",
    "shift_handed_over",
    "shift_open",
    "terminal_open",
    "terminal_take_along",
    "ticket_claim",
    "ticket_named",
    "ticket_settle",
]
