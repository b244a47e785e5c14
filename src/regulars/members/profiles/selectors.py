"""The doors for finding members."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import LiteralString
from uuid import UUID

from regulars.foundation.database.session import Unit
from regulars.foundation.ids import internal_id
from regulars.foundation.personal import ValueUnreadable, decrypt
from regulars.members.profiles.errors import UnknownMember
from regulars.members.profiles.identifiers import (
    SUFFIX_DIGITS,
    digest_of,
    email_masked,
    external_id_normalised,
    identifier_digest,
    identifier_normalised,
    phone_masked,
    phone_normalised,
    resolve_statement,
)
from regulars.members.profiles.listing import (
    ACTIVE,
    AMONG,
    CLOSED,
    JOINED_AT_STORE,
    JOINED_FROM,
    JOINED_TO,
    MemberPage,
    members_after,
    members_count,
    members_marked,
    members_page,
)
from regulars.members.profiles.models import Identifier, Member
from regulars.members.profiles.searching import member_ids_found
from regulars.members.profiles.types import PUBLIC_PREFIX, IdentifierKind, MemberView

SEARCH_LIMIT = 20
SEARCH_LIMIT_MAX = 200

JOINED_BY_DAY: LiteralString = """
    SELECT (joined_at AT TIME ZONE %(zone)s)::date, count(*) FROM members_member
    WHERE joined_at >= %(since)s::date::timestamp AT TIME ZONE %(zone)s
      AND joined_at < (%(until)s::date + 1)::timestamp AT TIME ZONE %(zone)s
      AND (%(by)s::timestamptz IS NULL OR joined_at <= %(by)s)
      AND (%(store)s::text IS NULL OR home_store = %(store)s)
    GROUP BY 1
"""

JOINED_BY_STORE: LiteralString = """
    SELECT (joined_at AT TIME ZONE %(zone)s)::date, coalesce(home_store, ''), count(*)
    FROM members_member
    WHERE joined_at >= %(since)s::date::timestamp AT TIME ZONE %(zone)s
      AND joined_at < (%(until)s::date + 1)::timestamp AT TIME ZONE %(zone)s
      AND (%(by)s::timestamptz IS NULL OR joined_at <= %(by)s)
    GROUP BY 1, 2
"""

# Queries of ids over all who are members now, for those who ask something of everybody.
EVERYBODY: LiteralString = "SELECT id FROM members_member WHERE is_active"
EVERYBODY_AFTER: LiteralString = """
    SELECT id FROM members_member WHERE id > %s::uuid AND is_active ORDER BY id LIMIT %s
"""
# Some ids, for who wants to know whether there are more than so many.
ANY_MEMBERS: LiteralString = "SELECT id FROM members_member WHERE is_active LIMIT %s"
# The same for facts, with the mark at which some members can be named.
EVERYBODY_MARKED: LiteralString = """
    SELECT holder_id FROM (SELECT id AS holder_id FROM members_member WHERE is_active) AS everyone
    WHERE true /* members */
"""
# Of each member when and where they joined, for facts.
JOINED: LiteralString = """
    SELECT holder_id AS member_id, days_since, home_store FROM (
        SELECT id AS holder_id, home_store,
            %(today)s::date - (joined_at AT TIME ZONE %(zone)s)::date AS days_since
        FROM members_member
    ) AS joined WHERE true /* members */
"""

# The ids of all who have a phone number, for counts over everybody.
WITH_PHONE: LiteralString = "SELECT member_id FROM members_identifier WHERE kind = 'phone'"
TOTAL: LiteralString = "SELECT count(*) FROM members_member WHERE is_active"
# Up to so many members counts over everybody are made when somebody looks.
COUNTED_AT_ONCE_MAX = 2000


def shop_is_small(unit: Unit) -> bool:
    """Whether there are so few members that counting them takes no time."""
    return len(unit.fetch(ANY_MEMBERS, COUNTED_AT_ONCE_MAX + 1)) <= COUNTED_AT_ONCE_MAX


def members_total(unit: Unit) -> int:
    """How many members there are now."""
    return int(unit.fetch(TOTAL)[0][0])


def member_get(member_id: str | UUID) -> MemberView:
    """One member by id, `mem_…` or UUID. Errors: unknown_member, malformed_id."""
    found = members_get([uuid_of(member_id)])
    if not found:
        raise UnknownMember
    return found[0]


def members_get(member_ids: Sequence[str]) -> list[MemberView]:
    """Members by their UUIDs, in the order asked for; unknown ones are left out."""
    members = Member.objects.in_bulk([UUID(each) for each in member_ids])
    numbers: dict[UUID, list[Identifier]] = {}
    for number in Identifier.objects.filter(member_id__in=members).order_by("created_at"):
        numbers.setdefault(number.member_id, []).append(number)
    return [
        _view(members[UUID(each)], numbers.get(UUID(each), ()))
        for each in member_ids
        if UUID(each) in members
    ]


def member_find(kind: str, value: str) -> MemberView:
    """The member known by a number. Errors: unknown_member, and those of the number's kind."""
    digest = identifier_digest(kind, value)
    number = Identifier.objects.filter(digest=digest).first()
    if number is None:
        raise UnknownMember
    return member_get(number.member_id)


