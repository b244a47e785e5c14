"""What a text from outside may hold: anything a person can write, emoji included, but no NUL.

PostgreSQL can't store the character NUL, half a surrogate pair is no character at all, and other
control characters make one name look like another. Such a text is refused, never cleaned.
"""

import unicodedata
from collections.abc import Mapping
from datetime import date

from regulars.foundation.errors import RegularsError

LANGUAGES = ("zh-Hans", "en")
_REFUSED_CATEGORIES = frozenset({"Cc", "Cs"})


class TextNotAllowed(RegularsError):
    code = "text_not_allowed"
    status = 422
    text = {
        "en": "{field} holds a character that can't be stored (at place {place}). Remove it.",
        "zh-Hans": "{field} 含有无法保存的字符（第 {place} 个），请删除后重试。",
    }


class TextTooLong(RegularsError):
    code = "text_too_long"
    status = 422
    text = {
        "en": "{field} has {length} characters; at most {maximum} fit. Shorten it.",
        "zh-Hans": "{field} 共 {length} 个字符，最多 {maximum} 个，请缩短。",
    }


class TextMissing(RegularsError):
    code = "text_missing"
    status = 422
    text = {
        "en": "{field} is empty. Fill it in.",
        "zh-Hans": "{field} 不能为空，请填写。",
    }


def text_checked(value: object, field: str, *, maximum: int, required: bool = False) -> str:
    """`value` without spaces around it and in one Unicode form (NFC); refuses what can't be kept.

    `maximum` counts characters. Errors: text_not_allowed, text_too_long, text_missing.
    """
    if not isinstance(value, str):
        raise TextNotAllowed(field=field, place=1)
    if value.isascii() and value.isprintable():
        kept = value.strip()
    else:
        _characters_checked(value, field)
        kept = unicodedata.normalize("NFC", value).strip()
    if len(kept) > maximum:
        raise TextTooLong(field=field, length=len(kept), maximum=maximum)
    if required and not kept:
        raise TextMissing(field=field)
    return kept


def day_text(value: str) -> str | None:
    """`value` where it is a day as it is written and sent, 2025-03-01; else None."""
    try:
        found = date.fromisoformat(value)
    except ValueError:
        return None
    return value if found.isoformat() == value else None


def texts_checked(value: object, field: str, *, maximum: int) -> dict[str, str]:
    """A text in one or more of the console's languages (`zh-Hans`, `en`), at least in one.

    Errors: languages_expected, text_missing, text_too_long, text_not_allowed.
    """
    if not isinstance(value, Mapping) or not value or not set(value) <= set(LANGUAGES):
        raise LanguagesExpected(field=field, languages=", ".join(LANGUAGES))
    return {
        language: text_checked(each, f"{field}.{language}", maximum=maximum, required=True)
        for language, each in value.items()
    }


class LanguagesExpected(RegularsError):
    code = "languages_expected"
    status = 422
    text = {
        "en": "{field} is given by language: one or more of {languages}.",
        "zh-Hans": "{field} 须按语言填写，可用：{languages}。",
    }


def _characters_checked(value: str, field: str) -> None:
    for place, character in enumerate(value, start=1):
        if unicodedata.category(character) in _REFUSED_CATEGORIES:
            raise TextNotAllowed(field=field, place=place)


def code_typed(text: str, maximum: int = 40) -> str:
    """A code as it was meant: without spaces, and with the digits of a Chinese keyboard (１２３)
    as those of any other."""
    return "".join(unicodedata.normalize("NFKC", text[:maximum]).split())
