"""The doors for reading consents."""

from collections.abc import Sequence
from typing import LiteralString

from regulars.foundation.database.arrays import id_array
from regulars.foundation.database.session import Unit
from regulars.members.consents.models import Consent
from regulars.members.consents.texts import MESSAGES, consent_texts, consent_texts_all
from regulars.members.consents.types import ConsentView
from regulars.members.profiles.selectors import uuid_of

GRANTED: LiteralString = """
    SELECT member_id FROM (
        SELECT DISTINCT ON (member_id) member_id, granted FROM members_consent
        WHERE member_id = ANY(%s::uuid[]) AND purpose = %s
        ORDER BY member_id, decided_at DESC, id DESC
    ) AS newest WHERE granted
"""
# The ids of all who agree to a purpose now, for counts over everybody.
CONSENTING: LiteralString = """
    SELECT member_id FROM (
        SELECT DISTINCT ON (member_id) member_id, granted FROM members_consent
        WHERE purpose = %(purpose)s
        ORDER BY member_id, decided_at DESC, id DESC
    ) AS newest WHERE granted
"""


def consent_history(member_id: str) -> list[ConsentView]:
    """All a member ever said, newest first."""
    rows = Consent.objects.filter(member_id=uuid_of(member_id)).order_by("-decided_at", "-id")
    return [
        ConsentView(row.purpose, row.granted, row.version, row.decided_at, row.actor)
        for row in rows
    ]


def consents_now(member_id: str) -> list[ConsentView]:
    """What counts now, one for each purpose in their order; silence is no consent."""
    newest: dict[str, ConsentView] = {}
    for each in consent_history(member_id):
        newest.setdefault(each.purpose, each)
    return [newest[purpose] for purpose in sorted(newest)]


def consenting(unit: Unit, member_ids: Sequence[str], purpose: str) -> frozenset[str]:
    """Which of these members agree to a purpose now; for whoever sends messages."""
    return frozenset([row[0] for row in unit.fetch(GRANTED, id_array(member_ids), purpose)])


__all__ = [
    "CONSENTING",
    "MESSAGES",
    "consent_history",
    "consent_texts",
    "consent_texts_all",
    "consenting",
    "consents_now",
]
