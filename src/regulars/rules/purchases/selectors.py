"""Reading sales: a day, a range of days, a member."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import LiteralString

from regulars.foundation.database.arrays import date_array, id_array
from regulars.foundation.database.session import Statement, Unit
from regulars.rules.purchases.types import (
    WALK_IN,
    Buying,
    PurchaseView,
    PurchaseWhole,
    SalesDay,
    purchase_line,
    refunds_of,
    sales_added,
)

# Sales of some days, from the sales themselves.
SALES_BY_DAY = """
    SELECT business_date, coalesce(store_id, 0), count(*), coalesce(sum(net_minor), 0)::bigint,
           coalesce(sum(refunded_minor), 0)::bigint,
           count(*) FILTER (WHERE holder_id <> %(walk_in)s::uuid),
           coalesce(sum(net_minor - refunded_minor)
               FILTER (WHERE holder_id <> %(walk_in)s::uuid), 0)::bigint
    FROM rules_purchase
    WHERE business_date = ANY(%(days)s::date[]) AND NOT cancelled
      AND (%(by)s::timestamptz IS NULL OR occurred_at <= %(by)s)
      AND (%(store)s::smallint IS NULL OR coalesce(store_id, 0) = %(store)s)
    GROUP BY 1, 2
"""
# Days that are over were summed, unless something has changed them since.
DAYS_KEPT: LiteralString = """
    SELECT until, array(SELECT DISTINCT business_date FROM rules_sales_touched
                        WHERE business_date BETWEEN %(since)s AND %(until)s)
    FROM rules_sales_closed WHERE id = 1
"""
SALES_KEPT: LiteralString = """
    SELECT business_date, store_id, tickets, net_minor, refunded_minor, member_tickets,
           member_net_minor
    FROM rules_sales_day
    WHERE business_date BETWEEN %(since)s AND %(until)s
      AND business_date <> ALL(%(days)s::date[])
      AND (%(store)s::smallint IS NULL OR store_id = %(store)s)
"""

PURCHASES_OF = """
    SELECT id, holder_id, document, source, store_id, business_date, occurred_at, net_minor,
           refunded_minor, line_count, cancelled
    FROM rules_purchase WHERE holder_id = %s
    ORDER BY business_date DESC, id DESC LIMIT %s
"""

PURCHASES_WHOLE: LiteralString = """
    SELECT id, holder_id, document, source, store_id, business_date, occurred_at, net_minor,
           refunded_minor, line_count, cancelled, freight_minor, lines, refunds
    FROM rules_purchase
    WHERE holder_id = %(holder)s
      AND (business_date, id) < (%(day)s::date, %(before)s::uuid)
    ORDER BY business_date DESC, id DESC LIMIT %(limit)s
"""
PURCHASE_PLACE: LiteralString = """
    SELECT business_date, id FROM rules_purchase WHERE id = %s AND holder_id = %s
"""
# What the goods of some sales are called; sales name their goods alike, so some will do.
CATEGORIES: LiteralString = """
    SELECT DISTINCT line->>'category' AS category FROM (
        SELECT lines FROM rules_purchase ORDER BY id DESC LIMIT 500
    ) AS latest, jsonb_array_elements(latest.lines) AS line
    WHERE line->>'category' <> '' ORDER BY category LIMIT 60
"""
# One member's own cycle and totals, for her page.
STANDING_OF: LiteralString = """
    SELECT count(*), coalesce(sum(net_minor - refunded_minor), 0)::bigint, max(business_date)
    FROM rules_purchase WHERE holder_id = %s AND NOT cancelled
"""

BUYERS: LiteralString = """
    SELECT DISTINCT holder_id FROM rules_purchase
    WHERE holder_id = ANY(%s::uuid[]) AND NOT cancelled
