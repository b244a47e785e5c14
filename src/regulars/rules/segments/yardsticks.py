"""Shop-wide figures that segments compare with: measured over all members, or fixed by hand.

What one member is like can't say who belongs to the top fifth; the figure that divides them can,
and one number is all that a rule has to read for it.
"""

from datetime import datetime
from typing import LiteralString

from django.db import transaction

from regulars.foundation.actors import Actor
from regulars.foundation.amounts import AMOUNT_MAX
from regulars.foundation.audit.services import record
from regulars.foundation.database.session import Statement, Unit
from regulars.rules.facts import parameters_at
from regulars.rules.purchases.selectors import YEARS
from regulars.rules.segments.errors import UnknownYardstick, YardstickOutOfRange
from regulars.rules.segments.models import Yardstick
from regulars.rules.segments.types import YardstickView

TOP_SPEND = "top_spend"
RFM_DAYS = "rfm_days"
RFM_ORDERS = "rfm_orders"
RFM_SPEND = "rfm_spend"
CODES = (TOP_SPEND, RFM_DAYS, RFM_ORDERS, RFM_SPEND)

# Over members who bought in the last 365 days. The top fifth spends at least `top_spend`. Recent
# is at most the median number of days; often and much are above the median.
MEASURE: tuple[LiteralString, LiteralString] = (
    """
    INSERT INTO rules_yardstick AS y (code, measured, measured_at)
    SELECT unnest(ARRAY['top_spend', 'rfm_days', 'rfm_orders', 'rfm_spend']),
           unnest(ARRAY[top_spend, days, orders + 1, spend + 1]), %(at)s
    FROM (
        SELECT percentile_disc(0.8) WITHIN GROUP (ORDER BY spend_minor)
                   FILTER (WHERE spend_minor > 0) AS top_spend,
               floor(percentile_cont(0.5) WITHIN GROUP (ORDER BY days_since))::bigint AS days,
               floor(percentile_cont(0.5) WITHIN GROUP (ORDER BY orders))::bigint AS orders,
               floor(percentile_cont(0.5) WITHIN GROUP (ORDER BY spend_minor))::bigint AS spend
        FROM (
    """,
    """
        ) AS year
    ) AS figure
    ON CONFLICT (code) DO UPDATE
    SET measured = excluded.measured, measured_at = excluded.measured_at
    """,
)
YARDSTICKS: LiteralString = """
    SELECT NULL::uuid AS member_id,
           max(coalesce(fixed, measured)) FILTER (WHERE code = 'top_spend') AS top_spend,
           max(coalesce(fixed, measured)) FILTER (WHERE code = 'rfm_days') AS rfm_days,
           max(coalesce(fixed, measured)) FILTER (WHERE code = 'rfm_orders') AS rfm_orders,
           max(coalesce(fixed, measured)) FILTER (WHERE code = 'rfm_spend') AS rfm_spend
    FROM rules_yardstick
"""


def yardsticks_measure(unit: Unit, at: datetime) -> None:
    """Measures all figures anew over everybody's last 365 days; fixed ones stay as they are."""
    sql = " ".join([MEASURE[0], YEARS, MEASURE[1]])
    unit.flight([Statement(sql, parameters_at(at))])


@transaction.atomic
def yardstick_fix(*, actor: Actor, code: str, value: int | None) -> YardstickView:
    """Sets a figure by hand; None lets it be measured again.

    Days, orders, or minor units. Errors: unknown_yardstick, yardstick_out_of_range.
    """
    if code not in CODES:
        raise UnknownYardstick(yardstick=code[:40], known=", ".join(CODES))
    if value is not None and not 0 <= value <= AMOUNT_MAX:
        raise YardstickOutOfRange(maximum=AMOUNT_MAX)
    Yardstick.objects.update_or_create(code=code, defaults={"fixed": value})
    details = {"to": "measured" if value is None else value}
    record(actor=actor, action="yardstick.fixed", subject=code, details=details)
    return next(each for each in yardsticks_listed() if each.code == code)


def yardsticks_listed() -> list[YardstickView]:
    """All figures, those not yet measured too."""
    rows = Yardstick.objects.in_bulk(CODES)
    return [_view(rows.get(code) or Yardstick(code=code)) for code in CODES]


def _view(row: Yardstick) -> YardstickView:
    value = row.measured if row.fixed is None else row.fixed
    return YardstickView(row.code, value, row.measured, row.fixed, row.measured_at)
