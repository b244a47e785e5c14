"""The doors for reading tags."""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString
from uuid import UUID

import msgspec
from django.db.models import Q

from regulars.foundation import clock
from regulars.foundation.database.session import Unit
from regulars.members.tags.counting import tags_counted
from regulars.members.tags.errors import UnknownTag
from regulars.members.tags.models import Tag, TagOnMember
from regulars.members.tags.types import MemberTagView, TagView

CODES_SHOWN = 12

# The tags of each member as a list of codes, for facts.
TAGS_OF_MEMBERS: LiteralString = """
    SELECT holder_id AS member_id, array_agg(DISTINCT t.code) AS codes
    FROM members_member_tag m JOIN members_tag t ON t.id = m.tag_id
    WHERE (m.expires_at IS NULL OR m.expires_at > %(at)s::timestamptz) /* members */
    GROUP BY holder_id
"""
# True of a member `m` who carries a tag (by its code) now: narrows lists of members.
IS_TAGGED: LiteralString = """
    EXISTS (SELECT 1 FROM members_member_tag x JOIN members_tag t ON t.id = x.tag_id
        WHERE x.holder_id = m.id AND t.code = %(tag)s
          AND (x.expires_at IS NULL OR x.expires_at > %(at)s))
"""
# The same of a tag that was set by hand, which alone can be taken off by hand.
IS_TAGGED_BY_HAND: LiteralString = """
    EXISTS (SELECT 1 FROM members_member_tag x JOIN members_tag t ON t.id = x.tag_id
        WHERE x.holder_id = m.id AND t.code = %(by_hand)s AND x.source = 'manual'
          AND (x.expires_at IS NULL OR x.expires_at > %(at)s))
"""
# Who carries which tag by hand, for counting among some members.
MARKS_BY_HAND: LiteralString = """
    SELECT x.holder_id, t.code FROM members_member_tag x JOIN members_tag t ON t.id = x.tag_id
    WHERE x.source = 'manual' AND (x.expires_at IS NULL OR x.expires_at > %(at)s)
"""
TAGS_CARRIED: LiteralString = """
    SELECT DISTINCT x.holder_id, t.code, t.name::text
    FROM members_member_tag x JOIN members_tag t ON t.id = x.tag_id
    WHERE x.holder_id = ANY(%s::uuid[]) AND (x.expires_at IS NULL OR x.expires_at > %s)
    ORDER BY x.holder_id, t.code
"""
NAMED: LiteralString = "SELECT id, code, name FROM members_tag ORDER BY code"


def tags_named(unit: Unit) -> list[TagView]:
    """All tags in the order of their codes, without counting who carries them."""
    return [TagView(*row) for row in unit.fetch(NAMED)]


def tags_carried(
    unit: Unit, member_ids: Sequence[str], at: datetime
) -> dict[str, list[dict[str, str]]]:
    """The names of the tags that each of some members carries; those without any are absent."""
    found: dict[str, list[dict[str, str]]] = {}
    for member_id, _code, name in unit.fetch(TAGS_CARRIED, list(member_ids), at):
        found.setdefault(member_id, []).append(msgspec.json.decode(name))
    return found


def tag_get(code: str) -> TagView:
    """One tag by its code; refuses another with `unknown_tag`."""
    found = Tag.objects.filter(code=code).first() if "\0" not in code else None
    if found is None:
        known = list(Tag.objects.order_by("code").values_list("code", flat=True))
        shown = ", ".join(known[:CODES_SHOWN]) + (", …" if len(known) > CODES_SHOWN else "")
        raise UnknownTag(tag=code[:40], known=shown or "–")
    return TagView(found.id, found.code, found.name)


def tags_of(member_id: str) -> list[MemberTagView]:
    """What a member carries now, newest first."""
    now = clock.now()
    rows = TagOnMember.objects.filter(
        Q(expires_at__isnull=True) | Q(expires_at__gt=now), holder_id=UUID(member_id)
    ).order_by("-set_at", "tag_id", "source")
    tags = Tag.objects.in_bulk([row.tag_id for row in rows])
    return [
        MemberTagView(
            code=tags[row.tag_id].code,
            name=tags[row.tag_id].name,
            source=row.source,
            reason=row.reason,
            actor=row.actor,
            set_at=row.set_at,
            expires_at=row.expires_at,
        )
        for row in rows
    ]


__all__ = [
    "IS_TAGGED",
    "IS_TAGGED_BY_HAND",
    "MARKS_BY_HAND",
    "TAGS_OF_MEMBERS",
    "tag_get",
    "tags_carried",
    "tags_counted",
    "tags_named",
    "tags_of",
]
