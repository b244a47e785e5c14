"""A receipt as the customer gets it, for who sets what stands on it: an example on paper."""

from collections.abc import Sequence
from typing import ClassVar

import msgspec
from django.utils.translation import gettext as _

from regulars.commerce.counter.types import CounterRules, PrintLine, printed_lines
from regulars.foundation.shop.selectors import shop_known
from regulars.foundation.webkit.blocks import Card
from regulars.foundation.webkit.numbers import money_shown
from regulars.foundation.webkit.pages import merchant_text

NUMBER = "1-000128"
TOTAL_MINOR = 12_800
RULE = PrintLine(is_rule=True)


class Paper(msgspec.Struct, frozen=True):
    """Lines on paper, black on white in either theme."""

    template: ClassVar[str] = "commerce_counter/paper.html"

    lines: Sequence[PrintLine]


def receipt_sample(store_name: str, rules: CounterRules) -> Card:
    """What customers of a store read on each receipt, above and below the sale itself."""
    shop = shop_known()
    name = merchant_text(shop.name)
    lines = [PrintLine(name, is_strong=True, is_centred=True)] if name else []
    lines.append(PrintLine(store_name, is_strong=not name, is_centred=True))
    lines += [PrintLine(each, is_centred=True) for each in printed_lines(rules.head)]
    lines += [
        RULE,
        PrintLine(_("Receipt"), NUMBER),
        PrintLine(_("To pay"), money_shown(TOTAL_MINOR, shop.currency), is_strong=True),
    ]
    if foot := printed_lines(rules.foot):
        lines += [RULE, *[PrintLine(each, is_centred=True) for each in foot]]
    lead = _("A receipt of this store, as it is set now.")
    return Card(_("What members see"), (Paper(lines),), lead=lead)
