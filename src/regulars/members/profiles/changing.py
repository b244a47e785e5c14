"""Changing who a member is: name and numbers, under the lock of the member's books.

The lock is the ledger's own, so that a change waits for a merge or an erasing that is under way
and then sees it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString

from regulars.foundation import clock
from regulars.foundation.actors import Actor
from regulars.foundation.audit.services import record_statement
from regulars.foundation.database.arrays import id_array
from regulars.foundation.database.session import Statement, Unit
from regulars.foundation.ids import public_id
from regulars.foundation.personal import encrypt
from regulars.foundation.texts import text_checked
from regulars.members.profiles.errors import (
    IdentifierTaken,
    LastIdentifier,
    MemberErased,
    MemberMerged,
    UnknownIdentifier,
    UnknownMember,
)
from regulars.members.profiles.identifiers import (
    digest_of,
    identifier_normalised,
    last4_digest_of,
)
from regulars.members.profiles.models import NAME_MAX
from regulars.members.profiles.spelling import spelled
from regulars.members.profiles.types import PUBLIC_PREFIX

LOCK: LiteralString = """
    SELECT m.merged_into, m.erased_at FROM ledger_holder h JOIN members_member m USING (id)
    WHERE h.id = ANY(%s::uuid[]) FOR NO KEY UPDATE OF h
"""
STORE: LiteralString = """
    INSERT INTO members_identifier (digest, kind, member_id, value_encrypted, last4_digest,
        created_at)
    VALUES (%s, %s, %s, %s, %s, %s)
    ON CONFLICT (digest) DO NOTHING RETURNING member_id
"""
OWNER: LiteralString = "SELECT member_id FROM members_identifier WHERE digest = %s"
COUNT: LiteralString = "SELECT count(*) FROM members_identifier WHERE member_id = %s"
DROP: LiteralString = "DELETE FROM members_identifier WHERE digest = ANY(%s::uuid[])"
RENAME: LiteralString = """
    UPDATE members_member SET display_name = %s, name_key = %s, given_key = %s, pinyin = %s,
        given_pinyin = %s, initials = %s
    WHERE id = %s
"""
JOIN_NUMBERS: LiteralString = "UPDATE members_identifier SET member_id = %s WHERE member_id = %s"
# Found by her own name no more: the search leads to the one she is now.
POINT: LiteralString = """
    UPDATE members_member SET merged_into = %s, is_active = false, name_key = '', given_key = '',
        pinyin = '', given_pinyin = '', initials = ''
    WHERE id = %s
"""
BLANK: LiteralString = """
    UPDATE members_member SET display_name = '', name_key = '', given_key = '', pinyin = '',
        given_pinyin = '', initials = '', home_store = NULL, is_active = false, erased_at = %s
    WHERE id = ANY(%s::uuid[])
"""
DROP_ALL: LiteralString = "DELETE FROM members_identifier WHERE member_id = ANY(%s::uuid[])"


def member_locked(unit: Unit, member_id: str) -> None:
    """Locks the books of a member who can still be changed, until the unit of work ends.

    Errors: unknown_member, member_merged, member_erased.
    """
    rows = unit.fetch(LOCK, id_array([member_id]))
    if not rows:
        raise UnknownMember
    merged_into, erased_at = rows[0]
    if merged_into is not None:
        raise MemberMerged(merged_into=public_id(PUBLIC_PREFIX, merged_into))
    if erased_at is not None:
        raise MemberErased


def identifier_add(
    *, unit: Unit, actor: Actor, member_id: str, kind: str, value: str, note: bool = True
) -> None:
    """Lets a member be known by one more number. Adding her own again changes nothing.

    Errors: identifier_taken, member_merged, member_erased, and those of the number's kind.
    """
    normalised = identifier_normalised(kind, value)
    digest = digest_of(kind, normalised)
    member_locked(unit, member_id)
    statement = identifier_store_statement(kind, normalised, member_id, clock.now())
    if not unit.flight([statement])[0]:
        if unit.fetch(OWNER, digest)[0][0] != member_id:
            raise IdentifierTaken(kind=kind)
        return
    if note:
        _noted(unit, actor, member_id, "member.identifier_added", kind)


def identifier_remove(*, unit: Unit, actor: Actor, member_id: str, kind: str, value: str) -> None:
    """A number leads to the member no more; it is free for somebody else.

    Errors: unknown_identifier, last_identifier, member_merged, member_erased.
    """
    digest = digest_of(kind, identifier_normalised(kind, value))
    member_locked(unit, member_id)
    rows = unit.fetch(OWNER, digest)
    if not rows or rows[0][0] != member_id:
        raise UnknownIdentifier(kind=kind)
    if unit.fetch(COUNT, member_id)[0][0] == 1:
        raise LastIdentifier
    unit.flight([identifiers_drop_statement([digest])])
    _noted(unit, actor, member_id, "member.identifier_removed", kind)


def member_rename(*, unit: Unit, actor: Actor, member_id: str, display_name: str) -> None:
    """Changes a member's name. Errors: text_not_allowed, text_too_long, member_merged, …"""
    name = text_checked(display_name, "display_name", maximum=NAME_MAX)
    key = spelled(name)
    member_locked(unit, member_id)
    columns = (name, key.name_key, key.given_key, key.pinyin, key.given_pinyin, key.initials)
    unit.fetch(RENAME, *columns, member_id)
    _noted(unit, actor, member_id, "member.updated", "display_name")


def identifier_store_statement(
    kind: str, normalised: str, member_id: str, now: datetime
) -> Statement:
    """Stores a number unless it is somebody's already; answers a row when it was stored."""
    digest = digest_of(kind, normalised)
    last4 = last4_digest_of(kind, normalised)
    sealed = encrypt(normalised, digest)
    return Statement(STORE, (digest, kind, member_id, sealed, last4, now))


def identifiers_drop_statement(digests: Sequence[str]) -> Statement:
    """Frees numbers by their digests."""
    return Statement(DROP, (id_array(digests),))


def members_join_statements(from_id: str, into_id: str) -> list[Statement]:
    """The one's numbers become the other's, and the one a pointer."""
    return [
        Statement(JOIN_NUMBERS, (into_id, from_id)),
        Statement(POINT, (into_id, from_id)),
    ]


def member_blank_statements(member_ids: Sequence[str], now: datetime) -> list[Statement]:
    """Empties all that says who these members are; the bare ids stay."""
    mine = id_array(member_ids)
    return [Statement(DROP_ALL, (mine,)), Statement(BLANK, (now, mine))]


def _noted(unit: Unit, actor: Actor, member_id: str, action: str, field: str) -> None:
    subject = public_id(PUBLIC_PREFIX, member_id)
    details = {"fields": [field]}
    unit.flight([record_statement(actor=actor, action=action, subject=subject, details=details)])