def member_by_digest(digest: str) -> str | None:
    """Whose number it is (UUID text), by the number's digest; None when it is nobody's."""
    found = Identifier.objects.filter(digest=digest).values_list("member_id", flat=True).first()
    return str(found) if found else None


def member_numbers(member_id: str | UUID) -> list[tuple[str, str]]:
    """All numbers of a member in the clear, as (kind, value); for her own data's export."""
    rows = Identifier.objects.filter(member_id=uuid_of(member_id)).order_by("kind", "created_at")
    return [(row.kind, decrypt(row.value_encrypted, str(row.digest))) for row in rows]


def member_search(text: str, limit: int = SEARCH_LIMIT) -> list[MemberView]:
    """Members by what a cashier types, best match first, at most `limit` (200).

    A name or its beginning, a given name, pinyin, initials, a phone number or its last four or
    more digits, an external id, or a `mem_…` id. Nothing found is an empty list, never an error.
    """
    return members_get(member_ids_found(text, max(0, min(limit, SEARCH_LIMIT_MAX))))


def members_latest(limit: int = SEARCH_LIMIT) -> list[MemberView]:
    """The members who joined last, newest first, at most `limit` (200)."""
    there = Member.objects.filter(is_active=True)
    newest = there.order_by("-joined_at", "-id").values_list("id", flat=True)
    return members_get([str(each) for each in newest[: max(0, min(limit, SEARCH_LIMIT_MAX))]])


def members_joined(
    unit: Unit,
    since: date,
    until: date,
    time_zone: str,
    by: datetime | None = None,
    store: str | None = None,
) -> dict[date, int]:
    """How many joined on each day (both ends included) of that zone; days without are absent.

    With `by` only those who joined up to that instant count, with `store` those of that store.
    """
    params = {"since": since, "until": until, "zone": time_zone, "by": by, "store": store}
    return dict(unit.fetch_named(JOINED_BY_DAY, params))


def joined_by_store(
    unit: Unit, since: date, until: date, time_zone: str, by: datetime | None = None
) -> list[tuple[date, str, int]]:
    """The same for each day and store: (day, the store's code or nothing, how many)."""
    params = {"since": since, "until": until, "zone": time_zone, "by": by}
    return [(row[0], row[1], row[2]) for row in unit.fetch_named(JOINED_BY_STORE, params)]


def personal_keys_fit() -> bool:
    """Whether this deployment's key file is the one its members' numbers were sealed with.

    False after a restore without the file: then nobody would be found by a number, and everybody
    could be enrolled a second time. True as well while there is nothing sealed yet.
    """
    number = Identifier.objects.order_by("digest").first()
    if number is None:
        return True
    try:
        value = decrypt(number.value_encrypted, str(number.digest))
    except ValueUnreadable:
        return False
    return digest_of(number.kind, value) == str(number.digest)


def uuid_of(member_id: str | UUID) -> str:
    """The UUID text of a member's id in either form. Errors: unknown_member, malformed_id."""
    if isinstance(member_id, UUID):
        return str(member_id)
    if member_id.startswith(f"{PUBLIC_PREFIX}_"):
        return internal_id(PUBLIC_PREFIX, member_id)
    try:
        return str(UUID(member_id))
    except ValueError:
        raise UnknownMember from None


def _view(member: Member, numbers: Iterable[Identifier]) -> MemberView:
    opened = [(each.kind, decrypt(each.value_encrypted, str(each.digest))) for each in numbers]
    phones = [value for kind, value in opened if kind == IdentifierKind.PHONE]
    return MemberView(
        id=str(member.id),
        display_name=member.display_name,
        joined_at=member.joined_at,
        home_store=member.home_store,
        language=member.language,
        is_active=member.is_active,
        phone_last4=phones[0][-SUFFIX_DIGITS:] if phones else None,
        phone_masked=phone_masked(phones[0]) if phones else None,
        external_ids=tuple(value for kind, value in opened if kind == IdentifierKind.EXTERNAL_ID),
        merged_into=str(member.merged_into) if member.merged_into else None,
        erased_at=member.erased_at,
        cards=tuple(value for kind, value in opened if kind == IdentifierKind.CARD),
        email_masked=next(
            (email_masked(value) for kind, value in opened if kind == IdentifierKind.EMAIL), None
        ),
        has_wechat=any(kind == IdentifierKind.WECHAT for kind, _ in opened),
    )


__all__ = [
    "ACTIVE",
    "AMONG",
    "CLOSED",
    "JOINED_AT_STORE",
    "JOINED_FROM",
    "JOINED_TO",
    "WITH_PHONE",
    "MemberPage",
    "external_id_normalised",
    "identifier_digest",
    "identifier_normalised",
    "joined_by_store",
    "member_by_digest",
    "member_find",
    "member_get",
    "member_ids_found",
    "member_numbers",
    "member_search",
    "members_after",
    "members_count",
    "members_get",
    "members_joined",
    "members_latest",
    "members_marked",
    "members_page",
    "members_total",
    "personal_keys_fit",
    "phone_masked",
    "phone_normalised",
    "resolve_statement",
    "shop_is_small",
    "uuid_of",
]
