"""What an import must come to, computed a second time from the raw files.

Nothing of Regulars is imported here. Cents, days and points are worked out by DuckDB from the
files; then every household's year is played through once more with the plainest book of lots that
keeps the rules as they are stated:

- a sale earns floor(Σ over lines of net × factor ÷ 100), the factor 2 for PRODUCE; its points are
  split over its lines by largest remainder, and live through the same day six months later;
- refunds take back floor(Σ over lines of points × refunded ÷ paid) in total, all of it when all
  was refunded; a refund that names no lines is spread over what is left of each line;
- points paid come back by floor(points × refunded ÷ paid);
- points are spent in the order in which they die; what is taken back goes out of the sale's own
  lot first, and what is missing becomes a debt that later points repay first.
"""

import calendar
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import duckdb

LINES = """
    WITH line AS (
        SELECT t.*, t.file_row_number AS place,
               CAST(round(sales_value * 100) AS BIGINT) AS cents,
               CASE WHEN transaction_timestamp >= TIMESTAMP '2017-03-12 07:00:00'
                     AND transaction_timestamp < TIMESTAMP '2017-11-05 06:00:00'
                    THEN 4 ELSE 5 END AS behind
        FROM read_parquet('{folder}/transactions.parquet', file_row_number = true) t
    )
    SELECT basket_id, household_id, transaction_timestamp,
           CAST(transaction_timestamp - to_hours(behind) AS DATE) AS day,
           row_number() OVER (PARTITION BY basket_id ORDER BY place) AS line,
           cents, CASE WHEN p.department = 'PRODUCE' THEN 2 ELSE 1 END AS factor,
           min(place) OVER (PARTITION BY basket_id) AS first_place, line.week,
           line.store_id, coalesce(p.department, '') AS department,
           transaction_timestamp - to_hours(behind) AS local
    FROM line LEFT JOIN read_parquet('{folder}/products.parquet') p USING (product_id)
"""


@dataclass
class Sale:
    """A basket: line number → cents, line number → factor; `local` is by New York's clock."""

    document: str
    household: int
    at: datetime
    day: date
    place: int
    week: int
    store: int
    local: datetime
    cents: dict[str, int] = field(default_factory=dict)
    factors: dict[str, int] = field(default_factory=dict)
    departments: dict[str, str] = field(default_factory=dict)

    @property
    def net(self) -> int:
        return sum(self.cents.values())


@dataclass
class Extra:
    """Something that the file lacks and the import was given besides.

    `kind` is pay (points), refund, cancel; `arrives` decides the order, ties by `rank`.
    """

    kind: str
    document: str
    arrives: datetime
    rank: int
    points: int = 0
    net: int = 0
    lines: dict[str, int] = field(default_factory=dict)
    at: datetime | None = None


@dataclass
class Lot:
    last_day: date
    earned: datetime
    number: int
    remaining: int


@dataclass
class Earning:
    """What one promise gave for a sale, line by line, and its last day."""

    points: int
    by_line: dict[str, int]
    last_day: date


@dataclass
class Undoing:
    """What became of one sale: its earnings and their lots, refunds so far, points paid for it."""

    sale: Sale
    earnings: list[Earning] = field(default_factory=list)
    lots: list[Lot] = field(default_factory=list)
    refunded: int = 0
    named: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    cancelled: bool = False
    taken_back: int = 0
    paid: int = 0
    paid_from: list[list] = field(default_factory=list)
    given_back: int = 0

    @property
    def whole(self) -> bool:
        return self.cancelled or self.refunded == self.sale.net


def sales_of(folder: Path, documents: set[str] | None = None) -> list[Sale]:
    """The file's baskets by time, or those of them that are asked for."""
    sales: dict[int, Sale] = {}
    rows = duckdb.connect().execute(LINES.format(folder=folder)).fetchall()
    for row in sorted(rows, key=lambda row: (row[7], row[4])):
        basket, household, at, day, line, cents, factor, place, week = row[:9]
        store, department, local = row[9:]
        if documents is not None and str(basket) not in documents:
            continue
        utc = at.replace(tzinfo=UTC)
        made = Sale(str(basket), household, utc, day, place, week, store, local)
        sale = sales.setdefault(basket, made)
        sale.cents[str(line)] = cents
        sale.departments[str(line)] = department
        sale.factors[str(line)] = factor
    return sorted(sales.values(), key=lambda sale: (sale.at, int(sale.document)))


