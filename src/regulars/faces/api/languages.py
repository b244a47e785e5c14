"""In which language a caller reads: from Accept-Language, else the deployment's own."""

from functools import lru_cache

from regulars.foundation.settings import settings_load
from regulars.foundation.texts import LANGUAGES

HEADER_MAX = 200


def language_of(header: str | None) -> str:
    """`zh-Hans` or `en`, whichever the header prefers."""
    if header is None or len(header) > HEADER_MAX:
        header = ""
    return _preferred(header)


@lru_cache(maxsize=256)
def _preferred(header: str) -> str:
    best, best_weight = "", 0.0
    for part in header.split(","):
        tag, _, parameters = part.partition(";")
        found = _known(tag.strip().lower())
        weight = _weight(parameters)
        if found and weight > best_weight:
            best, best_weight = found, weight
    return best or _known(settings_load().language) or LANGUAGES[0]


def _known(tag: str) -> str:
    for language in LANGUAGES:
        if tag.split("-", maxsplit=1)[0] == language.split("-", maxsplit=1)[0]:
            return language
    return ""


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if not name:
        return 1.0
    try:
        weight = float(value)
    except ValueError:
        return 0.0
    return weight if name.strip() == "q" and 0 <= weight <= 1 else 0.0
