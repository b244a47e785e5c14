"""Merging two members, and freezing one: each in one transaction with the ledger's part of it."""

import msgspec

from regulars.foundation import clock
from regulars.foundation.actors import Actor
from regulars.foundation.audit.services import record_statement
from regulars.foundation.database.session import Unit, unit_retried
from regulars.foundation.errors import RegularsError
from regulars.foundation.idempotency.services import done_once
from regulars.foundation.idempotency.types import Answered
from regulars.foundation.ids import key_id, new_id, public_id
from regulars.foundation.outbox.services import NoticeView, notices_statement
from regulars.foundation.shop.selectors import shop_known
from regulars.foundation.texts import text_checked
from regulars.ledger.book.services import assets_known, holder_frozen_set, holders_merge
from regulars.ledger.book.types import Merge, MergeResult
from regulars.members.lifecycle.errors import MergeIntoSelf
from regulars.members.lifecycle.registry import parts_known
from regulars.members.lifecycle.types import FreezeView, MergedView, MergeFacts
from regulars.members.profiles.errors import MemberMerged, UnknownMember
from regulars.members.profiles.services import members_join_statements
from regulars.members.profiles.types import PUBLIC_PREFIX

REASON_MAX = 200
_ENCODER = msgspec.json.Encoder()


def member_merge(
    *, from_id: str, into_id: str, reason: str, key: str, source: str, actor: Actor
) -> Answered:
    """All that one member has and is known by becomes the other's, for ever.

    Value moves by entries and keeps its dates; later refunds follow; the one stays a pointer.
    `key` is the caller's Idempotency-Key. Answers a `MergedView` as JSON. Errors: unknown_member,
    merge_into_self, member_merged, holder_frozen, merge_debt_open, merge_hold_open, text_missing,
    key_reused.
    """
    why = text_checked(reason, "reason", maximum=REASON_MAX, required=True)
    if from_id == into_id:
        raise MergeIntoSelf

    def attempted(unit: Unit) -> Answered:
        def work() -> tuple[int, str]:
            made = _merged(unit, from_id, into_id, why, key_id(source, "merge", key), actor)
            return 201, _ENCODER.encode(made).decode()

        content = _ENCODER.encode(("merge", from_id, into_id, why))
        return done_once(unit.fetch, source=source, key=key, content=content, work=work)

    return unit_retried(attempted)


def member_freeze(
    *, member_id: str, frozen: bool, reason: str, key: str, source: str, actor: Actor
) -> Answered:
    """Freezes everything a member has, or releases it; doing it twice changes nothing.

    What is frozen is neither earned nor spent; refunds and expiry go on. Errors: unknown_member,
    member_merged, text_missing, key_reused.
    """
    why = text_checked(reason, "reason", maximum=REASON_MAX, required=True)

    def attempted(unit: Unit) -> Answered:
        def work() -> tuple[int, str]:
            _frozen(unit, member_id, why, actor, frozen=frozen)
            view = FreezeView(public_id(PUBLIC_PREFIX, member_id), frozen)
            return 200, _ENCODER.encode(view).decode()

        content = _ENCODER.encode(("freeze", member_id, frozen, why))
        return done_once(unit.fetch, source=source, key=key, content=content, work=work)

    return unit_retried(attempted)


def named(refusal: RegularsError) -> RegularsError:
    """The ledger speaks of holders; a caller knows members."""
    if refusal.code == "unknown_holder":
        return UnknownMember()
    if refusal.code == "holder_merged":
        return MemberMerged(merged_into=public_id(PUBLIC_PREFIX, refusal.context["merged_into"]))
    return refusal


def _merged(
    unit: Unit, from_id: str, into_id: str, reason: str, key: str, actor: Actor
) -> MergedView:
    now = clock.now()
    merge = Merge(
        key=key,
        from_id=from_id,
        into_id=into_id,
        occurred_at=now,
        business_date=clock.business_date(now, shop_known().time_zone),
        actor=actor,
        reason=reason,
    )
    try:
        result = holders_merge(unit, merge)
    except RegularsError as refusal:
        raise named(refusal) from None
    facts = MergeFacts(from_id, into_id, result.holds, now, actor)
    view = _viewed(unit, facts, result)
    statements = members_join_statements(from_id, into_id)
    for part in parts_known():
        statements += part.merged(unit, facts) if part.merged is not None else []
    details = {"into": view.into, "moved": view.moved}
    payload = f'{{"into":"{into_id}"}}'
    statements += [
        record_statement(
            actor=actor,
            action="member.merged",
            subject=view.member,
            reason=reason,
            details=details,
        ),
        notices_statement([NoticeView(new_id(), "member.merged", from_id, payload, now)]),
    ]
    unit.flight(statements)
    return view


def _viewed(unit: Unit, facts: MergeFacts, result: MergeResult) -> MergedView:
    assets = assets_known(unit)
    return MergedView(
        member=public_id(PUBLIC_PREFIX, facts.from_id),
        into=public_id(PUBLIC_PREFIX, facts.into_id),
        entry=public_id("ent", result.entry_id) if result.entry_id else None,
        moved={assets[asset_id].code: amount for asset_id, amount in result.moved.items()},
        holds=len(result.holds),
    )


def _frozen(unit: Unit, member_id: str, reason: str, actor: Actor, *, frozen: bool) -> None:
    try:
        changed = holder_frozen_set(unit, member_id, frozen=frozen)
    except RegularsError as refusal:
        raise named(refusal) from None
    if not changed:
        return
    kind = "member.frozen" if frozen else "member.released"
    subject = public_id(PUBLIC_PREFIX, member_id)
    unit.flight(
        [
            record_statement(actor=actor, action=kind, subject=subject, reason=reason),
            notices_statement([NoticeView(new_id(), kind, member_id, "{}", clock.now())]),
        ]
    )
