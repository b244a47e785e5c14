"""What forbids another currency: rooms that keep books say when the first line stands in them."""

from collections.abc import Callable

_KEPT: list[Callable[[], bool]] = []


def books_register(kept: Callable[[], bool]) -> None:
    """Adds a question: whether anything is booked in the shop's currency already."""
    if kept not in _KEPT:
        _KEPT.append(kept)


def books_begun() -> bool:
    """Whether something is booked already, so that the currency is fixed."""
    return any(kept() for kept in _KEPT)