"""

# Queries of facts (see `rules.facts`): each member's purchases, for some members or for all. The
# day narrows by the index, the instant decides; a shop's day is at most a day off UTC's.
NEVER_DAYS = 99_999
LAST_ID = "ffffffff-ffff-ffff-ffff-ffffffffffff"

YEARS: LiteralString = """
    SELECT holder_id AS member_id, count(*) AS orders,
           sum(net_minor - refunded_minor)::bigint AS spend_minor,
           %(today)s::date - max(business_date) AS days_since
    FROM rules_purchase
    WHERE business_date >= (%(at)s::timestamptz - interval '8784 hours')::date
      AND occurred_at > %(at)s::timestamptz - interval '8760 hours'
      AND occurred_at <= %(at)s::timestamptz AND NOT cancelled
      AND holder_id <> '00000000-0000-0000-0000-000000000000' /* members */
    GROUP BY holder_id
"""
LIFETIMES: LiteralString = """
    SELECT holder_id AS member_id, count(*) AS orders,
           sum(net_minor - refunded_minor)::bigint AS spend_minor,
           %(today)s::date - max(business_date) AS days_since
    FROM rules_purchase
    WHERE occurred_at <= %(at)s::timestamptz AND NOT cancelled
      AND holder_id <> '00000000-0000-0000-0000-000000000000' /* members */
    GROUP BY holder_id
"""
# Several purchases on one day are one; the median is rounded down.
CYCLES: LiteralString = """
    SELECT holder_id AS member_id,
           floor(percentile_cont(0.5) WITHIN GROUP (ORDER BY gap))::bigint AS cycle
    FROM (
        SELECT holder_id, business_date
               - lag(business_date) OVER (PARTITION BY holder_id ORDER BY business_date) AS gap
        FROM (
            SELECT DISTINCT holder_id, business_date FROM rules_purchase
            WHERE business_date >= (%(at)s::timestamptz - interval '8784 hours')::date
              AND occurred_at > %(at)s::timestamptz - interval '8760 hours'
              AND occurred_at <= %(at)s::timestamptz AND NOT cancelled
              AND holder_id <> '00000000-0000-0000-0000-000000000000' /* members */
        ) AS day
    ) AS step
    WHERE gap IS NOT NULL
    GROUP BY holder_id HAVING count(*) >= 2
"""

# When and where each member bought last.
LAST_BOUGHT: LiteralString = """
    SELECT DISTINCT ON (holder_id) holder_id AS member_id, store_id, business_date AS last_day
    FROM rules_purchase
    WHERE occurred_at <= %(at)s::timestamptz AND NOT cancelled
      AND holder_id <> '00000000-0000-0000-0000-000000000000'
    ORDER BY holder_id, business_date DESC, id DESC
"""

# True of a member `m` who bought on a day or later; or not any more after a day.
BOUGHT_FROM: LiteralString = """
    EXISTS (SELECT 1 FROM rules_purchase x WHERE x.holder_id = m.id AND NOT x.cancelled
        AND x.business_date >= %(bought_from)s::date)
"""
NOT_BOUGHT_AFTER: LiteralString = """
    EXISTS (SELECT 1 FROM rules_purchase x WHERE x.holder_id = m.id AND NOT x.cancelled)
    AND NOT EXISTS (SELECT 1 FROM rules_purchase x WHERE x.holder_id = m.id AND NOT x.cancelled
        AND x.business_date > %(bought_to)s::date)
"""
LAST_DAYS: LiteralString = """
    SELECT e.id, (SELECT max(x.business_date) FROM rules_purchase x
                  WHERE x.holder_id = e.id AND NOT x.cancelled)
    FROM unnest(%s::uuid[]) AS e(id)
"""

# Each member's net spend in two ranges of days (both ends included), what is cancelled left out.
SPENT_IN_WINDOWS: LiteralString = """
    SELECT holder_id AS member_id,
           coalesce(sum(net_minor - refunded_minor) FILTER (
               WHERE business_date BETWEEN %(since)s AND %(until)s), 0)::bigint AS now_counted,
           coalesce(sum(net_minor - refunded_minor) FILTER (
               WHERE business_date BETWEEN %(since_before)s AND %(until_before)s), 0)::bigint
               AS before_counted
    FROM rules_purchase
    WHERE business_date >= %(first)s AND NOT cancelled
      AND holder_id <> '00000000-0000-0000-0000-000000000000' /* members */
    GROUP BY holder_id
