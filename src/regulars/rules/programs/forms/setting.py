"""What a form needs to know of the shop to be read and written: money, assets, variables."""

from collections.abc import Iterable, Mapping

import msgspec

from regulars.foundation.amounts import currency_exponent
from regulars.foundation.errors import RegularsError
from regulars.ledger.book.types import AssetView
from regulars.rules.expressions.types import Node, ValueType
from regulars.rules.programs.compiling import audience_words, vocabulary
from regulars.rules.programs.content import AssetDeclaration
from regulars.rules.programs.forms.conditions import condition_asks
from regulars.rules.programs.forms.types import Asks, ConditionForm
from regulars.rules.programs.kinds import is_trigger

AUDIENCE = ""


class Setting(msgspec.Struct, frozen=True):
    """The shop's currency, and the decimals in which each asset is typed, by its code."""

    currency: str
    scales: Mapping[str, int] = {}

    @property
    def exponent(self) -> int:
        """The decimals of money."""
        return currency_exponent(self.currency)

    def scale(self, asset: str) -> int:
        """The decimals in which amounts of this asset are typed."""
        return self.scales.get(asset, 0)


def setting_of(
    currency: str, assets: Iterable[AssetView], declared: Iterable[AssetDeclaration] = ()
) -> Setting:
    """The setting with these assets, those included that a draft declares."""
    exponent = currency_exponent(currency)
    scales = {each.code: exponent if each.currency else each.scale for each in declared}
    scales |= {each.code: exponent if each.currency else each.scale for each in assets}
    return Setting(currency, scales)


def types_of(kind: str, *, with_lines: bool = False) -> dict[str, ValueType]:
    """The variables that a condition of this kind may read; of an audience with kind ''."""
    if kind == AUDIENCE:
        return audience_words().types
    if not is_trigger(kind):
        return {}
    return vocabulary(kind, with_lines=with_lines).types


def tree_of(text: str, kind: str, *, with_lines: bool = False) -> Node | None:
    """An expression's tree; None while it can't be read."""
    words = audience_words() if kind == AUDIENCE else None
    if words is None and not is_trigger(kind):
        return None
    try:
        question = (words or vocabulary(kind, with_lines=with_lines)).question(text)
    except RegularsError:
        return None
    return question.condition.tree


def asks_of(text: str, kind: str, setting: Setting, *, with_lines: bool = False) -> Asks | None:
    """The lines of an expression; None when it can't be read or says more than lines can."""
    tree = tree_of(text, kind, with_lines=with_lines)
    if tree is None:
        return None
    return condition_asks(tree, types_of(kind, with_lines=with_lines), setting.currency)


def condition_form(
    text: str, kind: str, setting: Setting, *, with_lines: bool = False
) -> ConditionForm:
    """An expression as a form: lines where it is lines, else the text itself."""
    asks = asks_of(text, kind, setting, with_lines=with_lines)
    if asks is None:
        return ConditionForm(text=text, as_text=True)
    return ConditionForm(asks=asks, text=text)
