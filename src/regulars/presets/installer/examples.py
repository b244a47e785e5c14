"""What a member would get by a package's programs for one ordinary sale: judged, not guessed."""

from pathlib import Path
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from regulars.foundation.installing import Part
from regulars.foundation.shop.selectors import shop_known
from regulars.foundation.webkit.numbers import amount_text, money_shown
from regulars.foundation.webkit.pages import merchant_text
from regulars.ledger.book.types import AssetKind
from regulars.presets.installer.packages import SHELF, package_read
from regulars.presets.installer.types import Texts
from regulars.rules.programs.services import Sample, part_content, sample_judged

SALE_MINOR = 12_800


class Example(msgspec.Struct, frozen=True):
    """One thing a member gets for the sale: how much of what, by language, and of which kind."""

    amount: int
    name: Texts
    kind: AssetKind


def package_example(code: str, shelf: Path = SHELF) -> tuple[Example, ...]:
    """What a sale of 128.00 gives a new member by all programs of a package together."""
    parts = package_read(code, shelf).parts
    declared = [part for section, part in parts if section == "assets"]
    given: dict[str, Example] = {}
    for section, part in parts:
        if section == "programs":
            for each in _by_program(part, declared):
                before = given.get(each.name["en"])
                amount = each.amount + (before.amount if before else 0)
                given[each.name["en"]] = Example(amount, each.name, each.kind)
    return tuple(given.values())


def example_told(code: str, shelf: Path = SHELF) -> str:
    """The same as a sentence for the reader: a sale of ¥128.00 brings a new member so much more."""
    given = [
        f"{amount_text(each.amount)} {merchant_text(each.name)}"
        for each in package_example(code, shelf)
    ]
    joint = _(", ")
    return _("Example: a sale of %(sale)s brings a member %(given)s.") % {
        "sale": money_shown(SALE_MINOR, shop_known().currency),
        "given": joint.join(given) or _("nothing yet"),
    }


def _by_program(part: Part, declared: list[Part]) -> list[Example]:
    content: dict[str, Any] = part_content(part)
    own = {each["code"] for each in content["assets"]}
    content["assets"] = [
        *content["assets"],
        *[each for each in declared if each["code"] not in own],
    ]
    found = sample_judged(
        code=part["code"], content=content, assets={}, sample=Sample(net_minor=SALE_MINOR)
    )
    return [Example(each.amount, each.asset.name, each.asset.kind) for each in found.gains]
