"""Everything that is held about a member, in words she can read."""

from typing import Any

from django.db import transaction

from regulars.foundation import clock
from regulars.foundation.actors import Actor
from regulars.foundation.audit.services import record
from regulars.foundation.database.session import Unit, unit_of_work
from regulars.foundation.ids import public_id
from regulars.ledger.book.selectors import BEFORE_ALL, PAGE_MAX, assets_known, balances, statement
from regulars.ledger.book.types import AssetView
from regulars.members.lifecycle.registry import parts_known
from regulars.members.profiles.selectors import member_get, member_numbers


def member_export(*, member_id: str, actor: Actor) -> dict[str, Any]:
    """All that is kept about a member, ready for JSON: who she is, what she has, what happened.

    Numbers are in the clear: hand it to nobody but herself. Each export is in the audit trail.
    Errors: unknown_member.
    """
    member = member_get(member_id)
    now = clock.now()
    with unit_of_work() as unit:
        assets = assets_known(unit)
        owned = balances(unit, [member.id], now)[member.id]
        movements = _movements(unit, member.id, assets)
    with transaction.atomic():
        record(actor=actor, action="member.exported", subject=member.public_id)
    return {
        "exported_at": now,
        "member": {
            "member": member.public_id,
            "display_name": member.display_name,
            "joined_at": member.joined_at,
            "home_store": member.home_store,
            "language": member.language,
            "is_active": member.is_active,
            "merged_into": public_id("mem", member.merged_into) if member.merged_into else None,
            "erased_at": member.erased_at,
        },
        "numbers": [{"kind": kind, "value": value} for kind, value in member_numbers(member.id)],
        "balances": [
            {
                "asset": each.asset,
                "balance": each.balance,
                "spendable": each.spendable,
                "held": each.held,
                "debt": each.debt,
                "pending": each.pending,
                "expiring": [{"expires_at": at, "amount": amount} for at, amount in each.expiring],
            }
            for each in owned
        ],
        "movements": movements,
        **{
            part.name: part.exported(member.id)
            for part in parts_known()
            if part.exported is not None
        },
    }


def _movements(unit: Unit, holder_id: str, assets: dict[int, AssetView]) -> list[dict[str, Any]]:
    """Every movement, newest first."""
    found: list[dict[str, Any]] = []
    before = BEFORE_ALL
    while True:
        lines = statement(unit, holder_id, asset_id=None, before=before, limit=PAGE_MAX)
        # A page may be cut inside an entry: its last entry is read again with the next page.
        whole = lines
        if len(lines) == PAGE_MAX:
            whole = [line for line in lines if line.seq != lines[-1].seq] or lines
        found += [
            {
                "entry": public_id("ent", line.entry_id),
                "kind": line.kind,
                "occurred_at": line.occurred_at,
                "business_date": line.business_date,
                "asset": assets[line.asset_id].code,
                "direction": "in" if line.credit else "out",
                "amount": line.amount,
                "counter": line.counter,
                "rule": line.rule,
                "balance_after": line.balance_after,
                "reason": line.reason,
            }
            for line in whole
        ]
        if len(lines) < PAGE_MAX:
            return found
        before = whole[-1].seq
