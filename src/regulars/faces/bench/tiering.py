"""Levels measured: settling everybody, against one plain UPDATE of the same table."""

import time
from typing import LiteralString

from regulars.entitlements.tiers.services import ladder_save, settlement_run
from regulars.entitlements.tiers.types import LadderView
from regulars.foundation import clock
from regulars.foundation.actors import job
from regulars.foundation.database.session import unit_of_work

CODE = "bench"
THRESHOLD = 1_000
NAME = {"en": "Bench", "zh-Hans": "测速"}

# Everybody stands on the second level. One in twenty has a level whose time is over and, by a
# purchase that was given back, no spend to keep it; the others reached it this year.
FALLING: LiteralString = """
    UPDATE rules_purchase SET refunded_minor = net_minor
    WHERE holder_id IN (
        SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id) AS number FROM members_member)
            AS m WHERE number %% 20 = 0)
"""
STANDING: LiteralString = """
    INSERT INTO entitlements_member_level (holder_id, ladder_id, level_id, source, since,
        valid_until)
    SELECT id, %(ladder)s, %(level)s, 'earned', %(now)s,
           %(now)s::timestamptz + CASE WHEN number %% 20 = 0 THEN interval '0'
                                       ELSE interval '20000 hours' END
    FROM (SELECT id, row_number() OVER (ORDER BY id) AS number FROM members_member) AS m
"""
PLAIN: LiteralString = "UPDATE entitlements_member_level SET since = since"


def settlement_ratio() -> float:
    """How many plain UPDATEs of the whole table a settlement costs in which one in twenty falls.

    Every member needs a purchase of the last year (`segmenting.purchases_made`).
    """
    ladder = _ladder(is_active=True)
    with unit_of_work() as unit:
        unit.fetch(FALLING)
        now = clock.now()
        level = ladder.levels[1].id
        unit.fetch_named(STANDING, {"ladder": ladder.id, "level": level, "now": now})
    began = time.monotonic()
    with unit_of_work() as unit:
        unit.fetch(PLAIN)
    plain = time.monotonic() - began
    began = time.monotonic()
    done = settlement_run(actor=job("bench"), code=CODE)
    seconds = time.monotonic() - began
    if not done.lowered:
        raise SystemExit("The bench's settlement lowered nobody: it measured nothing.")
    return seconds / plain


def ladder_rested() -> None:
    """Takes the ladder out of force, so that what follows is not counted on it."""
    _ladder(is_active=False)


def _ladder(*, is_active: bool) -> LadderView:
    levels = [
        {"code": "bench-one", "name": NAME, "threshold": 0},
        {"code": "bench-two", "name": NAME, "threshold": THRESHOLD},
    ]
    return ladder_save(
        actor=job("bench"),
        content={
            "code": CODE,
            "name": NAME,
            "qualifier": {"by": "rolling_spend", "days": 400},
            "validity": {"type": "months", "months": 12},
            "is_active": is_active,
            "levels": levels,
        },
    )
