"""What can be done with many members at once, chunk by chunk, each member once."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, LiteralString

import msgspec
from django.db import transaction
from django.utils.translation import gettext_lazy

from regulars.faces.console.roster import SCREEN, narrowed
from regulars.foundation.actors import Actor
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.errors import RegularsError
from regulars.foundation.webkit.screens import Text
from regulars.foundation.works.services import work_begin, work_kind_register
from regulars.foundation.works.tasks import work_queue
from regulars.foundation.works.types import Chunk, WorkView
from regulars.members.lifecycle.services import member_freeze
from regulars.members.profiles.selectors import members_after
from regulars.members.tags.errors import TagNotSet
from regulars.members.tags.services import tag_set, tag_take, tags_recount
from regulars.organization.approvals.selectors import approval_gate

SOURCE = "console"
CHUNK = 100
# The name of the deed in `approvals.py`.
BULK = "members.bulk"
UNTAG = "untag"
Narrowed = tuple[tuple[LiteralString, ...], Mapping[str, Any]]


class Deed(msgspec.Struct, frozen=True):
    """One thing to do with many: its words, the right it needs, and the button's look."""

    name: str
    title: Text
    question: Text
    button: Text
    right: str
    look: str = ""
    has_tag: bool = False


DEEDS: dict[str, Deed] = {
    deed.name: deed
    for deed in (
        Deed(
            "tag",
            gettext_lazy("Tag"),
            gettext_lazy("Put a tag on these members?"),
            gettext_lazy("Put the tag on them"),
            "members.manage",
            has_tag=True,
        ),
        Deed(
            UNTAG,
            gettext_lazy("Untag"),
            gettext_lazy("Take a tag off these members?"),
            gettext_lazy("Take the tag off"),
            "members.manage",
            has_tag=True,
        ),
        Deed(
            "freeze",
            gettext_lazy("Freeze"),
            gettext_lazy("Freeze everything these members have?"),
            gettext_lazy("Freeze them"),
            "members.manage",
            look="danger",
        ),
        Deed(
            "release",
            gettext_lazy("Release"),
            gettext_lazy("Release what is frozen of these members?"),
            gettext_lazy("Release them"),
            "members.manage",
        ),
    )
}


def bulk_begin(*, actor: Actor, deed: str, arguments: Mapping[str, Any], total: int) -> WorkView:
    """Begins a deed with many members. Errors: approval_needed above the limit for one person
    (`bulk_request` asks)."""
    approval_gate(BULK, total, actor)
    return bulk_let_go(actor=actor, deed=deed, arguments=arguments, total=total)


def bulk_let_go(*, actor: Actor, deed: str, arguments: Mapping[str, Any], total: int) -> WorkView:
    """Begins it without asking anybody: what was approved."""
    with transaction.atomic():
        work = work_begin(
            actor=actor,
            kind=f"members.{deed}",
            screen=SCREEN,
            arguments=dict(arguments),
            total=total,
        )
        work_queue(work.id)
    return work


def chunk_of(work: WorkView, cursor: str) -> list[str]:
    """The ids of the members whom the next chunk is about, in the order of their ids."""
    asked = work.arguments
    by_hand = asked["tag"] if work.kind == f"members.{UNTAG}" else ""
    narrowing = narrowed(asked.get("chosen", {}), asked.get("keys", ()), by_hand)
    with unit_of_work() as unit:
        return members_after(unit, narrowing.conditions, narrowing.params, cursor, CHUNK)


def _done_with(work: WorkView, cursor: str) -> Chunk:
    """Does a deed with one chunk; what is refused for one member is counted and passed over."""
    members, deed = chunk_of(work, cursor), work.kind.partition(".")[2]
    refused, note = 0, ""
    for member in members:
        try:
            _done(deed, work.actor, member, work)
        except RegularsError as refusal:
            refused, note = refused + 1, refusal.code
    following = members[-1] if len(members) == CHUNK else ""
    if not following and DEEDS[deed].has_tag:
        tags_recount()
    return Chunk(following, len(members) - refused, refused, note)


def _done(deed: str, actor: Actor, member: str, work: WorkView) -> None:
    reason, tag = work.arguments["reason"], work.arguments.get("tag", "")
    if deed == "tag":
        with transaction.atomic():
            tag_set(actor=actor, member_id=member, code=tag, reason=reason)
    elif deed == UNTAG:
        # Somebody else may have taken it off since the chunk was read: then it is off.
        with suppress(TagNotSet):
            tag_take(actor=actor, member_id=member, code=tag, reason=reason)
    else:
        member_freeze(
            member_id=member,
            frozen=deed == "freeze",
            reason=reason,
            key=f"{work.id}:{member}",
            source=SOURCE,
            actor=actor,
        )


for _name, _deed in DEEDS.items():
    # A freeze is an entry of the ledger with a key of its own; a tag has no key.
    work_kind_register(f"members.{_name}", _done_with, whole=_deed.has_tag)