def months_of(sales: list[Sale]) -> dict[str, tuple[int, int]]:
    """Tickets and cents by store-local month."""
    months: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for sale in sales:
        months[f"{sale.day:%Y-%m}"][0] += 1
        months[f"{sale.day:%Y-%m}"][1] += sale.net
    return {month: (tickets, cents) for month, (tickets, cents) in sorted(months.items())}


def local_day(at: datetime) -> date:
    """The day in New York, by the two changes of each year's clocks."""
    summers = (
        (datetime(2017, 3, 12, 7, tzinfo=UTC), datetime(2017, 11, 5, 6, tzinfo=UTC)),
        (datetime(2018, 3, 11, 7, tzinfo=UTC), datetime(2018, 11, 4, 6, tzinfo=UTC)),
    )
    summer = any(start <= at < end for start, end in summers)
    return (at - timedelta(hours=4 if summer else 5)).date()


def half_a_year_after(day: date) -> date:
    month = day.month + 6
    year, month = (day.year, month) if month <= 12 else (day.year + 1, month - 12)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def shared_out(total: int, weights: list[int]) -> list[int]:
    """Largest remainder; the earlier line wins a tie."""
    whole = sum(weights)
    exact = [Fraction(total * weight, whole) for weight in weights]
    parts = [int(part) for part in exact]
    order = sorted(range(len(weights)), key=lambda place: (parts[place] - exact[place], place))
    for place in order[: total - sum(parts)]:
        parts[place] += 1
    return parts


class Household:
    """One household's year, one thing after the other."""

    def __init__(self) -> None:
        self.lots: list[Lot] = []
        self.sales: dict[str, Undoing] = {}
        self.early: dict[str, list[Extra]] = defaultdict(list)
        self.unsettled: dict[str, tuple[int, list]] = {}
        self.debt = 0
        self.totals: dict[str, int] = defaultdict(int)
        self.impossible: list[str] = []

    @property
    def balance(self) -> int:
        return sum(lot.remaining for lot in self.lots) - self.debt

    def sold(self, sale: Sale) -> None:
        undoing = Undoing(sale)
        self.sales[sale.document] = undoing
        undoing.earnings = self.judged(sale)
        for earning in undoing.earnings:
            undoing.lots.append(self._earned(sale, earning))
        undoing.paid, undoing.paid_from = self.unsettled.pop(sale.document, (0, []))
        for extra in self.early.pop(sale.document, []):
            self._undone(undoing, extra, sale.at)

    def judged(self, sale: Sale) -> list[Earning]:
        """What the one flat promise gives."""
        weights = {line: cents * sale.factors[line] for line, cents in sale.cents.items()}
        points = sum(weights.values()) // 100
        if not points:
            return []
        parts = shared_out(points, list(weights.values()))
        by_line = dict(zip(weights, parts, strict=True))
        return [Earning(points, by_line, half_a_year_after(sale.day))]

    def _earned(self, sale: Sale, earning: Earning) -> Lot:
        lot = Lot(earning.last_day, sale.at, len(self.lots), earning.points)
        self.lots.append(lot)
        self.totals["earned"] += earning.points
        self._repaid([lot])
        return lot

    def paid(self, extra: Extra) -> None:
        usable = self._usable(extra.at)
        if self.debt or sum(lot.remaining for lot in usable) < extra.points:
            self.impossible.append(extra.document)
            return
        used = self._taken(usable, extra.points)
        self.unsettled[extra.document] = (extra.points, used)
        self.totals["spent"] += extra.points

    def undone(self, extra: Extra) -> None:
        undoing = self.sales.get(extra.document)
        if undoing is None:
            self.early[extra.document].append(extra)
        else:
            self._undone(undoing, extra, extra.at)

    def expired(self, through: date) -> int:
        """What dies by the end of a day."""
        dead = [lot for lot in self.lots if lot.last_day <= through and lot.remaining]
        total = sum(lot.remaining for lot in dead)
        for lot in dead:
            lot.remaining = 0
        return total

    def _undone(self, undoing: Undoing, extra: Extra, at: datetime) -> None:
        if extra.kind == "cancel":
            undoing.cancelled = True
        else:
            undoing.refunded += extra.net
            for line, cents in extra.lines.items():
                undoing.named[line] += cents
        wanted = sum(reversed_of(undoing, earning) for earning in undoing.earnings)
        amount, undoing.taken_back = wanted - undoing.taken_back, wanted
        self.totals["taken_back"] += amount
        own = sorted(undoing.lots, key=lambda lot: (lot.last_day, lot.number))
        used = self._taken([*own, *self._usable(at)], amount)
        missing = amount - sum(part for _, part in used)
        self.debt += missing
        self.totals["owed"] += missing
        wanted = undoing.paid
        if not undoing.whole:
            wanted = undoing.paid * undoing.refunded // undoing.sale.net
        amount, undoing.given_back = wanted - undoing.given_back, wanted
        self._given_back(undoing, amount, at)

    def _given_back(self, undoing: Undoing, amount: int, at: datetime) -> None:
        self.totals["given_back"] += amount
        refilled = []
        for used in reversed(undoing.paid_from):
            part = min(used[1], amount)
            used[1] -= part
            amount -= part
            if part and used[0].last_day < local_day(at):
                self.totals["given_back_dead"] += part
            elif part:
                used[0].remaining += part
                refilled.append(used[0])
        self._repaid(refilled)

    def _usable(self, at: datetime) -> list[Lot]:
        today = local_day(at)
        lots = [lot for lot in self.lots if lot.remaining and lot.last_day >= today]
        return sorted(
            [lot for lot in lots if lot.earned <= at],
            key=lambda lot: (lot.last_day, lot.earned, lot.number),
        )

    def _taken(self, lots: list[Lot], amount: int) -> list[list]:
        used = []
        for lot in lots:
            part = min(lot.remaining, amount)
            if part:
                lot.remaining -= part
                amount -= part
                used.append([lot, part])
        return used

    def _repaid(self, lots: list[Lot]) -> None:
        self.debt -= sum(part for _, part in self._taken(lots, self.debt))


