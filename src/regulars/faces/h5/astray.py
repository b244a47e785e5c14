"""A member who comes to where nothing is: told so in her language, and led back to her card."""

from enum import StrEnum

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext_lazy, override

from regulars.faces.h5.door import language_of, shop_name, theme_of
from regulars.foundation.errors import RegularsError
from regulars.foundation.webkit.screens import Text


class Astray(StrEnum):
    """Why there is no page."""

    MISSING = "missing"
    TOO_OLD = "too-old"
    FAILED = "failed"
    AWAY = "away"


WORDS: dict[Astray, tuple[Text, Text]] = {
    Astray.MISSING: (
        gettext_lazy("There is no such page"),
        gettext_lazy("The address may have a slip in it. Your card is where it always is."),
    ),
    Astray.TOO_OLD: (
        gettext_lazy("This page was open for too long"),
        gettext_lazy("Nothing was done. Open the page again and press once more."),
    ),
    Astray.FAILED: (
        gettext_lazy("Something went wrong"),
        gettext_lazy(
            "The mistake is ours. Try again in a moment; at the counter your phone number will do."
        ),
    ),
    Astray.AWAY: (
        gettext_lazy("The shop does not answer"),
        gettext_lazy(
            "What is yours is safe. Try again in a moment; at the counter your phone number will "
            "do."
        ),
    ),
}

# Addresses behind which no page stands: they take a form and lead on.
ONLY_POSTED = frozenset({"codes", "language", "sign-out", "theme"})


def astray_page(request: HttpRequest, why: Astray, *, status: int) -> HttpResponse:
    """The page that stands for the one that isn't there. It needs no database."""
    title, sentence = WORDS[why]
    with override(language_of(request) or get_language()):
        try:
            shop = shop_name()
        except RegularsError:
            shop = ""
        context = {
            "title": title,
            "sentence": sentence,
            "again": "" if why is Astray.MISSING or _is_only_posted(request) else request.path,
            "shop_name": shop,
            "theme": theme_of(request),
        }
        return render(request, "h5/astray.html", context, status=status)


def _is_only_posted(request: HttpRequest) -> bool:
    found = request.resolver_match
    return found is not None and found.url_name in ONLY_POSTED
