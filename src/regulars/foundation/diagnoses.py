"""What is wrong with an installation, and what to do about it: the sentences of `doctor`.

A room looks after its own matters in its `diagnoses.py`; a look may take seconds, unlike a health
check:

    @look("outbox", place=40)
    def outbox_age() -> Iterator[Diagnosis]: ...
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from enum import StrEnum

import msgspec


class Verdict(StrEnum):
    """How a look ended; a single failing one makes `doctor` exit with 1."""

    OK = "ok"
    WARNING = "warning"
    FAILING = "failing"


class Diagnosis(msgspec.Struct, frozen=True):
    """One line of the report in both languages. What is wrong comes with what to do."""

    verdict: Verdict
    texts: dict[str, str]


Look = Callable[[], Iterator[Diagnosis]]
_looks: dict[str, tuple[int, Look]] = {}


def well(en: str, zh: str) -> Diagnosis:
    """All is as it should be."""
    return Diagnosis(Verdict.OK, {"en": en, "zh-Hans": zh})


def doubtful(en: str, zh: str) -> Diagnosis:
    """It works, and somebody should do something about it."""
    return Diagnosis(Verdict.WARNING, {"en": en, "zh-Hans": zh})


def broken(en: str, zh: str) -> Diagnosis:
    """It does not work until somebody does something about it."""
    return Diagnosis(Verdict.FAILING, {"en": en, "zh-Hans": zh})


def look(name: str, *, place: int = 50) -> Callable[[Look], Look]:
    """Declares a look; each name once. Lower places come first."""

    def declare(work: Look) -> Look:
        if name in _looks:
            raise ValueError(f"the look {name} is declared twice")
        _looks[name] = (place, work)
        return work

    return declare


def looks_known() -> dict[str, Look]:
    """All looks by name, in the order of their places."""
    ordered = sorted(_looks.items(), key=lambda item: (item[1][0], item[0]))
    return {name: work for name, (_, work) in ordered}


def age_texts(age: timedelta) -> tuple[str, str]:
    """How long ago, in the largest unit that fits: English, Chinese."""
    seconds = max(0, int(age.total_seconds()))
    units = ((86_400, "day", "天"), (3600, "hour", "小时"), (60, "minute", "分钟"))
    for size, en, zh in units:
        if seconds >= size:
            count = seconds // size
            return f"{count} {en}{'s' if count > 1 else ''} ago", f"{count} {zh}前"
    return "a moment ago", "刚刚"