def reversed_of(undoing: Undoing, earning: Earning) -> int:
    """How much of an earning the refunds so far take back in total."""
    if undoing.whole:
        return earning.points
    sale, named = undoing.sale, undoing.named
    named_total = sum(named.values())
    share = Fraction(0)
    if undoing.refunded > named_total:
        share = Fraction(undoing.refunded - named_total, sale.net - named_total)
    exact = Fraction(0)
    for line, points in earning.by_line.items():
        if sale.cents[line]:
            refunded = named[line] + share * (sale.cents[line] - named[line])
            exact += points * refunded / sale.cents[line]
    return int(exact)


def in_order(
    sales: list[Sale], extras: list[Extra], arrivals: dict[str, datetime]
) -> list[tuple[int, Sale | Extra]]:
    """(household, sale or extra) as they arrive; `arrivals` are of sales that came late."""
    by_document = {sale.document: sale for sale in sales}
    happening: list[tuple] = [
        (arrivals.get(sale.document, sale.at), sale.place, 1, sale.household, sale)
        for sale in sales
    ]
    for extra in extras:
        sale = by_document[extra.document]
        happening.append((extra.arrives, sale.place, extra.rank, sale.household, extra))
    happening.sort(key=lambda each: each[:3])
    return [each[3:] for each in happening]


def households_played(
    sales: list[Sale], extras: list[Extra], arrivals: dict[str, datetime]
) -> dict[int, Household]:
    """Every household after its year."""
    households: dict[int, Household] = defaultdict(Household)
    for number, thing in in_order(sales, extras, arrivals):
        happened(households[number], thing)
    return households


def happened(household: Household, thing: Sale | Extra) -> None:
    """One thing after the other."""
    if isinstance(thing, Sale):
        household.sold(thing)
    elif thing.kind == "pay":
        household.paid(thing)
    else:
        household.undone(thing)
