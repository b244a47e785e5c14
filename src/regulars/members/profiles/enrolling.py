"""Enrolling many members at once: two flights for a batch, whatever its size.

The first flight finds who is there already, the second stores members, identifiers and their
books. Identifiers go in the order of their digests, so that two imports at once wait for each
other instead of locking each other out; who loses a race for a number gets a unique violation
and is run again by `unit_retried`.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import LiteralString

from regulars.foundation import clock
from regulars.foundation.database.arrays import (
    id_array,
    instant_array,
    optional_id_array,
    text_array,
)
from regulars.foundation.database.session import Statement, Unit
from regulars.foundation.errors import RegularsError
from regulars.ledger.book.services import holders_open_statement
from regulars.members.profiles.drafts import MemberDraft, member_drafted
from regulars.members.profiles.errors import IdentifierTaken, MemberExists
from regulars.members.profiles.identifiers import resolve_statement
from regulars.members.profiles.types import Enrolled, NewMember
from regulars.organization.stores.selectors import stores_known

HOLDER_KIND = "member"

MEMBERS_THERE: LiteralString = "SELECT id FROM members_member WHERE id = ANY(%s::uuid[])"

INSERT_MEMBERS: LiteralString = """
    INSERT INTO members_member (id, display_name, name_key, given_key, pinyin, given_pinyin,
        initials, joined_at, home_store, language, is_active)
    SELECT *, true FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[],
        %s::text[], %s::text[], %s::timestamptz[], %s::text[], %s::text[])
"""

INSERT_IDENTIFIERS: LiteralString = """
    INSERT INTO members_identifier (digest, kind, member_id, value_encrypted, last4_digest,
        created_at)
    SELECT *, %s::timestamptz FROM unnest(%s::uuid[], %s::text[], %s::uuid[], %s::text[],
        %s::uuid[])
"""


def members_enrol_bulk(unit: Unit, rows: Sequence[NewMember]) -> list[Enrolled | RegularsError]:
    """Enrols members for an import, in the caller's unit of work; one result per row, in order.

    A row whose numbers all belong to one member already answers that member, so that an import
    that is run again changes nothing. A bad row gets its error and leaves no trace; the others
    are stored. Errors: those of `member_enrol`.
    """
    now = clock.now()
    stores = stores_known(unit)
    drafts = [_drafted(row, stores, now) for row in rows]
    owners, there = _existing(unit, drafts)
    chosen: list[MemberDraft] = []
    results = [_decided(draft, owners, there, chosen) for draft in drafts]
    if chosen:
        unit.flight(_statements(chosen, now))
    return results


def _drafted(row: NewMember, stores: Collection[str], now: datetime) -> MemberDraft | RegularsError:
    try:
        return member_drafted(row, stores=stores, now=now)
    except RegularsError as refusal:
        return refusal


def _existing(
    unit: Unit, drafts: Sequence[MemberDraft | RegularsError]
) -> tuple[dict[str, str], set[str]]:
    """Whose the batch's numbers are, and which of the batch's member ids are taken."""
    valid = [draft for draft in drafts if isinstance(draft, MemberDraft)]
    digests = [number.digest for draft in valid for number in draft.identifiers]
    owned, taken = unit.flight(
        [
            resolve_statement(digests),
            Statement(MEMBERS_THERE, (id_array([draft.id for draft in valid]),)),
        ]
    )
    return {row[0]: row[1] for row in owned}, {row[0] for row in taken}


def _decided(
    draft: MemberDraft | RegularsError,
    owners: dict[str, str],
    there: set[str],
    chosen: list[MemberDraft],
) -> Enrolled | RegularsError:
    """One row's result; a new member's numbers count for the rows after it."""
    if isinstance(draft, RegularsError):
        return draft
    taken = [number.kind for number in draft.identifiers if number.digest in owners]
    if taken:
        known = {owners.get(number.digest) for number in draft.identifiers}
        owner = known.pop()
        if known or owner is None:
            return IdentifierTaken(kind=taken[0])
        return Enrolled(owner, is_new=False)
    if draft.id in there:
        return MemberExists()
    there.add(draft.id)
    owners.update({number.digest: draft.id for number in draft.identifiers})
    chosen.append(draft)
    return Enrolled(draft.id, is_new=True)


def _statements(drafts: Sequence[MemberDraft], now: datetime) -> list[Statement]:
    numbers = sorted(
        [(number.digest, number, draft.id) for draft in drafts for number in draft.identifiers],
        key=lambda each: each[0],
    )
    members = Statement(
        INSERT_MEMBERS,
        (
            id_array([draft.id for draft in drafts]),
            text_array([draft.display_name for draft in drafts]),
            text_array([draft.spelling.name_key for draft in drafts]),
            text_array([draft.spelling.given_key for draft in drafts]),
            text_array([draft.spelling.pinyin for draft in drafts]),
            text_array([draft.spelling.given_pinyin for draft in drafts]),
            text_array([draft.spelling.initials for draft in drafts]),
            instant_array([draft.joined_at for draft in drafts]),
            text_array([draft.home_store for draft in drafts]),
            text_array([draft.language for draft in drafts]),
        ),
    )
    identifiers = Statement(
        INSERT_IDENTIFIERS,
        (
            now,
            id_array([digest for digest, _, _ in numbers]),
            text_array([number.kind for _, number, _ in numbers]),
            id_array([member_id for _, _, member_id in numbers]),
            text_array([number.sealed for _, number, _ in numbers]),
            optional_id_array([number.last4_digest for _, number, _ in numbers]),
        ),
    )
    books = holders_open_statement([draft.id for draft in drafts], HOLDER_KIND, now)
    return [identifiers, members, books]