"""


def categories_sold(unit: Unit) -> list[str]:
    """Categories of goods that sales have named, by name; at most sixty of them."""
    return [row[0] for row in unit.fetch(CATEGORIES)]


def sales_by_store(
    unit: Unit, since: date, until: date, by: datetime | None = None, store: int | None = None
) -> list[SalesDay]:
    """Sales of each business day and store in a range (both ends included), in their order.

    Without a sale there is no row. `net_minor` is before refunds, `member_net_minor` after them,
    in minor units; store 0 is none named. With `by` only sales made up to that instant count, so
    that a day can be compared before it is over; `store` picks one.
    """
    asked: dict[str, object] = {
        "since": since,
        "until": until,
        "by": by,
        "store": store,
        "walk_in": WALK_IN,
    }
    days = [since + timedelta(days=place) for place in range((until - since).days + 1)]
    kept = unit.fetch_named(DAYS_KEPT, asked) if by is None else []
    if kept:
        closed, touched = kept[0]
        days = [day for day in days if day >= closed or day in touched]
    asked["days"] = date_array(days)
    statements = [Statement(SALES_BY_DAY, asked)] if days else []
    if kept:
        statements.append(Statement(SALES_KEPT, asked))
    rows = [row for found in unit.flight(statements) for row in found] if statements else []
    return [SalesDay(*row) for row in sorted(rows)]


def sales_open_since(unit: Unit, today: date) -> date:
    """The first day that isn't summed yet: `today`, where there never was a sum."""
    found = unit.fetch("SELECT until FROM rules_sales_closed WHERE id = 1")
    return found[0][0] if found else today


def sales_by_day(
    unit: Unit, since: date, until: date, by: datetime | None = None, store: int | None = None
) -> list[SalesDay]:
    """The same for all stores together (or for the one): a row for each day, its store 0."""
    days: dict[date, SalesDay] = {}
    for each in sales_by_store(unit, since, until, by, store):
        found = days.get(each.business_date)
        days[each.business_date] = sales_added(found, each) if found else each.of_all
    return list(days.values())


def purchases_of(unit: Unit, holder_id: str, limit: int = 50) -> list[PurchaseView]:
    """A member's purchases, newest first."""
    return [PurchaseView(*row) for row in unit.fetch(PURCHASES_OF, holder_id, limit)]


def last_days_bought(unit: Unit, member_ids: Sequence[str]) -> dict[str, date | None]:
    """The business date of each member's last purchase; None for who never bought."""
    return dict(unit.fetch(LAST_DAYS, list(member_ids)))


def purchases_whole(
    unit: Unit, holder_id: str, *, before: str = "", limit: int = 20
) -> list[PurchaseWhole]:
    """A member's purchases with their lines and returns, newest first, after the one `before`."""
    params: dict[str, object] = {"holder": holder_id, "limit": limit}
    params["day"], params["before"] = date.max, LAST_ID
    place = unit.fetch(PURCHASE_PLACE, before, holder_id) if before else []
    if place:
        params["day"], params["before"] = place[0]
    return [
        PurchaseWhole(
            PurchaseView(*row[:11]),
            row[11],
            tuple([purchase_line(each) for each in row[12]]),
            tuple([each.net_minor for each in refunds_of(row[13])]),
        )
        for row in unit.fetch_named(PURCHASES_WHOLE, params)
    ]


def buying_of(unit: Unit, holder_id: str) -> Buying:
    """How often, for how much and when a member bought, of all time."""
    return Buying(*unit.fetch(STANDING_OF, holder_id)[0])


def buyers_among(unit: Unit, member_ids: Sequence[str]) -> list[str]:
    """Those of these members who bought something that stands."""
    return [row[0] for row in unit.fetch(BUYERS, id_array(member_ids))]
