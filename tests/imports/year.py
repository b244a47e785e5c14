"""A small year of the same shape and with the same oddities as the real one, made from a seed.

Doubles instead of cents (some a little off), zero lines and whole zero baskets, quantity 0,
products nobody knows, and times in UTC of purchases made by the clock of New York: near midnight,
at month ends, on both days on which that clock is changed. The file's own `week` is Monday to
Sunday of the local day, as in the real one.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

NEW_YORK = ZoneInfo("America/New_York")
DEPARTMENTS = ("GROCERY", "PRODUCE", "MEAT", "DRUG GM", "FUEL")
PRODUCTS = 400
# Evenings count as the next day in UTC; the clocks are put forward on 12 March at 2:00 and back
# on 5 November at 2:00; half a year after 31 August is the end of February.
ODD_TIMES = (
    (3, 11, 23, 59, 0),
    (3, 12, 0, 30, 0),
    (3, 12, 3, 0, 0),
    (3, 12, 23, 30, 0),
    (8, 31, 23, 59, 0),
    (11, 4, 23, 59, 0),
    (11, 5, 0, 59, 0),
    (11, 5, 1, 30, 0),
    (11, 5, 1, 30, 1),
    (11, 5, 23, 30, 0),
    (12, 31, 23, 1, 0),
)
SCHEMA = {
    "household_id": pl.Int64,
    "store_id": pl.Int64,
    "basket_id": pl.Int64,
    "product_id": pl.Int64,
    "quantity": pl.Int64,
    "sales_value": pl.Float64,
    "retail_disc": pl.Float64,
    "coupon_disc": pl.Float64,
    "coupon_match_disc": pl.Float64,
    "week": pl.Int64,
    "transaction_timestamp": pl.Datetime("ns"),
}


@dataclass
class Year:
    """Rows of the two files, written where a test wants them."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    products: list[dict[str, Any]] = field(default_factory=list)

    def basket(
        self, number: int, household: int, at: datetime, lines: list[tuple[int, int, float]]
    ) -> None:
        """A purchase; `at` is aware, `lines` are (product, quantity, double)."""
        week = (at.astimezone(NEW_YORK).date() - date(2016, 12, 26)).days // 7 + 1
        for product, quantity, value in lines:
            row = dict.fromkeys(SCHEMA, 0.0)
            row |= {
                "household_id": household,
                "store_id": 300 + number % 4,
                "basket_id": number,
                "product_id": product,
                "quantity": quantity,
                "sales_value": value,
                "week": week,
                "transaction_timestamp": at.astimezone(UTC).replace(tzinfo=None),
            }
            self.rows.append(row)

    def write(self, folder: Path, **more_columns: Any) -> Path:
        """Writes both files; `more_columns` maps a name to a list of values."""
        folder.mkdir(parents=True, exist_ok=True)
        frame = pl.DataFrame(self.rows, schema=SCHEMA)
        for name, values in more_columns.items():
            frame = frame.with_columns(pl.Series(name, values))
        frame.write_parquet(folder / "transactions.parquet")
        schema = {"product_id": pl.Int64, "department": pl.String}
        pl.DataFrame(self.products, schema=schema).write_parquet(folder / "products.parquet")
        return folder


def year_made(*, households: int, baskets_each: int, seed: int = 11) -> Year:
    """So many households that shop about so often, all through 2017."""
    dice = Random(seed)
    year = Year()
    # One product in twenty is not in the file of products, as some of the real year's.
    year.products = [
        {"product_id": number, "department": dice.choice(DEPARTMENTS)}
        for number in range(PRODUCTS)
        if number % 20
    ]
    shopping = []
    for household in range(1, households + 1):
        count = dice.randint(baskets_each // 2, baskets_each * 3 // 2)
        times = [_time(dice) for _ in range(count)]
        times += [_local(*dice.choice(ODD_TIMES), fold=dice.randint(0, 1)) for _ in range(2)]
        shopping += [(at, household) for at in times]
    shopping.sort()
    for number, (at, household) in enumerate(shopping, start=31_000_000):
        lines = [_line(dice) for _ in range(dice.randint(1, 9))]
        if number % 97 == 0:
            lines = [(product, quantity, 0.0) for product, quantity, _ in lines]
        year.basket(number, household, at, lines)
    return year


def _time(dice: Random) -> datetime:
    start = datetime(2017, 1, 1, 6, tzinfo=NEW_YORK).astimezone(UTC)
    return start + timedelta(seconds=dice.randint(0, 364 * 86_400))


def _local(month: int, day: int, hour: int, minute: int, second: int, fold: int) -> datetime:
    local = datetime(2017, month, day, hour, minute, second, tzinfo=NEW_YORK, fold=fold)
    return local.astimezone(UTC)


def _line(dice: Random) -> tuple[int, int, float]:
    quantity = dice.choice((1, 1, 1, 1, 2, 3, 0))
    cents = 0 if quantity == 0 and dice.random() < 0.9 else dice.choice((99, 199, 250, 349, 1299))
    cents = cents * max(quantity, 1) + (dice.randint(0, 40) if cents else 0)
    if dice.random() < 0.01:
        cents = 0
    # 0.1 + 0.2 and the like: the nearest double is not always the one that stands in the file.
    value = (cents * 3) / 300.0 if dice.random() < 0.5 else cents / 10.0 * 0.1
    return dice.randrange(PRODUCTS), quantity, value
