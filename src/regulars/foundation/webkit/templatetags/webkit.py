"""What templates may say: amounts, dates by the deployment's clock, icons."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django import template
from django.template.loader import get_template
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import get_language

from regulars.foundation.webkit.icons import ICONS
from regulars.foundation.webkit.numbers import UNKNOWN, amount_text, money_shown, signed_text
from regulars.foundation.webkit.tables import Cell

register = template.Library()

DAYS = {"zh": "Y年n月j日", "en": "j M Y"}
SHORT_DAYS = {"zh": "n月j日", "en": "j M"}
INSTANTS = {"zh": "Y年n月j日 H:i", "en": "j M Y, H:i"}
NUMERIC, WORDS = mark_safe(' class="numeric"'), mark_safe(' class="words"')
WEEKDAYS = {"zh": "Y年n月j日 l", "en": "l, j F Y"}


def _language() -> str:
    return (get_language() or "en")[:2] if (get_language() or "en")[:2] in DAYS else "en"


@register.filter
def day(value: date | None) -> str:
    """A calendar day: 2025年3月1日, 1 Mar 2025."""
    return date_format(value, DAYS[_language()], use_l10n=False) if value else UNKNOWN


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
def icon(name: str) -> SafeString:
    """One of the house's line icons; it says nothing to a screen reader."""
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>',
        mark_safe(ICONS[name]),  # noqa: S308 - drawn by us, see icons.py
    )


@register.simple_tag
def cells_of(line: Iterable[tuple[Any, Cell]]) -> SafeString:
    """The cells of a row, each below its column. No template: a list has hundreds of them."""
    return format_html_join("", '<td data-label="{}"{}>{}</td>', [_cell(*each) for each in line])


def _cell(column: Any, cell: Cell) -> tuple[Any, str, SafeString]:
    look = NUMERIC if column.numeric else WORDS if column.words else ""
    if cell.href:
        text = format_html('<a href="{}">{}</a>', cell.href, cell.text)
    elif cell.tone:
        text = format_html('<span class="badge {}">{}</span>', cell.tone, cell.text)
    elif cell.code:
        text = format_html('<span class="code">{}</span>', cell.text)
    else:
        text = format_html("{}", cell.text)
    note = format_html('<span class="note">{}</span>', cell.note) if cell.note else ""
    return column.label, look, format_html("<span>{}{}</span>", text, note)


@register.simple_tag(takes_context=True)
def draw(context: template.Context, block: Any, **more: Any) -> SafeString:
    """Draws a block with its own template, where it is called `block`."""
    known: dict[str, Any] = {str(name): value for name, value in context.flatten().items()}
    drawn = get_template(block.template).render({**known, **more, "block": block})
    return mark_safe(drawn)  # noqa: S308 - another template has drawn and escaped it
