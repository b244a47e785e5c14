"""Where a declared list's rows come from: a handful in memory (`SmallRows`), or a model's rows that
the database narrows and orders (`QueryRows`)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import msgspec
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils.timezone import get_current_timezone, localtime

from regulars.foundation.webkit.filters import FROM, TO, Filter
from regulars.foundation.webkit.lists import Narrowed, Page, Row, Viewer

SEVERAL = (tuple, list, set, frozenset)
SPLIT = "|"


class SmallRows(msgspec.Struct, frozen=True):
    """A list that is read whole: some hundred rows at most. `load` gets the viewer and need not
    look at her stores; rows of others are left out here.

    With `complete` only the rows of a page are given their cells, for which `load` need not ask.

    A filter compares the row's value of its name; a text looks for the words in all cells.
    """

    load: Callable[[Viewer], Sequence[Row]]
    complete: Callable[[Sequence[Row]], Sequence[Row]] | None = None

    def page(self, viewer: Viewer, asked: Narrowed, *, order: str, after: str, limit: int) -> Page:
        """The rows in order; the cursor is how many lie before."""
        name = order.removeprefix("-")
        found = sorted(
            self._matching(viewer, asked),
            key=lambda row: _placed(row, name),
            reverse=order.startswith("-"),
        )
        start = int(after) if after.isascii() and after.isdigit() else 0
        rest = len(found) > start + limit
        shown: Sequence[Row] = found[start : start + limit]
        shown = self.complete(shown) if self.complete else shown
        return Page(shown, str(start + limit) if rest else "")

    def count(self, viewer: Viewer, asked: Narrowed, *, at_most: int) -> int:
        """How many match."""
        return min(at_most, len(self._matching(viewer, asked)))

    def _matching(self, viewer: Viewer, asked: Narrowed) -> list[Row]:
        return [
            row
            for row in self.load(viewer)
            if viewer.sees(row.store)
            and all(_is_match(row, each, asked.chosen) for each in asked.filters)
        ]


class QueryRows(msgspec.Struct, frozen=True):
    """A list of a model's rows. `rows` shows a page of them at once, so that names are asked for
    once. `orders` gives the field of each column that orders (one that is never null), `where` the
    condition of each filter, `days` the instant's field of each range of days, and `store` the
    field with the code of the store whose the row is. Where what is shown depends on who looks,
    `rows_to` is asked in place of `rows`."""

    query: Callable[[], QuerySet[Any]]
    rows: Callable[[Sequence[Any]], Sequence[Row]]
    orders: Mapping[str, str]
    where: Mapping[str, Callable[[str], Q]] = msgspec.field(default_factory=dict)
    days: Mapping[str, str] = msgspec.field(default_factory=dict)
    store: str = ""
    rows_to: Callable[[Sequence[Any], Viewer], Sequence[Row]] | None = None

    def page(self, viewer: Viewer, asked: Narrowed, *, order: str, after: str, limit: int) -> Page:
        """The rows behind a cursor: the last one's value in the order, and its key."""
        name = order.removeprefix("-")
        field, is_down = self.orders[name], order.startswith("-")
        sign, beyond = ("-", "lt") if is_down else ("", "gt")
        rows = self._matching(viewer, asked).order_by(f"{sign}{field}", f"{sign}pk")
        place = _place_read(rows.model, field, after)
        if place is not None:
            value, key = place
            rows = rows.filter(**{f"{field}__{beyond}e": value}).filter(
                Q(**{f"{field}__{beyond}": value}) | Q(**{f"pk__{beyond}": key})
            )
        found = list(rows[: limit + 1])
        following = _place_written(found[limit - 1], field) if len(found) > limit else ""
        shown = found[:limit]
        return Page(self.rows_to(shown, viewer) if self.rows_to else self.rows(shown), following)

    def count(self, viewer: Viewer, asked: Narrowed, *, at_most: int) -> int:
        """How many match, counted no further than `at_most`."""
        return self._matching(viewer, asked).order_by()[:at_most].count()

    def _matching(self, viewer: Viewer, asked: Narrowed) -> QuerySet[Any]:
        rows = self.query()
        if viewer.stores is not None:
            mine = {f"{self.store}__in": viewer.stores}
            rows = rows.filter(**mine) if self.store else rows.none()
        for each in asked.filters:
            if each.kind == "days":
                rows = rows.filter(**self._span(each.name, asked.chosen))
            elif each.name in asked.chosen:
                rows = rows.filter(self.where[each.name](asked.chosen[each.name]))
        return rows

    def _span(self, name: str, chosen: Mapping[str, str]) -> dict[str, datetime]:
        since, until = chosen.get(name + FROM), chosen.get(name + TO)
        field, found = self.days[name], {}
        if since:
            found[f"{field}__gte"] = midnight(since)
        if until:
            found[f"{field}__lt"] = midnight(until, later=1)
        return found


def midnight(day: str, *, later: int = 0) -> datetime:
    """The start of a day (or of a later one) on the deployment's clock."""
    start = date.fromisoformat(day) + timedelta(days=later)
    return datetime.combine(start, time(), get_current_timezone())


def _placed(row: Row, name: str) -> tuple[bool, Any, str]:
    """Where a row stands in an order; what has no value stands before all others."""
    value = row.values[name] if name in row.values else str(row.cells[name].text).casefold()
    return value is not None, 0 if value is None else value, row.key


def _is_match(row: Row, each: Filter, chosen: Mapping[str, str]) -> bool:
    if each.kind == "days":
        return _is_within(
            row.values.get(each.name), chosen.get(each.name + FROM), chosen.get(each.name + TO)
        )
    wanted = chosen.get(each.name)
    if not wanted:
        return True
    if each.kind == "text":
        words = [f"{cell.text} {cell.note}" for cell in row.cells.values()]
        return wanted.casefold() in " ".join(words).casefold()
    value = row.values.get(each.name)
    return wanted in value if isinstance(value, SEVERAL) else wanted == value


def _is_within(value: date | datetime | None, since: str | None, until: str | None) -> bool:
    if not since and not until:
        return True
    if value is None:
        return False
    day = localtime(value).date() if isinstance(value, datetime) else value
    return (not since or since <= day.isoformat()) and (not until or day.isoformat() <= until)


def _place_written(found: Model, field: str) -> str:
    value = getattr(found, field)
    return f"{value.isoformat() if hasattr(value, 'isoformat') else value}{SPLIT}{found.pk}"


def _place_read(model: type[Model], field: str, after: str) -> tuple[Any, Any] | None:
    """A cursor's value and key; one that makes no sense counts as none."""
    value, _split, key = after.rpartition(SPLIT)
    if not key:
        return None
    known: Any = model._meta
    try:
        return known.get_field(field).to_python(value), known.pk.to_python(key)
    except (ValidationError, ValueError):
        return None
