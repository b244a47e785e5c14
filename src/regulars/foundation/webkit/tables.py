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


class Press(msgspec.Struct, frozen=True):
    """A button in a row: which form of its table it sends, with what, and what it is called for
    who does not see the row."""

    form: str
    name: str
    value: str
    label: Text


class RowForm(msgspec.Struct, frozen=True):
    """The form that the buttons in a table's rows send: where to, and what travels with each."""

    id: str
    address: str
    carried: tuple[tuple[str, str], ...] = ()


class Said(msgspec.Struct, frozen=True):
    """A piece of a sentence; with `href` it leads somewhere."""

    text: Text
    href: str = ""


class Folded(msgspec.Struct, frozen=True):
    """Lines that are seen on request only, under their title; `code` is for who reads such."""

    title: Text
    lines: tuple[Text, ...]
    code: bool = False


class Cell(msgspec.Struct, frozen=True):
    """One cell. With `tone` it is drawn as a badge, with `code` in fixed-width letters, with
    `press` as a button that does something at once. `said` is the text in pieces, some of which
    lead somewhere, `noted` a second note in such pieces, and `folded` what more can be asked
    for."""

    text: Text
    href: str = ""
    note: Text = ""
    tone: Tone = ""
    code: bool = False
    press: Press | None = None
    said: tuple[Said, ...] = ()
    noted: tuple[Said, ...] = ()
    folded: tuple[Folded, ...] = ()


class Table(msgspec.Struct, frozen=True):
    """A list: its columns, its rows, and what to say when there are none."""

    template: ClassVar[str] = "webkit/blocks/rows.html"

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: Empty
    caption: Text = ""
    foot: tuple[Cell, ...] = ()
    form: RowForm | None = None

    @property
    def lines(self) -> list[list[tuple[Column, Cell]]]:
        """Each row's cells with their columns."""
        return [list(zip(self.columns, row, strict=True)) for row in self.rows]

    @property
    def foot_line(self) -> list[tuple[Column, Cell]]:
        """The row of totals with its columns."""
        return list(zip(self.columns, self.foot, strict=True)) if self.foot else []
