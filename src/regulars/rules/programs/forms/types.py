"""A rule as a form holds it: texts as they were typed, so that nothing typed is lost."""

from enum import StrEnum

import msgspec


class Joint(StrEnum):
    """How the lines of a condition go together: all of them, or any."""

    ALL = "all"
    ANY = "any"

    @property
    def other(self) -> "Joint":
        """Inside a group of the one stand groups of the other."""
        return Joint.ANY if self is Joint.ALL else Joint.ALL


class Operator(StrEnum):
    """What a line asks of a variable. `this_month` compares with the month of the event."""

    ONE_OF = "one_of"
    NONE_OF = "none_of"
    AT_LEAST = "at_least"
    MORE_THAN = "more_than"
    AT_MOST = "at_most"
    LESS_THAN = "less_than"
    INCLUDES = "includes"
    EXCLUDES = "excludes"
    YES = "yes"
    NO = "no"
    THIS_MONTH = "this_month"


class Ask(msgspec.Struct, frozen=True):
    """One line of a condition."""

    variable: str
    operator: Operator
    values: tuple[str, ...] = ()


class Asks(msgspec.Struct, frozen=True):
    """Lines that go together, and at the top groups of lines that go together otherwise."""

    joint: Joint = Joint.ALL
    lines: tuple["Ask | Asks", ...] = ()


class ConditionForm(msgspec.Struct, frozen=True):
    """A condition: lines, or with `as_text` an expression of one's own.

    `text` is the expression as it stood when the form was opened: as long as it says what the
    lines say, it is kept letter for letter.
    """

    asks: Asks = Asks()
    text: str = ""
    as_text: bool = False


class MultiplierForm(msgspec.Struct, frozen=True):
    """How many times as many (`times`, “1.5”), or the name of the fact that says so (`by`)."""

    when: ConditionForm = ConditionForm()
    times: str = ""
    by: str = ""


class LimitForm(msgspec.Struct, frozen=True):
    """At most `most` of `what` (amount, times, value) for `per` in each `window`."""

    per: str = "member"
    window: str = "day"
    what: str = "amount"
    most: str = ""
    asset: str = ""


class ExpiryForm(msgspec.Struct, frozen=True):
    """The rule's own expiry: `kind` empty means as the asset has it."""

    kind: str = ""
    number: str = ""
    period: str = ""
    date: str = ""


class Span(msgspec.Struct, frozen=True):
    """From … to …, of hours or of days."""

    since: str = ""
    until: str = ""


class RuleForm(msgspec.Struct, frozen=True, kw_only=True):
    """All that the editor of one rule holds. `gives` is rate, flat or do."""

    code: str = ""
    name_zh: str = ""
    name_en: str = ""
    on: str = "order.paid"
    when: ConditionForm = ConditionForm()
    gives: str = "rate"
    asset: str = ""
    amount: str = ""
    per: str = ""
    rounding: str = "floor"
    multipliers: tuple[MultiplierForm, ...] = ()
    after_amount: str = ""
    after_per: str = ""
    expiry: ExpiryForm = ExpiryForm()
    available_after_days: str = ""
    do: str = ""
    audience: ConditionForm = ConditionForm()
    weekdays: tuple[str, ...] = ()
    hours: tuple[Span, ...] = ()
    dates: tuple[Span, ...] = ()
    priority: str = ""
    group: str = ""
    limits: tuple[LimitForm, ...] = ()


class Problem(msgspec.Struct, frozen=True):
    """What is wrong with one field of a form, by language."""

    field: str
    text: dict[str, str]
