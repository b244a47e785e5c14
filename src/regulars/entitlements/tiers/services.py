"""The doors for writing ladders and for settling them."""

from datetime import datetime

from django.db import transaction

from regulars.entitlements.tiers.ladders import ladders_forgotten, ladders_read
from regulars.entitlements.tiers.saving import ladder_save
from regulars.entitlements.tiers.selectors import ladder_get
from regulars.entitlements.tiers.settling import ladder_due, ladder_settled, settled_noted
from regulars.entitlements.tiers.starters import ladder_starter, ladder_starter_codes
from regulars.entitlements.tiers.telling import entered_told
from regulars.entitlements.tiers.types import LadderView, SettlementView
from regulars.foundation import clock
from regulars.foundation.actors import Actor
from regulars.foundation.audit.services import record
from regulars.foundation.database.session import unit_of_work


def settlement_preview(*, code: str, at: datetime | None = None) -> SettlementView:
    """What settling a ladder now would do. Nothing is changed. Errors: unknown_ladder."""
    with unit_of_work() as unit:
        ladder = ladder_get(unit, code)
        due = ladder_due(unit, ladder, at or clock.now())
    return SettlementView(code, due.members, due.raised, due.renewed, due.lowered)


def settlement_run(
    *, actor: Actor, code: str, at: datetime | None = None, confirmed: bool = False
) -> SettlementView:
    """Settles a ladder: raises and renews who earned it, lowers whose time is over.

    Can be run again and broken off at any time. Without `confirmed` it refuses to lower more than
    a fifth of those above the lowest level. Errors: unknown_ladder, settlement_too_large.
    """
    with unit_of_work() as unit:
        ladder = ladder_get(unit, code)
    return _settled(actor, ladder, at or clock.now(), confirmed=confirmed)


def settlements_due(at: datetime | None = None) -> list[str]:
    """The codes of the ladders in force that were not settled on this day of their zone yet."""
    now = at or clock.now()
    with unit_of_work() as unit:
        ladders = ladders_read(unit)
    return [
        ladder.code
        for ladder in ladders
        if ladder.is_active and ladder.settled_on != clock.business_date(now, ladder.time_zone)
    ]


def _settled(actor: Actor, ladder: LadderView, at: datetime, *, confirmed: bool) -> SettlementView:
    done = ladder_settled(ladder, at, confirmed=confirmed)
    entered_told(ladder, at, actor)
    if done.raised or done.renewed or done.lowered:
        with transaction.atomic():
            details = {"raised": done.raised, "renewed": done.renewed, "lowered": done.lowered}
            record(actor=actor, action="ladder.settled", subject=ladder.code, details=details)
    settled_noted(ladder, at)
    return done


__all__ = [
    "ladder_save",
    "ladder_starter",
    "ladder_starter_codes",
    "ladders_forgotten",
    "settlement_preview",
    "settlement_run",
    "settlements_due",
]
