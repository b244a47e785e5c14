"""The door for giving and taking points by hand."""

from typing import LiteralString

import msgspec
from django.db import transaction

from regulars.foundation import clock
from regulars.foundation.actors import Actor
from regulars.foundation.amounts import AMOUNT_MAX
from regulars.foundation.audit.services import record_statement
from regulars.foundation.database.session import Unit, unit_retried
from regulars.foundation.errors import RegularsError
from regulars.foundation.ids import key_id, new_id, public_id
from regulars.foundation.outbox.services import NoticeView, notices_statement
from regulars.foundation.shop.selectors import shop_known
from regulars.foundation.texts import text_checked
from regulars.ledger.book.errors import UnknownAsset
from regulars.ledger.book.services import assets_known, verbs_run
from regulars.ledger.book.types import (
    AssetView,
    Credit,
    Debit,
    EntryResult,
    Post,
)
from regulars.members.profiles.selectors import member_get
from regulars.organization.approvals.selectors import approval_is_asked, approval_needed
from regulars.organization.approvals.services import approval_request
from regulars.rules.adjustments.errors import AdjustmentEmpty, AssetNotByHand, DayIsFull
from regulars.rules.adjustments.selectors import BY_HAND
from regulars.rules.adjustments.types import Adjustment, AdjustmentView

KIND = "points.credit"
ENTRY_KIND = "adjust"
COUNTER = "issued"
REASON_MAX = 500
GIVE: LiteralString = """
    INSERT INTO rules_given_on_day (actor, day, points) VALUES (%s, %s, %s)
    ON CONFLICT (actor, day) DO UPDATE
    SET points = rules_given_on_day.points + excluded.points
    RETURNING points
"""


def points_adjust(
    adjustment: Adjustment, *, key: str, actor: Actor, store: str | None = None
) -> AdjustmentView:
    """Gives a member points or takes some, and says why.

    What is given above the deployment's limit waits for a second person; what is taken never does.
    Towards the limit counts all that the same person gave by hand on the business day, to anybody.
    `key` makes it happen once. Errors: unknown_member, unknown_asset, asset_not_by_hand,
    adjustment_empty, text_missing, insufficient_balance, holder_frozen, key_reused,
    nobody_to_approve.
    """
    checked = adjustment_checked(adjustment)
    # What was asked for once under this key is not done alone under it on the next day.
    if approval_needed(KIND, checked.points) or approval_is_asked(actor, key):
        return _asked(checked, key, actor, store)

    def attempted(unit: Unit) -> AdjustmentView:
        own = key_id("adjust", str(actor), key)
        made, is_new = adjustment_made(unit, checked, key=own, actor=actor)
        if is_new and checked.points > 0 and approval_needed(KIND, _given(unit, checked, actor)):
            raise DayIsFull
        return made

    try:
        return unit_retried(attempted)
    except DayIsFull:
        return _asked(checked, key, actor, store)


def _given(unit: Unit, adjustment: Adjustment, actor: Actor) -> int:
    """All that this actor gave by hand on this business day, with this gift."""
    today = clock.business_date(clock.now(), shop_known().time_zone)
    return int(unit.fetch(GIVE, str(actor), today, adjustment.points)[0][0])


def _asked(adjustment: Adjustment, key: str, actor: Actor, store: str | None) -> AdjustmentView:
    member = member_get(adjustment.member_id)
    with transaction.atomic():
        asked = approval_request(
            actor=actor,
            kind=KIND,
            payload={
                "member": member.public_id,
                "asset": adjustment.asset,
                "points": adjustment.points,
            },
            amount=adjustment.points,
            store=store,
            subject=member.public_id,
            reason=adjustment.reason,
            key=key,
        )
    return AdjustmentView(entry=None, approval=asked.public_id, balance_after=None)


def adjustment_checked(adjustment: Adjustment) -> Adjustment:
    """The same with its reason trimmed; refuses what can be told before looking at balances."""
    if not 0 < abs(adjustment.points) <= AMOUNT_MAX:
        raise AdjustmentEmpty(maximum=AMOUNT_MAX)
    reason = text_checked(adjustment.reason, "reason", maximum=REASON_MAX, required=True)
    member = member_get(adjustment.member_id)
    return msgspec.structs.replace(adjustment, reason=reason, member_id=member.id)


def adjustment_made(
    unit: Unit, adjustment: Adjustment, *, key: str, actor: Actor, asked_by: str = ""
) -> tuple[AdjustmentView, bool]:
    """One entry with its words in the audit trail, in the caller's unit. `key` is a UUID's text.

    Answers too whether it is new, not a repetition. `asked_by` names who asked, where somebody else
    approved it.
    """
    now = clock.now()
    asset = _asset(unit, adjustment.asset)
    amount = abs(adjustment.points)
    given = adjustment.points > 0
    movement = Credit(asset.id, amount) if given else Debit(asset.id, amount, counter=COUNTER)
    result = verbs_run(
        unit,
        [
            Post(
                key=key,
                holder_id=adjustment.member_id,
                kind=ENTRY_KIND,
                movements=(movement,),
                occurred_at=now,
                business_date=clock.business_date(now, asset.time_zone),
                actor=actor,
                reason=adjustment.reason,
            )
        ],
    )[0]
    if isinstance(result, RegularsError):
        raise result
    if not isinstance(result, EntryResult) or result.entry_id is None:
        raise TypeError("an adjustment answers an entry")
    if not result.replayed:
        _noted(unit, adjustment, result.entry_id, actor, asked_by)
    view = AdjustmentView(
        entry=public_id("ent", result.entry_id),
        approval=None,
        balance_after=result.postings[-1].balance_after,
    )
    return view, not result.replayed


def _asset(unit: Unit, code: str) -> AssetView:
    known = {asset.code: asset for asset in assets_known(unit).values()}
    if code not in known:
        raise UnknownAsset(asset=code[:40], known=", ".join(sorted(known)))
    if known[code].kind not in BY_HAND:
        raise AssetNotByHand(asset=code)
    return known[code]


def _noted(unit: Unit, adjustment: Adjustment, entry_id: str, actor: Actor, asked_by: str) -> None:
    details = {
        "asset": adjustment.asset,
        "points": adjustment.points,
        "entry": public_id("ent", entry_id),
    }
    if asked_by:
        details["asked_by"] = asked_by
    notice = NoticeView(
        new_id(),
        "points.adjusted",
        adjustment.member_id,
        f'{{"entry":"{entry_id}"}}',
        clock.now(),
    )
    told = record_statement(
        actor=actor,
        action="points.adjusted",
        subject=public_id("mem", adjustment.member_id),
        reason=adjustment.reason,
        details=details,
    )
    unit.flight([told, notices_statement([notice])])


__all__ = ["adjustment_made", "points_adjust"]
