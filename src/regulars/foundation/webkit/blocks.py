"""What pages are put together from: cards, columns, facts, actions. Each block knows its template.

A view builds blocks as data and hands them to `blocks_page`; `{% draw block %}` draws one. A block
is any struct with a `template`; the template finds it under the name `block`.
"""

from collections.abc import Sequence
from typing import ClassVar, Literal, Protocol

import msgspec
from django.http import HttpRequest, HttpResponse

from regulars.foundation.webkit.pages import page
from regulars.foundation.webkit.screens import Text
from regulars.foundation.webkit.tables import Tone

Look = Literal["", "main", "danger", "quiet"]


class Block(Protocol):
    """Anything that draws itself: a struct with the name of its template."""

    template: ClassVar[str]


class Action(msgspec.Struct, frozen=True):
    """Something to press: a link to the page (or dialog) where it is done.

    One action of a page has the look `main`; what destroys has `danger`. With `in_dialog` the
    target opens over the page, and is a page of its own where there is no script.
    """

    template: ClassVar[str] = "webkit/blocks/action.html"

    title: Text
    href: str
    look: Look = ""
    icon: str = ""
    in_dialog: bool = False


class Badge(msgspec.Struct, frozen=True):
    """A state in a word or two."""

    template: ClassVar[str] = "webkit/blocks/badge.html"

    text: Text
    tone: Tone = ""


class Fact(msgspec.Struct, frozen=True):
    """One thing known: its name and its value; `note` says more in small letters."""

    label: Text
    value: Text
    href: str = ""
    note: Text = ""
    tone: Tone = ""
    code: bool = False


class Facts(msgspec.Struct, frozen=True):
    """Names and values, side by side."""

    template: ClassVar[str] = "webkit/blocks/facts.html"

    facts: tuple[Fact, ...]


class Figures(msgspec.Struct, frozen=True):
    """Large figures in a row, each with its name and, where there is one, a comparison."""

    template: ClassVar[str] = "webkit/blocks/figures.html"

    facts: tuple[Fact, ...]


class Words(msgspec.Struct, frozen=True):
    """A paragraph that helps; with a tone it stands out as a message does."""

    template: ClassVar[str] = "webkit/blocks/words.html"

    text: Text
    tone: Tone = ""


class Card(msgspec.Struct, frozen=True):
    """A framed part of a page with its heading, what stands in it, and what one can do there.

    `flush` lets tables and timelines reach the frame's edges.
    """

    template: ClassVar[str] = "webkit/blocks/card.html"

    title: Text
    blocks: tuple[Block, ...]
    lead: Text = ""
    actions: tuple[Action, ...] = ()
    flush: bool = False


class Columns(msgspec.Struct, frozen=True):
    """Two columns, the left one wider; one below the other where there is little room."""

    template: ClassVar[str] = "webkit/blocks/columns.html"

    left: tuple[Block, ...]
    right: tuple[Block, ...]


class Head(msgspec.Struct, frozen=True):
    """The head of a page: its title, what it is about, its count and its actions."""

    template: ClassVar[str] = "webkit/blocks/head.html"

    title: Text
    lead: Text = ""
    count: int | None = None
    badges: tuple[Badge, ...] = ()
    actions: tuple[Action, ...] = ()
    back: Action | None = None


def blocks_page(
    request: HttpRequest, head: Head, blocks: Sequence[Block], *, status: int = 200
) -> HttpResponse:
    """A page made of blocks, one below the other."""
    context = {"head": head, "blocks": blocks, "title": head.title}
    return page(request, "webkit/blocks.html", context, status=status)


def part_page(request: HttpRequest, block: Block, *, status: int = 200) -> HttpResponse:
    """One block without the shell: what htmx asked for."""
    return page(request, block.template, {"block": block}, status=status)


def is_part_wanted(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of a page and not for the page."""
    return bool(request.headers.get("HX-Request"))
