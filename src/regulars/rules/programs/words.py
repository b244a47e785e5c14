"""A rule in plain words, for the people who have to stand by it."""

from collections.abc import Mapping

from regulars.foundation.amounts import Rounding
from regulars.ledger.book.types import AssetView, LotPolicy
from regulars.rules.actions import action_get, followup_kinds
from regulars.rules.eventkinds.types import PREFIX
from regulars.rules.programs.asset_words import lot_in_words
from regulars.rules.programs.compiling import vocabulary
from regulars.rules.programs.condition_words import Names, condition_in_words
from regulars.rules.programs.content import Earn, EarnFlat, MultiplierContent, RuleContent
from regulars.rules.programs.kinds import declared_kind
from regulars.rules.programs.restraint_words import Restraints
from regulars.rules.programs.texts import asset_name, in_language, money, variable_called

_Words = Mapping[str, str]

TRIGGER_WORDS: dict[str, _Words] = {
    "order.paid": {"en": "For every purchase", "zh-Hans": "每次消费"},
    "member.enrolled": {"en": "For joining", "zh-Hans": "入会"},
    "visit.checked_in": {"en": "For every visit", "zh-Hans": "每次到店"},
    "activity.recorded": {"en": "For every recorded activity", "zh-Hans": "每次活动记录"},
    "topup.paid": {"en": "For every top-up", "zh-Hans": "每次充值"},
    "review.posted": {"en": "For every review", "zh-Hans": "每次评价"},
}
ROUNDING_WORDS: dict[Rounding, _Words] = {
    Rounding.FLOOR: {"en": "Fractions are dropped.", "zh-Hans": "小数舍去。"},
    Rounding.HALF_UP: {"en": "Halves are rounded up.", "zh-Hans": "四舍五入。"},
    Rounding.CEIL: {"en": "Fractions are rounded up.", "zh-Hans": "小数进一。"},
}


def rule_in_words(
    rule: RuleContent,
    language: str,
    assets: Mapping[int, AssetView] | None = None,
    currency: str | None = None,
    names: Names | None = None,
) -> str:
    """What the rule promises, in whole sentences of `language` (zh-Hans or en).

    The content must have been checked. Assets give points their names, `currency` is the
    deployment's unless named, `names` are those of stores, levels, tags and the like.
    """
    teller = _Teller(language, assets, currency, names)
    return teller.rule(rule)


def rule_parts(
    rule: RuleContent,
    language: str,
    assets: Mapping[int, AssetView] | None = None,
    currency: str | None = None,
    names: Names | None = None,
) -> dict[str, str]:
    """The same taken apart, so that two rules can be compared part by part; empty: not said."""
    return _Teller(language, assets, currency, names).parts(rule)


