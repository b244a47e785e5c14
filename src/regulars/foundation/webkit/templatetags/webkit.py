"""What templates may say: amounts, dates by the deployment's clock, icons."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import msgspec
from django import template
from django.template.loader import get_template
from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import get_language

from regulars.foundation.webkit.icons import ICONS
from regulars.foundation.webkit.numbers import UNKNOWN, amount_text, money_shown, signed_text
from regulars.foundation.webkit.tables import Cell, Folded, Said

register = template.Library()

DAYS = {"zh": "Y年n月j日", "en": "j M Y"}
SHORT_DAYS = {"zh": "n月j日", "en": "j M"}
INSTANTS = {"zh": "Y年n月j日 H:i", "en": "j M Y, H:i"}
NUMERIC, WORDS = ' class="numeric"', ' class="words"'
PRESS = (
    '<button class="button small" type="submit" form="{}" name="{}" value="{}" aria-label="{}">'
    "{}</button>"
)
WEEKDAYS = {"zh": "Y年n月j日 l", "en": "l, j F Y"}


def _language() -> str:
    return (get_language() or "en")[:2] if (get_language() or "en")[:2] in DAYS else "en"


@register.filter
def day(value: date | None) -> str:
    """A calendar day: 2025年3月1日, 1 Mar 2025; of an instant, that of the deployment's clock."""
    if value is None:
        return UNKNOWN
    on_the_clock = localtime(value).date() if isinstance(value, datetime) else value
    return date_format(on_the_clock, DAYS[_language()], use_l10n=False)


@register.filter
def short_day(value: date) -> str:
    """A day of this year: 3月1日, 1 Mar."""
    return date_format(value, SHORT_DAYS[_language()], use_l10n=False)


@register.filter
def weekday(value: date) -> str:
    """A day with its weekday."""
    return date_format(value, WEEKDAYS[_language()], use_l10n=False)


@register.filter
def instant(value: datetime | None) -> str:
    """An instant on the deployment's clock, to the minute."""
    if value is None:
        return UNKNOWN
    return date_format(localtime(value), INSTANTS[_language()], use_l10n=False)


@register.filter
def clock_time(value: datetime) -> str:
    """The time of day on the deployment's clock."""
    return localtime(value).strftime("%H:%M")


@register.filter
def amount(value: int, scale: int = 0) -> str:
    """Points or counts with separators."""
    return amount_text(value, scale)


@register.filter
def signed(value: int, scale: int = 0) -> str:
    """A movement with its sign."""
    return signed_text(value, scale)


@register.filter
def money(value: int, currency: str) -> str:
    """Money with its symbol."""
    return money_shown(value, currency)


@register.simple_tag
@lru_cache(maxsize=len(ICONS))
def icon(name: str) -> SafeString:
    """One of the house's line icons; it says nothing to a screen reader."""
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>',
        mark_safe(ICONS[name]),  # noqa: S308 - drawn by us, see icons.py
    )


@register.simple_tag
def cells_of(line: Iterable[tuple[Any, Cell]]) -> SafeString:
    """The cells of a row, each below its column. No template, and every text escaped once: a list
    has hundreds of them."""
    return mark_safe("".join([_cell(*each) for each in line]))  # noqa: S308 - escaped below


def _cell(column: Any, cell: Cell) -> str:
    look = NUMERIC if column.numeric else WORDS if column.words else ""
    text = _escaped(cell.text)
    if cell.said:
        text = "".join([_piece(each) for each in cell.said])
    elif cell.href:
        text = f'<a href="{_escaped(cell.href)}">{text}</a>'
    elif cell.press:
        press = [_escaped(each) for each in msgspec.structs.astuple(cell.press)]
        text = PRESS.format(*press, text)
    elif cell.tone:
        text = f'<span class="badge {_escaped(cell.tone)}">{text}</span>'
    elif cell.code:
        text = f'<span class="code">{text}</span>'
    if cell.note:
        text = f'{text}<span class="note">{_escaped(cell.note)}</span>'
    if cell.noted:
        text = f'{text}<span class="note">{"".join([_piece(each) for each in cell.noted])}</span>'
    drawn = f"<span>{text}</span>"
    if cell.folded:
        drawn = f"<div>{drawn}{''.join([_folded(each) for each in cell.folded])}</div>"
    return f'<td data-label="{_escaped(column.label)}"{look}>{drawn}</td>'


def _piece(said: Said) -> str:
    text = _escaped(said.text)
    return f'<a href="{_escaped(said.href)}">{text}</a>' if said.href else text


def _folded(folded: Folded) -> str:
    look = "code" if folded.code else "small"
    lines = "".join([f'<p class="{look}">{_escaped(each)}</p>' for each in folded.lines])
    title = _escaped(folded.title)
    return f'<details class="folded"><summary>{title}</summary>{lines}</details>'


def _escaped(text: object) -> str:
    return str(conditional_escape(str(text)))


@register.simple_tag(takes_context=True)
def draw(context: template.Context, block: Any, **more: Any) -> SafeString:
    """Draws a block with its own template, where it is called `block`."""
    known: dict[str, Any] = {str(name): value for name, value in context.flatten().items()}
    drawn = get_template(block.template).render({**known, **more, "block": block})
    return mark_safe(drawn)  # noqa: S308 - another template has drawn and escaped it
