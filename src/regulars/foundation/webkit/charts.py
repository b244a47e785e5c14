"""Charts drawn by the server as SVG: bars of one or two parts, one for each day.

The picture has no script and no inline style; its table stands beside it, with the same figures.
"""

from collections.abc import Callable, Sequence
from typing import ClassVar

import msgspec

from regulars.foundation.webkit.screens import Text
from regulars.foundation.webkit.tables import Empty, Table

BAND = 20
BAR = 12
HEIGHT = 200
GRID_LINES = 4
NICE = (10, 20, 25, 40, 50, 100)


class Bar(msgspec.Struct, frozen=True):
    """One bar: its label, its whole and the part of it that is drawn in the strong colour."""

    label: str
    title: str
    whole: int
    part: int


class DrawnBar(msgspec.Struct, frozen=True):
    """A bar in the units of the picture. `top` counts from above."""

    title: str
    band_x: int
    x: int
    whole_top: int
    whole_height: int
    part_top: int
    part_height: int


class Chart(msgspec.Struct, frozen=True):
    """A drawn chart: the picture's size, its bars, and the labels beside it, top first."""

    width: int
    height: int
    band: int
    bar: int
    bars: tuple[DrawnBar, ...]
    grid: tuple[int, ...]
    scale_labels: tuple[str, ...]
    day_labels: tuple[str, ...]


class ChartCard(msgspec.Struct, frozen=True):
    """A chart with its table beside it: the same figures to see and to read.

    `part` and `rest` name the two colours of the bars; without a chart `empty` stands there.
    """

    template: ClassVar[str] = "webkit/blocks/chart_card.html"

    title: Text
    chart: Chart | None
    table: Table
    table_title: Text
    empty: Empty
    part: Text = ""
    rest: Text = ""


def nice_top(highest: int) -> int:
    """The round number at the top of the scale: the first of 10, 20, 25, 40, 50 … that fits."""
    if highest <= GRID_LINES:
        return GRID_LINES
    size = 1
    while True:
        for step in NICE:
            top = step * size
            if top >= highest and top % GRID_LINES == 0:
                return top
        size *= 10


def chart_drawn(bars: Sequence[Bar], label_of: Callable[[int], str], days: int = 5) -> Chart:
    """The chart of these bars; `label_of` writes a value on the scale, `days` labels below."""
    top = nice_top(max((bar.whole for bar in bars), default=0))
    drawn = []
    for place, bar in enumerate(bars):
        whole = _height(bar.whole, top)
        part = min(_height(bar.part, top), whole)
        drawn.append(
            DrawnBar(
                title=bar.title,
                band_x=place * BAND,
                x=place * BAND + (BAND - BAR) // 2,
                whole_top=HEIGHT - whole,
                whole_height=whole - part,
                part_top=HEIGHT - part,
                part_height=part,
            )
        )
    return Chart(
        width=max(len(bars), 1) * BAND,
        height=HEIGHT,
        band=BAND,
        bar=BAR,
        bars=tuple(drawn),
        grid=tuple(HEIGHT * line // GRID_LINES for line in range(GRID_LINES + 1)),
        scale_labels=tuple(
            label_of(top * (GRID_LINES - line) // GRID_LINES) for line in range(GRID_LINES + 1)
        ),
        day_labels=_spread([bar.label for bar in bars], days),
    )


def _height(value: int, top: int) -> int:
    if value <= 0:
        return 0
    return max(value * HEIGHT // top, 1)


def _spread(labels: Sequence[str], count: int) -> tuple[str, ...]:
    if len(labels) <= count:
        return tuple(labels)
    last = len(labels) - 1
    return tuple(labels[last * place // (count - 1)] for place in range(count))
