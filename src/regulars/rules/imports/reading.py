"""Reading the year: the one place where doubles become cents and naive times become instants.

The file's timestamps are UTC without saying so: turned into America/New_York they agree with the
file's own `week` (Monday to Sunday) for every basket, as UTC or under a fixed offset they don't.
A line's net is `sales_value`, what the shop received for it. Decision 11 says why.
"""

from collections.abc import Iterator
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from regulars.foundation.amounts import AMOUNT_MAX
from regulars.foundation.errors import RegularsError
from regulars.rules.imports import errors
from regulars.rules.imports.datasets import PRODUCTS, TRANSACTIONS
from regulars.rules.imports.types import Basket, Dataset, Rejection, rejection
from regulars.rules.intake.types import OrderLine

# How far, in cents, a double may be from a whole cent. The year's own are within 1e-11.
OFF_CENT_MAX = 1e-6
CENTS = 100

HOUSEHOLD, STORE, BASKET, PRODUCT = "household_id", "store_id", "basket_id", "product_id"
DEPARTMENT = "department"
QUANTITY, AMOUNT, TIME = "quantity", "sales_value", "transaction_timestamp"
# A file may name each store's zone; the year's does not, and all its stores have the dataset's.
ZONE = "store_time_zone"
WHOLE = (HOUSEHOLD, STORE, BASKET, PRODUCT, QUANTITY)
PER_BASKET = (HOUSEHOLD, STORE, TIME)

REFUSALS: dict[str, type[RegularsError]] = {
    each.code: each
    for each in (
        errors.BasketMissing,
        errors.ValueMissing,
        errors.AmountOffCent,
        errors.AmountUnfit,
        errors.QuantityUnfit,
        errors.ZoneUnknown,
        errors.StoreInTwoZones,
        errors.BasketTorn,
    )
}


