"""What commands say, and in which language: this is the one place that decides it.

The environment's own word (REGULARS_LANGUAGE) holds; without one the shop's language does, from
when the shop was read (`shop_known` knows that order); before that the deployment's default.
"""

from contextlib import suppress

from django.utils import translation

from regulars.foundation.database.session import DatabaseLost
from regulars.foundation.settings import settings_load
from regulars.foundation.shop.selectors import shop_known
from regulars.foundation.texts import LANGUAGES


class _Spoken:
    """What this process has learnt; it stays, so that a refusal that ends it is understood too."""

    language = ""


def language() -> str:
    """The language of this command as texts name it: zh-Hans or en."""
    return _Spoken.language or LANGUAGES[settings_load().language == "en"]


def language_learnt() -> None:
    """Takes over the shop's language, where there is a shop and a database that answers."""
    with suppress(DatabaseLost):
        _Spoken.language = shop_known().text_language


def catalogue_read() -> translation.override:
    """A context in which the console's own texts are in this command's language."""
    return translation.override(language().lower())


def chinese() -> bool:
    """Whether this command speaks Chinese."""
    return language() == LANGUAGES[0]


def words(*, zh: str, en: str) -> str:
    """The text in this command's language."""
    return zh if chinese() else en


def coded(name: object, code: str) -> str:
    """A name that a person knows, with the code behind it that is typed: 豆子 (beans)."""
    return f"{name} ({code})" if str(name) not in ("", code) else code
