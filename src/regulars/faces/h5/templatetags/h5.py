"""What the phone's templates may say besides what all templates say."""

from datetime import datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime

from regulars.faces.h5.icons import ICONS
from regulars.foundation.webkit.pages import merchant_text

register = template.Library()


@register.simple_tag
def sign(name: str) -> SafeString:
    """One of the phone's line icons; it says nothing to a screen reader."""
    return format_html(
        '<svg class="sign" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>',
        mark_safe(ICONS[name]),  # noqa: S308 - drawn by us, see icons.py
    )


@register.filter
def said_by_shop(texts: dict[str, str]) -> str:
    """A merchant's text in the reader's language."""
    return merchant_text(texts)


@register.filter
def second_time(value: datetime) -> str:
    """The time of day to the second, on the shop's clock."""
    return localtime(value).strftime("%H:%M:%S")
