"""The sums of a shift and of a day: each is the sum of its receipts, until a day's sheet is made.

A made sheet is kept as it was; what arrived later is the difference between the sums of now and it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

import msgspec
from django.db.models import QuerySet, Sum

from regulars.commerce.counter.models import (
    CashMove,
    CounterShift,
    DayEnd,
    ShiftCount,
    Tender,
    Ticket,
)
from regulars.commerce.counter.types import (
    COUNTED,
    AssetSum,
    CashMoveView,
    Later,
    Sheet,
    TenderKind,
    TenderSum,
    TicketKind,
)
from regulars.commerce.counter.views import cash_move_view
from regulars.foundation import clock
from regulars.organization.stores.selectors import store_get

TENDER_ORDER = [kind.value for kind in TenderKind]
# By an entry's kind: the figure of `AssetSum` that it adds to, and the sign in which it counts.
FIGURES = {
    "earn": ("earned", 1),
    "redeem": ("spent", -1),
    "refund": ("taken_back", -1),
    "return": ("returned", 1),
}
NOTHING = {"earned": 0, "spent": 0, "taken_back": 0, "returned": 0}


class Written(msgspec.Struct, frozen=True):
    """What a sheet needs of one receipt."""

    kind: str
    total_minor: int
    discount_minor: int
    rounding_minor: int
    has_trouble: bool
    has_member: bool
    tenders: tuple[tuple[str, int], ...]
    movements: tuple[tuple[str, str, int], ...]


def shift_sheet(shift_id: str) -> Sheet:
    """The sheet of a shift; once it is closed, with what was counted."""
    key = UUID(shift_id)
    shift = CounterShift.objects.get(id=key)
    counted = dict(ShiftCount.objects.filter(shift_id=key).values_list("kind", "counted_minor"))
    rows = Ticket.objects.filter(shift_id=key)
    return summed(
        _written(rows),
        float_minor=shift.float_minor,
        counted=counted,
        moves=_moves(CashMove.objects.filter(shift_id=key)),
    )


def day_sheet(store: str, day: date) -> Sheet:
    """A store's business day as its sheet was made, with what came later; or, while nobody made
    it, as its sums are now."""
    made = DayEnd.objects.filter(store__code=store, business_date=day).first()
    now = day_summed(store, day)
    if made is None:
        return now
    kept = msgspec.convert(made.sheet, Sheet)
    return msgspec.structs.replace(
        kept, made_by=str(made.made_by), made_at=made.made_at, later=_later(kept, now)
    )


def _later(kept: Sheet, now: Sheet) -> Later | None:
    def paid(sheet: Sheet) -> dict[str, int]:
        return {each.kind: each.sales_minor + each.returns_minor for each in sheet.tenders}

    before, after = paid(kept), paid(now)
    tenders = {kind: after.get(kind, 0) - before.get(kind, 0) for kind in TENDER_ORDER}
    later = Later(
        sales=now.sales - kept.sales,
        sales_minor=now.sales_minor - kept.sales_minor,
        returns=now.returns + now.voids - kept.returns - kept.voids,
        returns_minor=now.returns_minor + now.voids_minor - kept.returns_minor - kept.voids_minor,
        tenders=tuple([(kind, amount) for kind, amount in tenders.items() if amount]),
    )
    return later if later.sales or later.returns else None


def day_summed(store: str, day: date) -> Sheet:
    """The sums of a store's business day as they are now: its receipts, and what was expected and
    counted in the shifts that were closed on it. A shift that goes on past midnight is counted on
    the day on which it is closed, and a sale that arrives late in the shift in which it does. While
    a shift that has receipts of this day and began by its end is open, nothing is counted."""
    zone = store_get(store).time_zone
    began = clock.midnight_before(day, zone)
    ended = clock.midnight_after(day, zone)
    rows = Ticket.objects.filter(store__code=store, business_date=day)
    shifts = CounterShift.objects.filter(store__code=store)
    is_open = shifts.filter(
        id__in=rows.values("shift_id"), opened_at__lt=ended, closed_at__isnull=True
    ).exists()
    counted: dict[str, int] = {}
    expected: dict[str, int] = {}
    if not is_open:
        closed = shifts.filter(closed_at__gte=began, closed_at__lt=ended)
        counts = ShiftCount.objects.filter(shift_id__in=closed.values("id")).values("kind")
        for each in counts.annotate(due=Sum("expected_minor"), found=Sum("counted_minor")):
            expected[each["kind"]], counted[each["kind"]] = each["due"], each["found"]
    moved = CashMove.objects.filter(store__code=store, moved_at__gte=began, moved_at__lt=ended)
    sheet = summed(_written(rows), counted=counted, expected=expected, moves=_moves(moved))
    return msgspec.structs.replace(sheet, is_open=is_open)


def summed(
    tickets: Iterable[Written],
    *,
    float_minor: int = 0,
    counted: Mapping[str, int] | None = None,
    expected: Mapping[str, int] | None = None,
    moves: Sequence[CashMoveView] = (),
) -> Sheet:
    """The sums of these receipts. Cash is expected with the float that lay in the drawer and what
    was put in or taken out; where shifts said what they expected, that is it."""
    numbers = dict.fromkeys(TicketKind, 0)
    totals = dict.fromkeys(TicketKind, 0)
    sales: dict[str, int] = {}
    returns: dict[str, int] = {}
    assets: dict[str, dict[str, int]] = {}
    discount = rounding = troubles = members = 0
    for each in tickets:
        kind = TicketKind(each.kind)
        numbers[kind] += 1
        totals[kind] += each.total_minor
        if kind is TicketKind.SALE:
            discount += each.discount_minor
            rounding += each.rounding_minor
            members += each.has_member
        troubles += each.has_trouble
        side = sales if kind is TicketKind.SALE else returns
        for tender, amount in each.tenders:
            side[tender] = side.get(tender, 0) + amount
        for asset, cause, amount in each.movements:
            figure, sign = FIGURES.get(cause, FIGURES["earn"])
            assets.setdefault(asset, dict(NOTHING))[figure] += sign * amount
    return Sheet(
        sales=numbers[TicketKind.SALE],
        sales_minor=totals[TicketKind.SALE],
        returns=numbers[TicketKind.REFUND],
        returns_minor=totals[TicketKind.REFUND],
        voids=numbers[TicketKind.VOID],
        voids_minor=totals[TicketKind.VOID],
        discount_minor=discount,
        rounding_minor=rounding,
        troubles=troubles,
        members=members,
        tenders=_tenders(
            sales,
            returns,
            float_minor + sum([each.amount_minor for each in moves]),
            counted or {},
            expected or {},
        ),
        moves=tuple(moves),
        assets=tuple([AssetSum(asset, **figures) for asset, figures in sorted(assets.items())]),
    )


def _tenders(
    sales: Mapping[str, int],
    returns: Mapping[str, int],
    other_cash_minor: int,
    counted: Mapping[str, int],
    said: Mapping[str, int],
) -> tuple[TenderSum, ...]:
    shown = {*sales, *returns, *counted, TenderKind.CASH.value}
    sums = []
    for kind in sorted(shown, key=TENDER_ORDER.index):
        taken, back = sales.get(kind, 0), returns.get(kind, 0)
        expected = taken + back + (other_cash_minor if kind == TenderKind.CASH else 0)
        expected = said.get(kind, expected)
        is_counted = kind in COUNTED
        found = counted.get(kind) if is_counted else None
        sums.append(TenderSum(kind, taken, back, expected, found))
    return tuple(sums)


def _moves(rows: QuerySet[CashMove]) -> list[CashMoveView]:
    return [cash_move_view(each) for each in rows.order_by("moved_at", "id")]


def _written(rows: QuerySet[Ticket]) -> list[Written]:
    tenders: dict[object, list[tuple[str, int]]] = {}
    ids = rows.values("id")
    for ticket, kind, amount in Tender.objects.filter(ticket_id__in=ids).values_list(
        "ticket_id", "kind", "amount_minor"
    ):
        tenders.setdefault(ticket, []).append((kind, amount))
    return [
        Written(
            kind=row.kind,
            total_minor=row.net_minor + row.points_minor,
            discount_minor=row.discount_minor,
            rounding_minor=row.rounding_minor,
            has_trouble=bool(row.trouble),
            has_member=row.member_id is not None,
            tenders=tuple(tenders.get(row.id, ())),
            movements=tuple([(m["asset"], m["kind"], m["amount"]) for m in row.movements]),
        )
        for row in rows
    ]
