"""Programs and baskets in few words, for tests of the engine without a database."""

from datetime import UTC, date, datetime
from typing import Any

from regulars.ledger.book.types import (
    AssetKind,
    AssetView,
    EndOfYear,
    ExpiryPolicy,
    Shortfall,
    SpendOrder,
)
from regulars.rules.programs.checking import content_checked
from regulars.rules.programs.compiling import program_compiled
from regulars.rules.programs.types import LineFact, Occasion

NOON = datetime(2025, 3, 1, 4, tzinfo=UTC)
DAY = date(2025, 3, 1)  # a Saturday
NAMES = {"en": "Rule", "zh-Hans": "规则"}


def asset(code="beans", number=7, **more: Any) -> AssetView:
    values: dict[str, Any] = {
        "id": number,
        "code": code,
        "name": {"en": code, "zh-Hans": {"beans": "豆"}.get(code, code)},
        "kind": AssetKind.POINTS,
        "currency": "",
        "scale": 0,
        "spend_order": SpendOrder.EARLIEST_EXPIRY,
        "expiry": ExpiryPolicy(EndOfYear(1)),
        "shortfall": Shortfall.DEBT,
        "transferable": False,
        "time_zone": "Asia/Shanghai",
    }
    return AssetView(**{**values, **more})


BEANS = asset()
ASSETS = {BEANS.id: BEANS}


def multiplier(when, thousandths):
    return {"when": when, "thousandths": thousandths}


def earn(amount=1, per_minor=100, multipliers=(), **more):
    rate = {"amount": amount, "per_minor": per_minor}
    return {"asset": "beans", "rate": rate, "multipliers": list(multipliers), **more}


def rule(code="base", on="order.paid", **parts):
    if not {"earn", "earn_flat"} & set(parts):
        parts["earn"] = earn()
    return {"code": code, "name": NAMES, "on": on, **parts}


def content(*rules, **parts):
    return {
        "name": {"en": "Beans", "zh-Hans": "豆豆"},
        "time_zone": "Asia/Shanghai",
        "rules": list(rules) or [rule()],
        **parts,
    }


def content_of(*rules, **parts):
    return content_checked(content(*rules, **parts), ASSETS)


def program(*rules, assets=None, **parts):
    known = ASSETS if assets is None else assets
    return program_compiled(
        content=content_checked(content(*rules, **parts), known),
        version_id="01900000-0000-7000-8000-000000000001",
        code="beans",
        version=3,
        valid_from=datetime(2020, 1, 1, tzinfo=UTC),
        valid_until=None,
        assets=known,
    )


def line(number, net_minor, category="", quantity=1, sku=""):
    return LineFact(str(number), sku, category, quantity, net_minor)


def basket(*lines, day=DAY, kind="order.paid", base_minor=None, **facts):
    """An order of these lines, each a net amount or (net amount, category)."""
    rows = [
        line(number, *(each if isinstance(each, tuple) else (each,)))
        for number, each in enumerate(lines, start=1)
    ]
    return Occasion(
        kind=kind,
        facts={"order.store": "s1", **facts},
        base_minor=sum(row.net_minor for row in rows) if base_minor is None else base_minor,
        lines=tuple(rows),
        occurred_at=NOON,
        business_date=day,
    )
