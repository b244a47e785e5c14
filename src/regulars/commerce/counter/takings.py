"""What the counters of some stores took in some days: by tender, and by who was at the till."""

from collections.abc import Collection
from datetime import date

import msgspec
from django.db.models import Count, F, Q, Sum

from regulars.commerce.counter.models import ShiftCount, Tender, Ticket
from regulars.commerce.counter.types import TicketKind

RETURNED = [TicketKind.REFUND, TicketKind.VOID]


class Taken(msgspec.Struct, frozen=True):
    """One tender at one store, after returns, in minor units."""

    store_id: int
    kind: str
    amount_minor: int


class StaffTaken(msgspec.Struct, frozen=True):
    """What one person sold at counters: sales, those to members, and their money after returns
    that she made herself, in minor units."""

    staff_id: str
    sales: int
    member_sales: int
    net_minor: int


def tenders_taken(since: date, until: date, stores: Collection[int]) -> list[Taken]:
    """Each tender of each of these stores on business days of a range, both ends included."""
    rows = (
        Tender.objects.filter(
            ticket__store_id__in=stores, ticket__business_date__range=(since, until)
        )
        .values_list("ticket__store_id", "kind")
        .annotate(amount=Sum("amount_minor"))
        .order_by("ticket__store_id", "kind")
    )
    return [Taken(*row) for row in rows]


def differences_counted(since: date, until: date, stores: Collection[int]) -> dict[int, int]:
    """By store, what drawers had more (or less) than expected, of shifts with receipts of these
    days that were counted; stores where nobody counted are absent."""
    shifts = Ticket.objects.filter(store_id__in=stores, business_date__range=(since, until))
    rows = (
        ShiftCount.objects.filter(shift_id__in=shifts.values("shift_id"))
        .values_list("shift__store_id")
        .annotate(difference=Sum(F("counted_minor") - F("expected_minor")))
    )
    return dict(rows)


def staff_taken(since: date, until: date, stores: Collection[int]) -> list[StaffTaken]:
    """Who sold how much at these stores' counters on business days of a range, most first."""
    sold = Q(kind=TicketKind.SALE)
    rows = (
        Ticket.objects.filter(store_id__in=stores, business_date__range=(since, until))
        .values_list("staff_id")
        .annotate(
            sales=Count("id", filter=sold),
            member_sales=Count("id", filter=sold & Q(member_id__isnull=False)),
            sold=Sum("net_minor", filter=sold, default=0),
            returned=Sum("net_minor", filter=Q(kind__in=RETURNED), default=0),
        )
    )
    found = [
        StaffTaken(str(staff), sales, members, plus - minus)
        for staff, sales, members, plus, minus in rows
    ]
    return sorted(found, key=lambda each: (-each.net_minor, each.staff_id))
