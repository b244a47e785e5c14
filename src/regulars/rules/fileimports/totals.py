"""Reconciliation: what came in, what was rejected, and what the old system said."""

from collections.abc import Mapping, Sequence

from regulars.foundation.amounts import currency_exponent
from regulars.foundation.database.session import Unit
from regulars.foundation.errors import RegularsError, Told
from regulars.foundation.shop.selectors import shop_known
from regulars.ledger.book.services import assets_known
from regulars.rules.fileimports.drafting import PLACED, UNPLACED, Setting
from regulars.rules.fileimports.errors import MappingUnfit
from regulars.rules.fileimports.fields import asset_places
from regulars.rules.fileimports.types import PlacedLine, TotalLine
from regulars.rules.fileimports.values import amount_read

PEOPLE = "members"
MONEY = ("sales", "refunds")


def totals_compared(
    counts: Mapping[str, int], expected: Mapping[str, int]
) -> tuple[TotalLine, ...]:
    """Each figure against the old one, members first. Amounts to the minor unit and the point."""
    names = {name.partition(":")[2] for name in counts if name.startswith(("taken:", "rejected:"))}
    names |= {name for name in expected if name != PEOPLE}
    lines = [_line(PEOPLE, counts.get("taken", 0), counts.get("rejected", 0), expected)]
    for name in sorted(names):
        taken, rejected = counts.get(f"taken:{name}", 0), counts.get(f"rejected:{name}", 0)
        lines.append(_line(name, taken, rejected, expected))
    return tuple(lines)


def _line(name: str, taken: int, rejected: int, expected: Mapping[str, int]) -> TotalLine:
    old = expected.get(name)
    difference = None if old is None else old - taken
    return TotalLine(name, taken + rejected, taken, rejected, old, difference)


def placed_lines(counts: Mapping[str, int]) -> tuple[PlacedLine, ...]:
    """How many rows there are of each level and store, by field and code."""
    taken = {
        name.removeprefix(PLACED): rows for name, rows in counts.items() if name.startswith(PLACED)
    }
    not_taken = {
        name.removeprefix(UNPLACED): rows
        for name, rows in counts.items()
        if name.startswith(UNPLACED)
    }
    lines = []
    for name in sorted(taken | not_taken):
        field, _, code = name.rpartition("=")
        lines.append(PlacedLine(field, code, taken.get(name, 0), not_taken.get(name, 0)))
    return tuple(lines)


def totals_carried(setting: Setting, cells: Sequence[str]) -> dict[str, int]:
    """The old totals from the file's own row of totals, as far as it has them."""
    found: dict[str, int] = {}
    for name, asset, places in setting.amounts:
        place = setting.columns[name][0]
        text = cells[place] if place < len(cells) else ""
        try:
            amount = amount_read(text, name, places)
        except RegularsError:
            continue
        if text:
            found[asset.code] = found.get(asset.code, 0) + amount
    return found


def totals_read(unit: Unit, texts: Mapping[str, str]) -> dict[str, int]:
    """The old system's totals as a person writes them, by `members`, asset code, sales, refunds.

    Empty ones are left out. Errors: import_amount_unfit, import_mapping_unfit.
    """
    places = places_known(unit)
    found = {}
    for name, text in texts.items():
        if name not in places:
            raise MappingUnfit(
                field=name[:40], problem=Told("there is no such total", "没有这一合计")
            )
        if text.strip():
            found[name] = amount_read(text.strip(), name, places[name])
    return found


def places_known(unit: Unit) -> dict[str, int]:
    """What totals may be about, each with the decimals that people write it with."""
    exponent = currency_exponent(shop_known().currency)
    found = {PEOPLE: 0} | dict.fromkeys(MONEY, exponent)
    for asset in assets_known(unit).values():
        found[asset.code] = asset_places(asset, exponent)
    return found


def total_text(amount: int | None, places: int) -> str:
    """A total as people write it: 1234.50."""
    if amount is None:
        return "–"
    sign = "-" if amount < 0 else ""
    whole, part = divmod(abs(amount), 10**places)
    return f"{sign}{whole:,}" + (f".{part:0{places}d}" if places else "")