class _Teller:
    """Tells rules in one language."""

    def __init__(
        self,
        language: str,
        assets: Mapping[int, AssetView] | None,
        currency: str | None,
        names: Names | None,
    ) -> None:
        self._names = names
        self._chinese = language == "zh-Hans"
        self._language = "zh-Hans" if self._chinese else "en"
        self._assets = assets
        self._currency = currency

    def rule(self, rule: RuleContent) -> str:
        effect = rule.effect
        when = self._condition(rule.on, rule.when)
        start = self._start(rule.on)
        if effect is None:
            gives = self._done(rule)
        else:
            gives = (
                self._flat(effect) if isinstance(effect, EarnFlat) else self._rated(effect, rule.on)
            )
        if self._chinese:
            sentence = f"{start}{f'，若{when}' if when else ''}，{gives}。"
        else:
            sentence = f"{start}{f', if {when}' if when else ''}: {gives}."
        sentences = [sentence]
        if isinstance(effect, Earn):
            sentences += [self._multiplier(rule.on, each) for each in effect.multipliers]
            sentences.append(ROUNDING_WORDS[effect.rounding][self._language])
            sentences.append(self._after_limit(effect))
        restraints = Restraints(self._language, self._assets, self._currency, self._names)
        sentences += restraints.sentences(rule)
        if effect is not None:
            sentences.append(self._available(effect.available_after_days))
            sentences.append(self._expiry(effect.expiry))
        told = [each for each in sentences if each]
        return "".join(told) if self._chinese else " ".join(told)

    def parts(self, rule: RuleContent) -> dict[str, str]:
        effect = rule.effect
        restraints = Restraints(self._language, self._assets, self._currency, self._names)
        told = {
            "name": in_language(rule.name, self._language),
            "on": self._start(rule.on),
            "when": self._condition(rule.on, rule.when),
            "gives": self._done(rule),
            **restraints.parts(rule),
            "priority": str(rule.priority or ""),
            "group": rule.group or "",
        }
        if isinstance(effect, Earn):
            told["gives"] = self._rated(effect, rule.on)
            told["multipliers"] = " ".join(
                [self._multiplier(rule.on, each) for each in effect.multipliers]
            )
            told["rounding"] = ROUNDING_WORDS[effect.rounding][self._language]
            told["after_limit"] = self._after_limit(effect)
        elif effect is not None:
            told["gives"] = self._flat(effect)
        if effect is not None:
            told["available"] = self._available(effect.available_after_days)
            told["expiry"] = self._expiry(effect.expiry)
        return told

    def _start(self, kind: str) -> str:
        raised = followup_kinds().get(kind)
        words = raised.label if raised is not None else TRIGGER_WORDS.get(kind)
        own = declared_kind(kind) if words is None else None
        return in_language(words or (own.name if own is not None else {}), self._language) or kind

    def _done(self, rule: RuleContent) -> str:
        """What an action of another room gives, in its own words."""
        for name, params in (rule.do or {}).items():
            action = action_get(name)
            return action.words(action.check(params, "do"), self._language) or name
        return ""

    def _after_limit(self, effect: Earn) -> str:
        if effect.after_limit is None:
            return ""
        unit = money(effect.after_limit.per_minor, self._currency)
        amount = effect.after_limit.amount
        if self._chinese:
            return f"超出上限的部分每 {unit} 得 {amount}。"
        return f"Beyond a limit, {amount} for every {unit}."

    def _flat(self, effect: EarnFlat) -> str:
        name = asset_name(effect.asset, self._language, self._assets)
        return f"得 {effect.amount} {name}" if self._chinese else f"{effect.amount} {name}"

    def _rated(self, effect: Earn, kind: str) -> str:
        name = asset_name(effect.asset, self._language, self._assets)
        unit = money(effect.rate.per_minor, self._currency)
        own = declared_kind(kind)
        if own is not None and own.amount and not own.is_built_in:
            amount = variable_called(f"{PREFIX}{own.amount}", self._language)
            if self._chinese:
                return f"{amount}每 {unit} 得 {effect.rate.amount} {name}"
            return f"{name}, {effect.rate.amount} for every {unit} of {amount}"
        if self._chinese:
            return f"每实付 {unit} 得 {effect.rate.amount} {name}"
        return f"{name}, {effect.rate.amount} for every {unit} paid"

    def _multiplier(self, kind: str, multiplier: MultiplierContent) -> str:
        when = self._condition(kind, multiplier.when, with_lines=True)
        if multiplier.by is not None:
            label = variable_called(multiplier.by, self._language)
            if self._chinese:
                return f"{f'若{when}，' if when else ''}再乘以{label}。"
            return f"{f'If {when}, t' if when else 'T'}imes {label}."
        whole, part = divmod(multiplier.thousandths or 0, 1000)
        times = f"{whole}.{part:03d}".rstrip("0").rstrip(".")
        if self._chinese:
            scope = f"若{when}" if when else "一律"
            return f"{scope}，不参与累积。" if times == "0" else f"{scope}，按 {times} 倍。"
        scope = f"If {when}" if when else "Always"
        return f"{scope}, none." if times == "0" else f"{scope}, {times} times as many."

    def _condition(self, kind: str, text: str, *, with_lines: bool = False) -> str:
        """The condition in words; empty when it always holds."""
        question = vocabulary(kind, with_lines=with_lines).question(text)
        if question.condition.constant:
            return ""
        return condition_in_words(question.condition, self._language, self._currency, self._names)

    def _available(self, days: int) -> str:
        if days == 0:
            return ""
        if self._chinese:
            return f"{days} 天后可用。"
        return f"Usable after {days} day{'s' if days > 1 else ''}."

    def _expiry(self, policy: LotPolicy | None) -> str:
        """The rule's own expiry; without one the asset's holds and is told there."""
        return lot_in_words(policy, self._language) if policy is not None else ""
