"""What an import speaks of, by the names that people know: states, totals, what values become."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.foundation.database.session import Unit
from regulars.foundation.webkit.pages import merchant_text
from regulars.foundation.webkit.screens import Text
from regulars.foundation.webkit.tables import Tone
from regulars.ledger.book.selectors import assets_known
from regulars.rules.fileimports.meanings import NONE
from regulars.rules.fileimports.types import MEMBERS, FieldView, PlacedLine

STATES: dict[str, tuple[Text, Tone]] = {
    "added": (gettext_lazy("not checked"), "quiet"),
    "checked": (gettext_lazy("checked"), ""),
    "running": (gettext_lazy("running"), "warn"),
    "finished": (gettext_lazy("finished"), "good"),
    "undoing": (gettext_lazy("being undone"), "warn"),
    "undone": (gettext_lazy("undone"), "quiet"),
    "discarded": (gettext_lazy("discarded"), "quiet"),
}
MONEY: dict[str, Text] = {
    "sales": gettext_lazy("Sales"),
    "refunds": gettext_lazy("Refunds"),
}


def state_name(state: str) -> Text:
    """Where an import stands."""
    return STATES[state][0]


def total_names(unit: Unit, kind: str) -> dict[str, Text]:
    """What totals are about."""
    assets = {each.code: merchant_text(dict(each.name)) for each in assets_known(unit).values()}
    return {**assets, **MONEY, MEMBERS: _("Members") if kind == MEMBERS else _("Rows")}


def placed_name(line: PlacedLine, fields: Sequence[FieldView]) -> str:
    """What a level or a store of the file became."""
    for field in fields:
        for choice in field.choices if field.name == line.field else ():
            if choice.code == line.becomes:
                return merchant_text(dict(choice.label)) or choice.code
    return _("left empty") if line.becomes == NONE else _("rejected")
