"""What rules and segments may ask about a member's purchases.

Net spend has refunds taken off; cancelled sales don't count. 365 days are 8,760 hours, up to now.
"""

from regulars.rules.expressions.types import ValueType
from regulars.rules.facts import FactTable, TableFact, table_register
from regulars.rules.purchases.selectors import CYCLES, LIFETIMES, NEVER_DAYS, YEARS

YEAR = FactTable("purchases_year", YEARS)
LIFE = FactTable("purchases_life", LIFETIMES)
CYCLE = FactTable("purchases_cycle", CYCLES)


def _fact(name: str, column: str, chinese: str, english: str, missing: int = 0) -> TableFact:
    """A figure that the next purchase changes, and that can be asked for any instant."""
    return TableFact(
        name=name,
        type=ValueType.INT,
        column=column,
        missing=missing,
        moving=True,
        can_look_back=True,
        label={"zh-Hans": chinese, "en": english},
    )


table_register(
    YEAR,
    (
        _fact("member.orders_365d", "orders", "近 365 天订单数", "orders in the last 365 days"),
        _fact(
            "member.spend_365d_minor",
            "spend_minor",
            "近 365 天消费（分）",
            "spend in the last 365 days (minor units)",
        ),
    ),
)
table_register(
    LIFE,
    (
        _fact("member.orders_total", "orders", "累计订单数", "orders of all time"),
        _fact(
            "member.spend_total_minor",
            "spend_minor",
            "累计贡献（分）",
            "spend of all time (minor units)",
        ),
        _fact(
            "member.days_since_order",
            "days_since",
            "距上次购买天数（未购买为 99999）",
            "days since the last purchase (99999: none yet)",
            NEVER_DAYS,
        ),
    ),
)
table_register(
    CYCLE,
    (
        _fact(
            "member.cycle_days",
            "cycle",
            "购买周期天数（近 365 天不足 3 个购买日为 0）",
            "days between purchases, median (0: fewer than 3 days with one in 365)",
        ),
    ),
)
