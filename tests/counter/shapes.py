"""A receipt made up for sums, without a shop behind it."""

from datetime import UTC, date, datetime

from regulars.commerce.counter.types import TicketKind, TicketView


def sale_of(net_minor, points=0, points_minor=0):
    """A sale of that much money and points."""
    return TicketView(
        id="t",
        number="1-000001",
        kind=TicketKind.SALE,
        terminal=1,
        sequence=1,
        store="s1",
        shift="s",
        staff_id="a",
        approved_by=None,
        member_id=None,
        occurred_at=datetime(2025, 3, 8, tzinfo=UTC),
        recorded_at=datetime(2025, 3, 8, tzinfo=UTC),
        business_date=date(2025, 3, 8),
        goods_minor=net_minor + points_minor,
        discount_minor=0,
        rounding_minor=0,
        points=points,
        points_minor=points_minor,
        net_minor=net_minor,
        currency="CNY",
        lines=(),
        tenders=(),
        movements=(),
        trouble="",
        is_offline=False,
        event_id=None,
        original=None,
        reason="",
    )
