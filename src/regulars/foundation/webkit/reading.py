"""Reading what was typed into a form: whole numbers, money in minor units, days, texts.

A value that can't be read comes back as a sentence that says what to type, never as a guess.
"""

from collections.abc import Callable, Mapping
from datetime import date, time
from typing import Any, Protocol

from django.http import QueryDict
from django.utils.translation import gettext as _

from regulars.foundation.amounts import currency_exponent
from regulars.foundation.webkit.screens import Text

DIGITS_MAX = 15
LANGUAGE_FIELDS = (("zh-Hans", "zh"), ("en", "en"))
ON = "on"
Given = QueryDict
Read = tuple[Any, Text]
# What proves who somebody is: taken as it was typed, spaces too, and never shown again.
SECRETS = frozenset({"secret", "password", "pin"})
# What is empty is an empty text for these, and nothing (None) for all others.
WORDS = frozenset({"text", "long", "email", "phone", "hidden"}) | SECRETS


class Question(Protocol):
    """What reading has to know of a field."""

    @property
    def name(self) -> str: ...
    @property
    def shape(self) -> str: ...
    @property
    def required(self) -> bool: ...
    @property
    def maximum(self) -> int: ...
    @property
    def lowest(self) -> int | None: ...
    @property
    def highest(self) -> int | None: ...
    @property
    def unit(self) -> str: ...
    @property
    def initial(self) -> Any: ...
    @property
    def options(self) -> tuple[tuple[str, Text], ...]: ...


def field_read(asked: Question, given: Given, files: Mapping[str, Any]) -> Read:
    """The value of one field, and what is wrong with it ("" when nothing is).

    An empty field that needn't be filled is None (a text ""; boxes []; a switch False).
    """
    match asked.shape:
        case "checks":
            return _checks(asked, given)
        case "switch":
            return given.get(asked.name, "") == ON, ""
        case "texts":
            return _texts(asked, given)
        case "file":
            found = files.get(asked.name)
            return found, _("Choose a file.") if found is None and asked.required else ""
    typed = str(given.get(asked.name, ""))
    if asked.shape not in SECRETS:
        typed = typed.replace("\0", "").strip()
    if not typed:
        empty = "" if asked.shape in WORDS else None
        chosen_empty = asked.shape in ("choice", "radio") and "" in dict(asked.options)
        if asked.required and not chosen_empty and asked.shape != "hidden":
            is_chosen = asked.shape in ("choice", "radio")
            return empty, _("Choose one of these.") if is_chosen else _("Fill this in.")
        return "" if chosen_empty else empty, ""
    return READERS.get(asked.shape, _text)(asked, typed)


def texts_given(name: str, initial: Any, given: Given | None) -> tuple[tuple[str, str, str], ...]:
    """A text in both languages as its two boxes show it: (field, language, value)."""
    found = initial if isinstance(initial, Mapping) else {}
    return tuple(
        (
            f"{name}_{short}",
            language,
            given.get(f"{name}_{short}", "") if given is not None else found.get(language, ""),
        )
        for language, short in LANGUAGE_FIELDS
    )


def whole_read(typed: str, digits_max: int = 9) -> int | None:
    """A whole number from an address or a hidden field; None when it is none.

    Python alone would take “²” for a digit and then fail, and a million digits for a number.
    """
    is_whole = typed.isascii() and typed.isdigit() and len(typed) <= digits_max
    return int(typed) if is_whole else None


def _checks(asked: Question, given: Given) -> Read:
    known = dict(asked.options)
    found = [each for each in given.getlist(asked.name) if each in known]
    return found, _("Tick at least one.") if asked.required and not found else ""


def _texts(asked: Question, given: Given) -> Read:
    found = {
        language: text
        for _name, language, value in texts_given(asked.name, None, given)
        if (text := str(value).replace("\0", "").strip())
    }
    if asked.required and not found:
        return found, _("Fill this in, in one language at least.")
    return found, ""


def _text(asked: Question, typed: str) -> Read:
    if len(typed) > asked.maximum:
        return typed, _("Shorten it: at most %(count)s characters fit.") % {"count": asked.maximum}
    return typed, ""


def _chosen(asked: Question, typed: str) -> Read:
    return typed, "" if typed in dict(asked.options) else _("Choose one of the list.")


def _number(asked: Question, typed: str) -> Read:
    digits = typed.replace(",", "").removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= DIGITS_MAX):
        return None, _("Type a whole number.")
    return _bounded(asked, int(typed.replace(",", "")))


def _bounded(asked: Question, value: int) -> Read:
    if asked.lowest is not None and value < asked.lowest:
        return value, _("At least %(count)s.") % {"count": asked.lowest}
    if asked.highest is not None and value > asked.highest:
        return value, _("At most %(count)s.") % {"count": asked.highest}
    return value, ""


def _amount(asked: Question, typed: str) -> Read:
    """Money as people type it, `12.50` or `12,5`, in minor units; a mark too many is no money."""
    exponent = currency_exponent(asked.unit) if asked.unit else 2
    sign = -1 if typed.startswith("-") else 1
    whole, _mark, part = typed.removeprefix("-").replace(",", ".").partition(".")
    digits = f"{whole or '0'}{part.ljust(exponent, '0')}"
    is_money = digits.isascii() and digits.isdigit() and len(digits) <= DIGITS_MAX
    if not is_money or len(part) > exponent:
        return None, _("Type an amount such as %(example)s.") % {
            "example": f"12.{'5'.ljust(exponent, '0')}" if exponent else "12"
        }
    return _bounded(asked, sign * int(digits))


def _date(asked: Question, typed: str) -> Read:
    try:
        return date.fromisoformat(typed), ""
    except ValueError:
        return None, _("Type a day such as 2026-03-31.")


def _time(asked: Question, typed: str) -> Read:
    try:
        return time.fromisoformat(typed), ""
    except ValueError:
        return None, _("Type a time such as 09:30.")


READERS: dict[str, Callable[[Question, str], Read]] = {
    "number": _number,
    "amount": _amount,
    "date": _date,
    "time": _time,
    "choice": _chosen,
    "radio": _chosen,
}
