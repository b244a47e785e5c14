"""The filter bar over a list: what is asked for lies in the address and can be sent to somebody.

FILTERS = (Filter("store", _("Store"), options=…), Filter("joined", _("Joined"), kind="days"))
chosen = filters_chosen(request, FILTERS)
"""

from collections.abc import Mapping, Sequence
from datetime import MAXYEAR, MINYEAR, date
from typing import ClassVar, Literal
from urllib.parse import urlencode

import msgspec
from django.http import HttpRequest, QueryDict

from regulars.foundation.webkit.screens import Text

TEXT_MAX = 80
FROM, TO = "_from", "_to"
DAYS_MAX = 92


class Filter(msgspec.Struct, frozen=True):
    """One question: one of `options`, a text, or a range of days (`<name>_from`, `<name>_to`).

    One that the database can only answer by reading row after row `needs` a range of days, by its
    name: it is asked only together with one of at most `DAYS_MAX` days.
    """

    name: str
    label: Text
    options: tuple[tuple[str, Text], ...] = ()
    kind: Literal["choice", "text", "days"] = "choice"
    needs: str = ""


class Chip(msgspec.Struct, frozen=True):
    """A filter that is set, in words, and the address without it."""

    label: Text
    value: Text
    href: str


class DrawnFilter(msgspec.Struct, frozen=True):
    """A filter with what is chosen."""

    filter: Filter
    value: str
    since: str
    until: str


class FilterBar(msgspec.Struct, frozen=True):
    """The bar: the questions, what is set, and the address without any."""

    template: ClassVar[str] = "webkit/blocks/filters.html"

    filters: tuple[DrawnFilter, ...]
    chips: tuple[Chip, ...]
    clear: str
    carried: tuple[tuple[str, str], ...] = ()


def filters_chosen(request: HttpRequest, filters: Sequence[Filter]) -> dict[str, str]:
    """What the address asks for; what is none of the choices, or no day, counts as not asked."""
    return filters_read(request.GET, filters)


def filters_read(given: QueryDict | Mapping[str, str], filters: Sequence[Filter]) -> dict[str, str]:
    """The same from a saved view's words."""
    found: dict[str, str] = {}
    for each in filters:
        names = (each.name + FROM, each.name + TO) if each.kind == "days" else (each.name,)
        for name in names:
            value = str(given.get(name, "")).replace("\0", "").strip()[:TEXT_MAX]
            if value and _is_fit(each, value):
                found[name] = value
    return found


def filter_bar(
    filters: Sequence[Filter], chosen: Mapping[str, str], carried: Mapping[str, str] | None = None
) -> FilterBar:
    """The bar with what is chosen. `carried` are other parts of the address (sort, columns)."""
    kept = dict(carried or {})
    drawn = tuple(
        DrawnFilter(
            each,
            chosen.get(each.name, ""),
            chosen.get(each.name + FROM, ""),
            chosen.get(each.name + TO, ""),
        )
        for each in filters
    )
    chips = tuple(
        Chip(each.label, words, address({**kept, **_without(chosen, each)}))
        for each in filters
        if (words := _words(each, chosen))
    )
    return FilterBar(drawn, chips, address(kept), tuple(kept.items()))


def too_wide(filters: Sequence[Filter], chosen: Mapping[str, str]) -> Filter | None:
    """A filter that is set without the range of days that it needs, or with a longer one."""
    for each in filters:
        if each.needs and each.name in chosen:
            since, until = chosen.get(each.needs + FROM), chosen.get(each.needs + TO)
            days = (
                (date.fromisoformat(until) - date.fromisoformat(since)) if since and until else None
            )
            if days is None or days.days >= DAYS_MAX:
                return each
    return None


def address(parts: Mapping[str, str]) -> str:
    """The query of an address; a lone `?` clears everything."""
    return "?" + urlencode({name: value for name, value in parts.items() if value})


def _is_fit(each: Filter, value: str) -> bool:
    if each.kind == "text":
        return True
    if each.kind == "choice":
        return value in dict(each.options)
    try:
        found = date.fromisoformat(value)
    except ValueError:
        return False
    # The days beside it are looked at too, and the calendar ends.
    return MINYEAR < found.year < MAXYEAR


def _without(chosen: Mapping[str, str], each: Filter) -> dict[str, str]:
    gone = {each.name, each.name + FROM, each.name + TO}
    return {name: value for name, value in chosen.items() if name not in gone}


def _words(each: Filter, chosen: Mapping[str, str]) -> Text:
    if each.kind == "days":
        since, until = chosen.get(each.name + FROM, ""), chosen.get(each.name + TO, "")
        return f"{since or '…'} – {until or '…'}" if since or until else ""
    value = chosen.get(each.name, "")
    return dict(each.options).get(value, value) if value else ""
