"""The doors for making tags, and for setting and taking them: one member's, or many at once."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, LiteralString

from django.db import transaction

from regulars.foundation import clock
from regulars.foundation.actors import Actor
from regulars.foundation.audit.services import record
from regulars.foundation.database.session import Statement, unit_retried
from regulars.foundation.jobs.registry import job_defer_named
from regulars.foundation.shop.selectors import shop_known
from regulars.foundation.texts import text_checked, texts_checked
from regulars.members.profiles.selectors import member_get
from regulars.members.tags.counting import TALLY
from regulars.members.tags.errors import (
    TagAlreadyOver,
    TagCodeMalformed,
    TagExists,
    TagNotSet,
)
from regulars.members.tags.models import Tag, TagOnMember
from regulars.members.tags.selectors import tag_get
from regulars.members.tags.types import MANUAL, TagView

NAME_MAX = 40
REASON_MAX = 200
_CODE = re.compile(r"[a-z0-9_-]{1,40}")

SET_MANY: LiteralString = """
    INSERT INTO members_member_tag AS t
        (holder_id, tag_id, source, reason, actor, set_at, expires_at)
    SELECT id, %(tag)s, %(source)s, %(reason)s, %(actor)s, %(now)s, %(expires_at)s FROM (
"""
SET_MANY_END: LiteralString = """
    ) AS chosen(id)
    ON CONFLICT (holder_id, tag_id, source) DO UPDATE
    SET reason = excluded.reason, actor = excluded.actor, set_at = excluded.set_at,
        expires_at = excluded.expires_at
    WHERE (t.reason, t.expires_at) IS DISTINCT FROM (excluded.reason, excluded.expires_at)
"""
TAKE_MANY: LiteralString = """
    DELETE FROM members_member_tag
    WHERE tag_id = %(tag)s AND source = %(source)s AND holder_id NOT IN (
"""
# What has ended stays a day, so that a look at it as of a moment ago is right; a chunk is a commit.
ENDED_KEPT = timedelta(days=1)
CHUNK = 10_000
FORGET: LiteralString = """
    WITH ended AS (
        SELECT holder_id, tag_id, source FROM members_member_tag
        WHERE expires_at < %(before)s ORDER BY expires_at LIMIT %(chunk)s
        FOR UPDATE SKIP LOCKED
    ), gone AS (
        DELETE FROM members_member_tag m USING ended e
        WHERE m.holder_id = e.holder_id AND m.tag_id = e.tag_id AND m.source = e.source
        RETURNING 1
    )
    SELECT count(*) FROM gone
"""


@transaction.atomic
def tag_create(*, actor: Actor, code: str, name: Mapping[str, str]) -> TagView:
    """Makes a tag. Conditions name its `code`, which can't change later.

    Errors: tag_code_malformed, tag_exists, languages_expected.
    """
    if not _CODE.fullmatch(code):
        raise TagCodeMalformed
    names = texts_checked(name, "name", maximum=NAME_MAX)
    _, is_new = Tag.objects.get_or_create(
        code=code, defaults={"name": names, "created_at": clock.now()}
    )
    if not is_new:
        raise TagExists(tag=code)
    record(actor=actor, action="tag.created", subject=code)
    return tag_get(code)


@transaction.atomic
def tag_rename(*, actor: Actor, code: str, name: Mapping[str, str]) -> TagView:
    """Gives a tag another name; whoever carries it carries it still.

    Errors: unknown_tag, languages_expected.
    """
    tag = tag_get(code)
    names = texts_checked(name, "name", maximum=NAME_MAX)
    if names != tag.name:
        Tag.objects.filter(id=tag.id).update(name=names)
        record(actor=actor, action="tag.renamed", subject=code)
    return tag_get(code)


@transaction.atomic
def tag_set(
    *, actor: Actor, member_id: str, code: str, reason: str, last_day: date | None = None
) -> None:
    """Puts a tag on a member by hand, or renews its reason and its last day.

    `last_day` is inclusive, in the merchant's time zone. Errors: unknown_member, unknown_tag,
    tag_already_over, text_missing, text_too_long.
    """
    member = member_get(member_id)
    tag = tag_get(code)
    why = text_checked(reason, "reason", maximum=REASON_MAX, required=True)
    now = clock.now()
    ends = expiry_of(last_day, now)
    TagOnMember.objects.bulk_create(
        [
            TagOnMember(
                holder_id=member.id,
                tag_id=tag.id,
                source=MANUAL,
                reason=why,
                actor=str(actor),
                set_at=now,
                expires_at=ends,
            )
        ],
        update_conflicts=True,
        unique_fields=["holder_id", "tag_id", "source"],
        update_fields=["reason", "actor", "set_at", "expires_at"],
    )
    record(actor=actor, action="tag.set", subject=member.public_id, details={"tag": code})


@transaction.atomic
def tag_take(*, actor: Actor, member_id: str, code: str, reason: str = "") -> None:
    """Takes a tag that was set by hand off a member; of two who take it at once one does.

    `reason` is for the log. Errors: unknown_member, unknown_tag, tag_not_set.
    """
    member = member_get(member_id)
    tag = tag_get(code)
    rows = TagOnMember.objects.filter(holder_id=member.id, tag_id=tag.id, source=MANUAL)
    if not rows.delete()[0]:
        raise TagNotSet(tag=code)
    record(
        actor=actor,
        action="tag.taken",
        subject=member.public_id,
        reason=reason,
        details={"tag": code},
    )


def tags_recount() -> None:
    """Has it counted anew who carries which tag, once this transaction has committed."""
    job_defer_named("members.tally_one", tally=TALLY)


def tags_forget() -> int:
    """Deletes the marks that ended a day ago or longer, which count nowhere; answers how many."""
    params = {"before": clock.now() - ENDED_KEPT, "chunk": CHUNK}
    total = 0
    while gone := int(unit_retried(lambda unit: unit.fetch_named(FORGET, params))[0][0]):
        total += gone
    return total


def expiry_of(last_day: date | None, now: datetime) -> datetime | None:
    """The instant at which a tag ends whose last day is given; refuses a day that is over."""
    if last_day is None:
        return None
    ends = clock.midnight_after(last_day, shop_known().time_zone)
    if ends <= now:
        raise TagAlreadyOver(last_day=last_day.isoformat())
    return ends


def tags_set_statement(
    *,
    tag: TagView,
    source: str,
    reason: str,
    actor: Actor,
    expires_at: datetime | None,
    members: LiteralString,
    params: Mapping[str, Any],
) -> Statement:
    """Tags everybody whom a query of ids finds, in the caller's flight; what stands stays.

    The caller writes the audit line. `members` is SQL of ours with named parameters `params`.
    """
    return Statement(
        f"{SET_MANY} {members} {SET_MANY_END}",
        {
            **params,
            "tag": tag.id,
            "source": source,
            "reason": reason,
            "actor": str(actor),
            "now": clock.now(),
            "expires_at": expires_at,
        },
    )


def tags_take_statement(
    *, tag: TagView, source: str, staying: LiteralString, params: Mapping[str, Any]
) -> Statement:
    """Takes a source's tag off everybody whom the query `staying` does not find."""
    text = f"{TAKE_MANY} {staying} )"
    return Statement(text, {**params, "tag": tag.id, "source": source})


__all__ = [
    "expiry_of",
    "tag_create",
    "tag_rename",
    "tag_set",
    "tag_take",
    "tags_forget",
    "tags_recount",
    "tags_set_statement",
    "tags_take_statement",
]
