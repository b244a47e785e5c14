"""The choices and headings of the program editor, in the reader's language."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.foundation.webkit.pages import merchant_text, reader_language
from regulars.foundation.webkit.screens import Text
from regulars.ledger.book.types import AssetKind, AssetView
from regulars.rules.actions import followup_kinds
from regulars.rules.eventkinds.selectors import own_kinds
from regulars.rules.expressions.types import ValueType
from regulars.rules.facts import facts_known
from regulars.rules.programs.condition_words import WEEKDAYS
from regulars.rules.programs.content import AssetDeclaration, Content
from regulars.rules.programs.differences import Change, Difference
from regulars.rules.programs.forms.types import RuleForm
from regulars.rules.programs.kinds import SENT_KINDS, has_amount
from regulars.rules.programs.texts import in_language, variable_name
from regulars.rules.programs.words import TRIGGER_WORDS

CHANGES: Mapping[Change, tuple[Text, str]] = {
    Change.ADDED: (gettext_lazy("new"), "good"),
    Change.REMOVED: (gettext_lazy("removed"), "bad"),
    Change.CHANGED: (gettext_lazy("changed"), "warn"),
    Change.MOVED: (gettext_lazy("moved"), "info"),
}
SUBJECTS: Mapping[str, Text] = {
    "rule": gettext_lazy("Rule"),
    "group": gettext_lazy("Group of rules"),
    "limit": gettext_lazy("Limit of the program"),
    "asset": gettext_lazy("Asset"),
    "order": gettext_lazy("Order of the rules"),
    "program": gettext_lazy("The program"),
}
PARTS: Mapping[str, Text] = {
    "name": gettext_lazy("Name"),
    "on": gettext_lazy("When it happens"),
    "when": gettext_lazy("Condition"),
    "gives": gettext_lazy("Gives"),
    "multipliers": gettext_lazy("Times as many"),
    "rounding": gettext_lazy("Rounding"),
    "after_limit": gettext_lazy("Beyond a limit"),
    "audience": gettext_lazy("For whom"),
    "schedule": gettext_lazy("When it holds"),
    "limits": gettext_lazy("Limits"),
    "priority": gettext_lazy("Priority"),
    "group": gettext_lazy("Group"),
    "available": gettext_lazy("Usable"),
    "expiry": gettext_lazy("Valid"),
    "since": gettext_lazy("Valid from"),
    "until": gettext_lazy("Valid until"),
    "zone": gettext_lazy("Time zone"),
    "redemption": gettext_lazy("Paying with points"),
    "words": gettext_lazy("Says"),
}
WINDOWS: tuple[tuple[str, Text], ...] = (
    ("day", gettext_lazy("a day")),
    ("month", gettext_lazy("a month")),
    ("term", gettext_lazy("while the program is valid")),
    ("total", gettext_lazy("in total")),
)
SCOPES: tuple[tuple[str, Text], ...] = (
    ("member", gettext_lazy("each member")),
    ("all", gettext_lazy("all members together")),
)
MEASURES: tuple[tuple[str, Text], ...] = (
    ("amount", gettext_lazy("of what is given")),
    ("times", gettext_lazy("times")),
    ("value", gettext_lazy("worth of money (budget)")),
)
ROUNDINGS: tuple[tuple[str, Text], ...] = (
    ("floor", gettext_lazy("drop fractions")),
    ("half_up", gettext_lazy("round halves up")),
    ("ceil", gettext_lazy("round fractions up")),
)
EXPIRIES: tuple[tuple[str, Text], ...] = (
    ("", gettext_lazy("as always for this asset")),
    ("none", gettext_lazy("for ever")),
    ("after_days", gettext_lazy("so many days")),
    ("after_months", gettext_lazy("so many months")),
    ("end_of_year", gettext_lazy("to the end of a year (0: this one, 1: the next)")),
    ("fixed_date", gettext_lazy("to one date")),
    ("period_end", gettext_lazy("to the end of the period")),
)
PERIODS: tuple[tuple[str, Text], ...] = (
    ("day", gettext_lazy("day")),
    ("week", gettext_lazy("week")),
    ("month", gettext_lazy("month")),
    ("quarter", gettext_lazy("quarter")),
    ("year", gettext_lazy("year")),
)
GIVES: tuple[tuple[str, Text], ...] = (
    ("rate", gettext_lazy("so much for every amount paid")),
    ("flat", gettext_lazy("a fixed amount")),
    ("do", gettext_lazy("something else (for engineers)")),
)


def rule_choices(
    content: Content, assets: Mapping[int, AssetView], form: RuleForm
) -> dict[str, Any]:
    """All that may be chosen in the form of a rule."""
    language = reader_language()
    triggers = [(kind, in_language(TRIGGER_WORDS[kind], language)) for kind in SENT_KINDS]
    triggers += [
        (each.code, merchant_text(each.name))
        for each in own_kinds().values()
        if each.is_active or each.code == form.on
    ]
    triggers += [(each.kind, merchant_text(dict(each.label))) for each in followup_kinds().values()]
    is_rated = has_amount(form.on)
    return {
        "triggers": triggers,
        "gives": [each for each in GIVES if is_rated or each[0] != "rate"],
        "asset_options": _assets(content, assets),
        "facts": [
            (fact.name, variable_name(fact.name, language))
            for fact in facts_known().values()
            if fact.type is ValueType.INT and fact.name.endswith("multiplier")
        ],
        "roundings": ROUNDINGS,
        "expiries": EXPIRIES,
        "periods": PERIODS,
        "windows": WINDOWS,
        "scopes": SCOPES,
        "measures": MEASURES,
        "weekdays": [(str(n), name) for n, name in enumerate(WEEKDAYS[language], start=1)],
        "groups": [("", _("none"))]
        + [(each.code, merchant_text(dict(each.name)) or each.code) for each in content.groups],
    }


def _assets(content: Content, assets: Mapping[int, AssetView]) -> list[tuple[str, str]]:
    everything: list[AssetDeclaration | AssetView] = [*content.assets, *assets.values()]
    known = {
        each.code: merchant_text(dict(each.name)) or each.code
        for each in everything
        if each.kind is not AssetKind.PRINCIPAL
    }
    return list(known.items())


class FieldLine(msgspec.Struct, frozen=True):
    """One thing that is said otherwise, as it is drawn."""

    part: Text
    before: str
    after: str


class Line(msgspec.Struct, frozen=True):
    """One rule, group or other part that differs, as it is drawn."""

    change: Text
    tone: str
    subject: Text
    name: str
    words: str
    fields: tuple[FieldLine, ...]


class Differences(msgspec.Struct, frozen=True):
    """What differs between two contents of a program, in plain words: before and after."""

    template: ClassVar[str] = "rules_programs/parts/differences.html"

    lines: tuple[Line, ...]


def differences_drawn(differences: Iterable[Difference]) -> Differences:
    """Differences as a page shows them."""
    return Differences(tuple([_line(each) for each in differences]))


def _line(difference: Difference) -> Line:
    text, tone = CHANGES[difference.change]
    fields = [FieldLine(PARTS[each.part], each.before, each.after) for each in difference.fields]
    return Line(
        text,
        tone,
        SUBJECTS[difference.subject],
        difference.name,
        difference.words,
        tuple(fields),
    )
