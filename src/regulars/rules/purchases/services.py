"""Statements that load and store sales as part of the intake's flights."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from regulars.foundation import clock
from regulars.foundation.database.arrays import (
    date_array,
    id_array,
    instant_array,
    int_array,
    json_array,
    plain_array,
    text_array,
    text_bytes_array,
    word_array,
)
from regulars.foundation.database.session import Rows, Statement
from regulars.foundation.ids import new_id
from regulars.rules.purchases.days import days_close, days_over
from regulars.rules.purchases.types import AppliedRefund, Course, Effect, LimitUse, SaleRow

_EFFECTS = msgspec.json.Decoder(list[Effect])
_COURSE = msgspec.json.Decoder(Course)
_USES = msgspec.json.Decoder(list[LimitUse])
_REFUNDS = msgspec.json.Decoder(list[AppliedRefund])
_ENCODER = msgspec.json.Encoder()

SALES = """
    SELECT id, holder_id, store_id, net_minor, lines, effects, refunded_minor, refunds, cancelled,
           business_date, course, uses
    FROM rules_purchase WHERE id = ANY(%s::uuid[])
"""

INSERT_SALES = """
    INSERT INTO rules_purchase (id, holder_id, source, document, store_id, business_date,
        occurred_at, net_minor, freight_minor, line_count, lines, effects, refunded_minor, refunds,
        cancelled, course, uses)
    SELECT unnest(%s::uuid[]), unnest(%s::uuid[]), unnest(%s::text[]), unnest(%s::text[]),
        unnest(%s::smallint[]), unnest(%s::date[]), unnest(%s::timestamptz[]),
        unnest(%s::bigint[]), unnest(%s::bigint[]), unnest(%s::int[]), unnest(%s::jsonb[]),
        unnest(%s::text[]), unnest(%s::bigint[]), unnest(%s::text[]), unnest(%s::boolean[]),
        unnest(%s::text[]), unnest(%s::text[])
"""

UPDATE_SALES = """
    UPDATE rules_purchase AS p
    SET refunded_minor = row.refunded_minor, refunds = row.refunds, cancelled = row.cancelled,
        course = row.course, uses = row.uses
    FROM unnest(%s::uuid[], %s::bigint[], %s::text[], %s::boolean[], %s::text[], %s::text[])
        AS row(id, refunded_minor, refunds, cancelled, course, uses)
    WHERE p.id = row.id
"""

TOUCH = """
    INSERT INTO rules_sales_touched (id, business_date)
    SELECT unnest(%s::uuid[]), unnest(%s::date[])
"""


class NewSale(msgspec.Struct, frozen=True):
    """A sale about to be stored; `row` carries what refunds may have changed already."""

    row: SaleRow
    source: str
    document: str
    business_date: date
    occurred_at: datetime
    freight_minor: int
    line_count: int
    lines_json: bytes


def sales_statement(sale_ids: Sequence[str]) -> Statement:
    """Loads sales by id for `sales_parsed`. Lock their documents first."""
    return Statement(SALES, (id_array(sale_ids),))


def sales_parsed(rows: Rows) -> dict[str, SaleRow]:
    """Sales by id from the rows of `sales_statement`."""
    return {
        row[0]: SaleRow(
            row[0],
            row[1],
            row[2],
            row[3],
            {line["line"]: line["net_minor"] for line in row[4]},
            _EFFECTS.decode(row[5]),
            row[6],
            _REFUNDS.decode(row[7]),
            row[8],
            row[9],
            _COURSE.decode(row[10]) if row[10] else None,
            _USES.decode(row[11]) if row[11] else None,
        )
        for row in rows
    }


def sales_store(new: Sequence[NewSale], changed: Sequence[SaleRow]) -> list[Statement]:
    """Statements that write new sales and the refunded part of old ones."""
    statements = []
    if new:
        statements.append(_insert(new))
    if changed:
        statements.append(
            Statement(
                UPDATE_SALES,
                (
                    id_array([sale.id for sale in changed]),
                    int_array([sale.refunded_minor for sale in changed]),
                    text_array([_ENCODER.encode(sale.refunds).decode() for sale in changed]),
                    plain_array([sale.cancelled for sale in changed]),
                    text_array([_course(sale) for sale in changed]),
                    text_array([_uses(sale) for sale in changed]),
                ),
            )
        )
    touched = _touched(new, changed)
    if touched:
        params = (id_array([new_id() for _ in touched]), date_array(touched))
        statements.append(Statement(TOUCH, params))
    return statements


def _touched(new: Sequence[NewSale], changed: Sequence[SaleRow]) -> list[date]:
    """Days that are over and get other figures now; most batches have none."""
    over = days_over(clock.now())
    days = {sale.business_date for sale in new}
    days |= {sale.business_date for sale in changed if sale.business_date}
    return sorted([day for day in days if day < over])


def _insert(new: Sequence[NewSale]) -> Statement:
    rows = [sale.row for sale in new]
    return Statement(
        INSERT_SALES,
        (
            id_array([row.id for row in rows]),
            id_array([row.holder_id for row in rows]),
            word_array([sale.source for sale in new]),
            text_array([sale.document for sale in new]),
            plain_array([row.store_id for row in rows]),
            date_array([sale.business_date for sale in new]),
            instant_array([sale.occurred_at for sale in new]),
            int_array([row.net_minor for row in rows]),
            int_array([sale.freight_minor for sale in new]),
            int_array([sale.line_count for sale in new]),
            json_array([sale.lines_json for sale in new]),
            text_bytes_array([_ENCODER.encode(row.effects) for row in rows]),
            int_array([row.refunded_minor for row in rows]),
            text_array(
                [_ENCODER.encode(row.refunds).decode() if row.refunds else "[]" for row in rows]
            ),
            plain_array([row.cancelled for row in rows]),
            text_array([_course(row) for row in rows]),
            text_array([_uses(row) for row in rows]),
        ),
    )


def _course(sale: SaleRow) -> str | None:
    return None if sale.course is None else _ENCODER.encode(sale.course).decode()


def _uses(sale: SaleRow) -> str | None:
    return _ENCODER.encode(sale.uses).decode() if sale.uses else None


__all__ = [
    "NewSale",
    "days_close",
    "sales_parsed",
    "sales_statement",
    "sales_store",
]