class YearFile:
    """The files, read and checked. Rows that can't be booked are in `rejected`.

    A basket with such a row is left out whole. `frame` has one row a line: row, basket, household,
    store, product, department, quantity, net (cents), at (UTC), zone.
    """

    def __init__(self, folder: Path, dataset: Dataset, limit: int | None) -> None:
        self._pl = _reader()
        lines = self._lines_read(folder / TRANSACTIONS, dataset)
        self.rejected = self._rejected(lines)
        lines = self._whole_baskets(lines)
        if limit is not None:
            lines = self._earliest(lines, limit)
        departments = self._departments(folder / PRODUCTS)
        self.frame = lines.join(departments, on=PRODUCT, how="left", maintain_order="left")

    @property
    def line_count(self) -> int:
        return int(self.frame.height)

    @property
    def basket_count(self) -> int:
        return int(self.frame[BASKET].n_unique())

    def stores(self) -> list[tuple[str, str]]:
        """Every store's number and time zone."""
        pl = self._pl
        found = self.frame.group_by(STORE).agg(pl.col("zone").first()).sort(STORE)
        return [(str(number), zone) for number, zone in found.iter_rows()]

    def households(self) -> list[tuple[str, datetime, str]]:
        """Every household with the instant and the store of its first purchase."""
        pl = self._pl
        first = pl.col(STORE).sort_by("at", BASKET).first()
        found = self.frame.group_by(HOUSEHOLD).agg(pl.col("at").min(), first).sort(HOUSEHOLD)
        return [(str(number), at, str(store)) for number, at, store in found.iter_rows()]

    def baskets(self, part: int = 0, parts: int = 1) -> Iterator[Basket]:
        """The purchases of one part's households, by time."""
        pl = self._pl
        frame = self.frame.filter(pl.col(HOUSEHOLD) % parts == part)
        grouped = (
            frame.group_by(BASKET, maintain_order=True)
            .agg(
                pl.col(HOUSEHOLD).first().cast(pl.String),
                pl.col(STORE).first().cast(pl.String),
                pl.col("at").first(),
                pl.col("row").first(),
                pl.col("net").sum().alias("total"),
                pl.col("net"),
                pl.col(PRODUCT).cast(pl.String),
                # A line without a product known to the shop has no category: the empty one.
                pl.col(DEPARTMENT).fill_null(""),
                pl.col(QUANTITY),
            )
            .sort("at", BASKET)
        )
        # A year names the same products and departments a million times: one text for each.
        texts: dict[str, str] = {}

        def one(text: str) -> str:
            return texts.setdefault(text, text)

        for basket, household, store, at, row, total, *columns in grouped.iter_rows():
            lines = tuple(
                [
                    OrderLine(one(str(place)), net, one(sku), one(category), quantity)
                    for place, (net, sku, category, quantity) in enumerate(
                        zip(*columns, strict=True), start=1
                    )
                ]
            )
            yield Basket(str(basket), household, store, at, row, total, lines)

    def _lines_read(self, path: Path, dataset: Dataset) -> Any:
        """Every row with what is wrong with it (`problem`, or null), as cents and instants."""
        pl = self._pl
        frame = _parquet(pl, path, (*WHOLE, AMOUNT, TIME, ZONE))
        _columns_checked(pl, frame, path.name)
        time = pl.col(TIME)
        if frame.schema[TIME].time_zone is None:
            time = time.dt.replace_time_zone("UTC")
        zone = pl.col(ZONE) if ZONE in frame.columns else pl.lit(dataset.time_zone)
        scaled = pl.col(AMOUNT) * CENTS
        frame = frame.with_row_index("row", offset=1).with_columns(
            scaled.alias("scaled"),
            time.dt.convert_time_zone("UTC").cast(pl.Datetime("us", "UTC")).alias("at"),
            zone.alias("zone"),
        )
        frame = frame.with_columns(self._problem().alias("problem"))
        net = pl.when(pl.col("problem").is_null()).then(pl.col("scaled").round())
        kept = (*WHOLE, TIME, AMOUNT, "row", "at", "zone", "problem")
        return frame.select(*kept, net.cast(pl.Int64).alias("net"))

    def _problem(self) -> Any:
        """The first thing wrong with a row as `code:column`, or null."""
        pl = self._pl
        scaled = pl.col("scaled")
        zones = sorted(available_timezones())
        first_zone = pl.col("zone").first().over(STORE)

        def said(condition: Any, problem: str) -> Any:
            return pl.when(condition).then(pl.lit(problem))

        return pl.coalesce(
            said(pl.col(BASKET).is_null(), f"basket_missing:{BASKET}"),
            *(
                said(pl.col(name).is_null(), f"value_missing:{name}")
                for name in (HOUSEHOLD, STORE, PRODUCT, QUANTITY, AMOUNT, TIME)
            ),
            said(~scaled.is_finite(), f"amount_unfit:{AMOUNT}"),
            said((scaled < 0) | (scaled > AMOUNT_MAX), f"amount_unfit:{AMOUNT}"),
            said((scaled - scaled.round()).abs() > OFF_CENT_MAX, f"amount_off_cent:{AMOUNT}"),
            said(pl.col(QUANTITY) < 0, f"quantity_unfit:{QUANTITY}"),
            said(pl.col("zone").is_null() | ~pl.col("zone").is_in(zones), "zone_unknown:zone"),
            said(pl.col("zone") != first_zone, "store_in_two_zones:zone"),
            *(
                said(pl.col(name) != pl.col(name).first().over(BASKET), f"basket_torn:{name}")
                for name in PER_BASKET
            ),
        )

    def _rejected(self, lines: Any) -> list[Rejection]:
        bad = lines.filter(self._pl.col("problem").is_not_null())
        found = []
        for line in bad.iter_rows(named=True):
            code, _, column = line["problem"].partition(":")
            refusal = REFUSALS[code](
                column=ZONE if column == "zone" else column,
                value=line[column],
                basket=line[BASKET],
                maximum=AMOUNT_MAX // CENTS,
            )
            found.append(rejection(line["row"], f"basket-{line[BASKET]}", refusal))
        return found

    def _whole_baskets(self, lines: Any) -> Any:
        pl = self._pl
        torn = lines.filter(pl.col("problem").is_not_null()).select(BASKET).unique()
        whole = lines.filter(pl.col(BASKET).is_not_null())
        return whole.join(torn, on=BASKET, how="anti", maintain_order="left")

    def _earliest(self, lines: Any, limit: int) -> Any:
        chosen = lines.select(BASKET, "at").unique().sort("at", BASKET).head(limit)
        return lines.join(chosen.select(BASKET), on=BASKET, how="semi", maintain_order="left")

    def _departments(self, path: Path) -> Any:
        """Each product's department, the category that rules look at; unknown ones have none."""
        pl = self._pl
        products = _parquet(pl, path, (PRODUCT, DEPARTMENT))
        for name in (PRODUCT, DEPARTMENT):
            if name not in products.columns:
                raise _column_missing(path.name, name, "text or whole numbers", products)
        return products.select(PRODUCT, DEPARTMENT).unique(PRODUCT, keep="first")


def _reader() -> Any:
    """polars, an extra: loaded when a file is read, so that no other command waits for it."""
    try:
        return import_module("polars")
    except ImportError:
        raise errors.ReaderMissing from None


def _parquet(pl: Any, path: Path, wanted: tuple[str, ...]) -> Any:
    """Those of the wanted columns that the file has."""
    try:
        there = pl.read_parquet_schema(path)
        return pl.read_parquet(path, columns=[name for name in wanted if name in there])
    except (pl.exceptions.PolarsError, OSError) as problem:
        first = str(problem).splitlines()[0][:200]
        raise errors.FileUnreadable(file=path.name, problem=first) from None


def _columns_checked(pl: Any, frame: Any, name: str) -> None:
    for column in WHOLE:
        if column not in frame.columns or not frame.schema[column].is_integer():
            raise _column_missing(name, column, "whole numbers", frame)
    if AMOUNT not in frame.columns or not frame.schema[AMOUNT].is_numeric():
        raise _column_missing(name, AMOUNT, "numbers", frame)
    if TIME not in frame.columns or not isinstance(frame.schema[TIME], pl.Datetime):
        raise _column_missing(name, TIME, "dates with times", frame)
    if ZONE in frame.columns and frame.schema[ZONE] != pl.String:
        raise _column_missing(name, ZONE, "text", frame)


def _column_missing(name: str, column: str, expected: str, frame: Any) -> RegularsError:
    found = ", ".join(f"{each} ({kind})" for each, kind in frame.schema.items())
    return errors.ColumnMissing(file=name, column=column, expected=expected, found=found[:600])
