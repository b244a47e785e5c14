"""The kinds of events that a rule may listen to, and what a condition may read of each.

A refund or a cancellation is no trigger: it takes back what the sale earned, by itself.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from regulars.rules.actions import followup_kinds
from regulars.rules.eventkinds.selectors import TOPUP, kind_known, own_kinds
from regulars.rules.eventkinds.types import EventKindView, FieldType
from regulars.rules.expressions.types import ValueType
from regulars.rules.programs.errors import FactMissing
from regulars.rules.programs.rules import Reader

ORDER = "order.paid"
SENT_KINDS = (
    ORDER,
    "member.enrolled",
    "visit.checked_in",
    "activity.recorded",
    "review.posted",
    TOPUP,
)


class Variable(msgspec.Struct, frozen=True):
    """A name that conditions may use: its type and how its value is read."""

    type: ValueType
    read: Reader


def _categories(occasion: Any, _: Any) -> tuple[str, ...]:
    return tuple(sorted({line.category for line in occasion.lines if line.category}))


def _skus(occasion: Any, _: Any) -> tuple[str, ...]:
    return tuple(sorted({line.sku for line in occasion.lines if line.sku}))


# Weekdays as ISO counts them: 1 is Monday, 7 is Sunday. All by the business date.
OF_EVERY_EVENT: Mapping[str, Variable] = {
    "event.kind": Variable(ValueType.TEXT, lambda occasion, _: occasion.kind),
    "business.weekday": Variable(ValueType.INT, lambda o, _: o.business_date.isoweekday()),
    "business.month": Variable(ValueType.INT, lambda o, _: o.business_date.month),
    "business.day": Variable(ValueType.INT, lambda o, _: o.business_date.day),
}
OF_ORDERS: Mapping[str, Variable] = {
    "order.net_minor": Variable(ValueType.INT, lambda occasion, _: occasion.base_minor),
    "order.store": Variable(ValueType.TEXT, lambda o, _: o.facts.get("order.store") or ""),
    "order.line_count": Variable(ValueType.INT, lambda occasion, _: len(occasion.lines)),
    "order.categories": Variable(ValueType.TEXTS, _categories),
    "order.skus": Variable(ValueType.TEXTS, _skus),
}
# Of events whose kind declares its data: where it happened, and each field as its type is read.
OF_DECLARED: Mapping[str, Variable] = {
    "event.store": Variable(ValueType.TEXT, lambda o, _: o.facts.get("order.store") or ""),
}
READ_AS: Mapping[FieldType, ValueType] = {
    FieldType.TEXT: ValueType.TEXT,
    FieldType.INTEGER: ValueType.INT,
    FieldType.MONEY: ValueType.INT,
    FieldType.DATE: ValueType.TEXT,
    FieldType.YES_NO: ValueType.BOOL,
    FieldType.CHOICE: ValueType.TEXT,
}
OF_LINES: Mapping[str, Variable] = {
    "line.category": Variable(ValueType.TEXT, lambda _, line: line.category),
    "line.sku": Variable(ValueType.TEXT, lambda _, line: line.sku),
    "line.net_minor": Variable(ValueType.INT, lambda _, line: line.net_minor),
    "line.quantity": Variable(ValueType.INT, lambda _, line: line.quantity),
}
LINE_TEXTS = frozenset({"line.category", "line.sku"})


PLAIN_KINDS = frozenset(SENT_KINDS) - {TOPUP}

# What is known of an event before anything is loaded: rules are found by these values, each of
# which an event may have several of.
ANCHORS: Mapping[str, Callable[[Any], Iterable[Any]]] = {
    "order.store": lambda o: (o.facts.get("order.store") or "",),
    "order.categories": lambda o: {line.category for line in o.lines},
    "order.skus": lambda o: {line.sku for line in o.lines},
    "business.weekday": lambda o: (o.business_date.isoweekday(),),
    "business.month": lambda o: (o.business_date.month,),
    "business.day": lambda o: (o.business_date.day,),
}


def sent_kinds() -> tuple[str, ...]:
    """The kinds that are sent from outside: those that come along, then the merchant's own.

    Retired ones too: rules of the past listen to them, and so does what is tried on the past.
    """
    return (*SENT_KINDS, *own_kinds())


def triggers() -> tuple[str, ...]:
    """The kinds of events that rules may listen to: those sent, then those raised inside."""
    return (*sent_kinds(), *followup_kinds())


def is_trigger(kind: str) -> bool:
    """Whether rules may listen to this kind."""
    return kind in PLAIN_KINDS or kind in followup_kinds() or declared_kind(kind) is not None


def declared_kind(kind: str) -> EventKindView | None:
    """The kind, if its data is declared: one of the merchant's own, or a top-up."""
    return None if kind in PLAIN_KINDS or kind in followup_kinds() else kind_known(kind)


def has_amount(kind: str) -> bool:
    """Whether events of this kind have an amount of money that a rate multiplies."""
    declared = declared_kind(kind)
    return kind == ORDER or (declared is not None and declared.amount is not None)


def variables_of(kind: str) -> dict[str, Variable]:
    """What the condition of a rule on this kind of event may read, member facts apart."""
    if kind == ORDER:
        return {**OF_EVERY_EVENT, **OF_ORDERS}
    raised = followup_kinds().get(kind)
    variables = dict(OF_EVERY_EVENT)
    if raised is not None:
        for name, (kind_of_value, _) in raised.variables.items():
            variables[name] = Variable(kind_of_value, _of_data(name))
        return variables
    declared = declared_kind(kind)
    if declared is not None:
        variables |= OF_DECLARED
        for field in declared.fields:
            variables[field.variable] = Variable(READ_AS[field.type], _of_data(field.variable))
    return variables


def _of_data(name: str) -> Reader:
    def read(occasion: Any, _: Any) -> Any:
        try:
            return occasion.facts[name]
        except KeyError:
            raise FactMissing(fact=name) from None

    return read
