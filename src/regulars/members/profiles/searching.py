"""Finding members by what a person types, quickly at a million of them.

Every way is one look into one index, cut off at the limit: numbers by their digests, names by a
range in byte order (not LIKE: a prepared LIKE can't use the index). Longer ends of a number than
four digits are found by their last four and then compared in the clear.
"""

from typing import LiteralString

from django.db import connection

from regulars.foundation.errors import RegularsError
from regulars.foundation.ids import internal_id
from regulars.foundation.personal import decrypt
from regulars.foundation.texts import text_checked
from regulars.members.profiles.identifiers import (
    EXTERNAL_ID_MAX,
    SUFFIX_DIGITS,
    identifier_digest,
    last4_digest_of,
)
from regulars.members.profiles.models import NAME_MAX, Identifier
from regulars.members.profiles.spelling import search_key
from regulars.members.profiles.types import PUBLIC_PREFIX, IdentifierKind

# The last code point: what starts with a key sorts at or above the key and below key + this.
AFTER_ALL = "\U0010ffff"
SUFFIX_CANDIDATES_MAX = 5_000
# What is scanned or said whole, and from which length it can't be an end of another number.
SCANNED = (IdentifierKind.PHONE, IdentifierKind.CARD)
WHOLE_NUMBER = 7
TEXT_MAX = max(NAME_MAX, EXTERNAL_ID_MAX)

NAMES: LiteralString = """
    (SELECT 1 AS way, name_key AS key, id FROM members_member
     WHERE name_key ~>=~ %(low)s AND name_key ~<~ %(high)s
     ORDER BY name_key USING ~<~ LIMIT %(limit)s)
    UNION ALL
    (SELECT 5, given_key, id FROM members_member
     WHERE given_key ~>=~ %(low)s AND given_key ~<~ %(high)s
     ORDER BY given_key USING ~<~ LIMIT %(limit)s)
"""

LETTERS: LiteralString = """
    UNION ALL
    (SELECT 2, pinyin, id FROM members_member
     WHERE pinyin ~>=~ %(low)s AND pinyin ~<~ %(high)s
     ORDER BY pinyin USING ~<~ LIMIT %(limit)s)
    UNION ALL
    (SELECT 3, initials, id FROM members_member
     WHERE initials ~>=~ %(low)s AND initials ~<~ %(high)s
     ORDER BY initials USING ~<~ LIMIT %(limit)s)
    UNION ALL
    (SELECT 4, given_pinyin, id FROM members_member
     WHERE given_pinyin ~>=~ %(low)s AND given_pinyin ~<~ %(high)s
     ORDER BY given_pinyin USING ~<~ LIMIT %(limit)s)
"""


def member_ids_found(text: str, limit: int) -> list[str]:
    """Ids of members (UUID text), best match first, each once, at most `limit`."""
    try:
        text = text_checked(text, "text", maximum=TEXT_MAX, required=True)
    except RegularsError:
        return []
    if limit < 1:
        return []
    numbers = _by_number(text)
    if len(text) >= WHOLE_NUMBER and any(each.kind in SCANNED for each in numbers):
        # Somebody's whole phone or card: nobody else is meant, and she stands at the till.
        return list(dict.fromkeys([str(each.member_id) for each in numbers]))[:limit]
    found = [*_by_public_id(text), *[str(each.member_id) for each in numbers]]
    found += _by_number_end(text, limit)
    if len(set(found)) < limit:
        found += _by_name(text, limit)
    return list(dict.fromkeys(found))[:limit]


def _by_public_id(text: str) -> list[str]:
    lowered = text.lower()
    if not lowered.startswith(f"{PUBLIC_PREFIX}_"):
        return []
    try:
        return [internal_id(PUBLIC_PREFIX, lowered)]
    except RegularsError:
        return []


def _by_number(text: str) -> list[Identifier]:
    digests = []
    for kind in IdentifierKind:
        try:
            digests.append(identifier_digest(kind, text))
        except RegularsError:
            continue
    return list(Identifier.objects.filter(digest__in=digests).order_by("kind", "digest"))


def _by_number_end(text: str, limit: int) -> list[str]:
    digits = search_key(text)
    if len(digits) < SUFFIX_DIGITS or not (digits.isascii() and digits.isdigit()):
        return []
    digests = [last4_digest_of(kind, digits) for kind in IdentifierKind]
    found = Identifier.objects.filter(last4_digest__in=digests).order_by("-kind", "digest")
    if len(digits) == SUFFIX_DIGITS:
        return [str(number.member_id) for number in found[:limit]]
    return [
        str(number.member_id)
        for number in found[:SUFFIX_CANDIDATES_MAX]
        if decrypt(number.value_encrypted, str(number.digest)).endswith(digits)
    ]


def _by_name(text: str, limit: int) -> list[str]:
    key = search_key(text)
    if not key:
        return []
    ways = NAMES + LETTERS if key.isascii() else NAMES
    params: dict[str, str | int] = {"low": key, "high": key + AFTER_ALL, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(ways, params)
        rows = sorted(cursor.fetchall(), key=lambda row: (row[0], row[1], str(row[2])))
    return [str(row[2]) for row in rows]
