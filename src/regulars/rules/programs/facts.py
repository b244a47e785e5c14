"""What may be picked in a rule's conditions: days, months, stores."""

from regulars.organization.stores.selectors import stores_list
from regulars.rules.facts import Choice, choices_register
from regulars.rules.programs.condition_words import WEEKDAYS

MONTHS = 12
MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def weekdays() -> list[Choice]:
    """Monday to Sunday, as 1 to 7."""
    names = zip(WEEKDAYS["zh-Hans"], WEEKDAYS["en"], strict=True)
    return [
        Choice(number, {"zh-Hans": chinese, "en": english})
        for number, (chinese, english) in enumerate(names, start=1)
    ]


def months() -> list[Choice]:
    """January to December, as 1 to 12."""
    return [
        Choice(number, {"zh-Hans": f"{number}月", "en": name})
        for number, name in enumerate(MONTH_NAMES, start=1)
    ]


def stores() -> list[Choice]:
    """The stores, by their codes."""
    return [Choice(each.code, each.name) for each in stores_list() if each.is_active]


choices_register(("business.weekday",), weekdays)
choices_register(("business.month", "member.birth_month"), months)
choices_register(("order.store", "event.store", "member.home_store"), stores)
