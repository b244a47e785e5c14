"""Counting members: at once in a small shop, once an hour in a large one."""

from datetime import datetime
from typing import Any, LiteralString

from regulars.foundation.database.session import Rows, Unit
from regulars.insights.membership.types import Membership
from regulars.members.profiles.selectors import shop_is_small
from regulars.rules.facts import parameters_at
from regulars.rules.purchases.selectors import CYCLES, LAST_BOUGHT

ACTIVE_DAYS = 90
CYCLES_SILENT = 2
CHURN_DAYS = 365

_HEAD: LiteralString = """
    SELECT coalesce(b.store_id, s.id, 0) AS store_id, count(*),
           count(*) FILTER (WHERE silent <= %(churn)s AND silent <= rhythm),
           count(*) FILTER (WHERE silent <= %(churn)s AND silent > rhythm),
           count(*) FILTER (WHERE silent > %(churn)s)
    FROM members_member m
    LEFT JOIN organization_store s ON s.code = m.home_store
    LEFT JOIN (
        SELECT member_id, store_id, %(today)s::date - last_day AS silent FROM (
"""
_MIDDLE: LiteralString = """
        ) AS bought
    ) AS b ON b.member_id = m.id
    LEFT JOIN (
"""
_TAIL: LiteralString = """
    ) AS c ON c.member_id = m.id
    CROSS JOIN LATERAL (
        SELECT coalesce(%(cycles)s * nullif(c.cycle, 0), %(active)s) AS rhythm
    ) AS r
    WHERE m.is_active
    GROUP BY 1
"""
COUNTS: LiteralString = _HEAD + LAST_BOUGHT + _MIDDLE + CYCLES + _TAIL
KEPT: LiteralString = """
    SELECT store_id, members, active, dormant, churned, measured_at FROM insights_member_count
"""


def counts_parameters(at: datetime) -> dict[str, Any]:
    """What `COUNTS` reads beside the tables."""
    windows = {"active": ACTIVE_DAYS, "cycles": CYCLES_SILENT, "churn": CHURN_DAYS}
    return {**parameters_at(at), **windows}


def membership(unit: Unit, at: datetime, store: int | None = None) -> Membership | None:
    """How many members there are of a store or of all; None while nobody has counted yet."""
    if shop_is_small(unit):
        return _added(unit.fetch_named(COUNTS, counts_parameters(at)), at, store)
    rows = unit.fetch(KEPT)
    return _added(rows, rows[0][5], store) if rows else None


def _added(rows: Rows, at: datetime, store: int | None) -> Membership:
    mine = [row for row in rows if store is None or row[0] == store]
    members, active, dormant, churned = [sum([row[place] for row in mine]) for place in range(1, 5)]
    return Membership(members, active, dormant, churned, at)
