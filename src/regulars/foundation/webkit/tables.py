"""Lists as data: a page says what stands in them, one template draws them."""

from typing import ClassVar, Literal

import msgspec

from regulars.foundation.webkit.screens import Text

Tone = Literal["", "good", "warn", "bad", "info", "quiet"]


class Empty(msgspec.Struct, frozen=True):
    """What stands in place of a list without rows: why, and what to do next."""

    template: ClassVar[str] = "webkit/blocks/nothing.html"

    title: Text
    hint: Text = ""
    href: str = ""
    action: Text = ""


class Column(msgspec.Struct, frozen=True):
    """A column's heading; numbers are set to the right, sentences (`words`) may wrap."""

    label: Text
    numeric: bool = False
    words: bool = False


class Cell(msgspec.Struct, frozen=True):
    """One cell. With `tone` it is drawn as a badge, with `code` in fixed-width letters."""

    text: Text
    href: str = ""
    note: Text = ""
    tone: Tone = ""
    code: bool = False


class Table(msgspec.Struct, frozen=True):
    """A list: its columns, its rows, and what to say when there are none."""

    template: ClassVar[str] = "webkit/blocks/rows.html"

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: Empty
    caption: Text = ""
    foot: tuple[Cell, ...] = ()

    @property
    def lines(self) -> list[list[tuple[Column, Cell]]]:
        """Each row's cells with their columns."""
        return [list(zip(self.columns, row, strict=True)) for row in self.rows]

    @property
    def foot_line(self) -> list[tuple[Column, Cell]]:
        """The row of totals with its columns."""
        return list(zip(self.columns, self.foot, strict=True)) if self.foot else []
