"""Points by hand above the limit: what a second person is shown, and what her word does."""

from regulars.foundation import clock
from regulars.foundation.database.session import Unit, unit_of_work
from regulars.foundation.ids import key_id
from regulars.foundation.webkit.numbers import amount_text
from regulars.ledger.book.selectors import assets_known, balances
from regulars.members.profiles.selectors import member_get, uuid_of
from regulars.organization.approvals.services import approval_kind_register
from regulars.organization.approvals.types import ApprovalKind, Approved, Described, Payload
from regulars.rules.adjustments.services import KIND, adjustment_made
from regulars.rules.adjustments.types import Adjustment


def _described(payload: Payload) -> Described:
    """How much of what, and what the member can spend afterwards."""
    member = member_get(payload["member"])
    points = int(payload["points"])
    with unit_of_work() as unit:
        assets = {asset.code: asset for asset in assets_known(unit).values()}
        found = balances(unit, [member.id], clock.now())[member.id]
    asset = assets[payload["asset"]]
    spendable = next((each.spendable for each in found if each.asset_id == asset.id), 0)
    after = amount_text(spendable + points, asset.scale)
    amount = amount_text(points, asset.scale)
    names = {language: asset.name.get(language, asset.code) for language in ("en", "zh-Hans")}
    return Described(
        amount={language: f"+{amount} {name}" for language, name in names.items()},
        consequence={
            "en": f"The member can spend {after} {names['en']} afterwards.",
            "zh-Hans": f"该会员将可用 {after} {names['zh-Hans']}。",
        },
        href=f"/console/members/{member.public_id}/",
        whom=member.display_name or member.phone_masked or "",
    )


def _carried_out(unit: Unit, approved: Approved) -> str:
    """Gives the points, in the approver's unit."""
    payload = approved.payload
    adjustment = Adjustment(
        member_id=uuid_of(payload["member"]),
        asset=payload["asset"],
        points=int(payload["points"]),
        reason=approved.reason,
    )
    made, _is_new = adjustment_made(
        unit,
        adjustment,
        key=key_id("adjust", approved.key),
        actor=approved.approver,
        asked_by=approved.requested_by,
    )
    return made.entry or ""


approval_kind_register(
    ApprovalKind(
        code=KIND,
        title={"en": "Points by hand", "zh-Hans": "手工加积分"},
        right="points.adjust",
        limit=lambda settings: settings.approve_points_above,
        describe=_described,
        in_unit=_carried_out,
    )
)
