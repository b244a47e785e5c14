"""What restrains a rule, in words: audience, schedule, priority, limits, groups."""

from collections.abc import Mapping

from regulars.ledger.book.types import AssetView
from regulars.rules.programs.compiling import audience_words, in_order
from regulars.rules.programs.condition_words import COMMA, WEEKDAYS, Names, condition_in_words
from regulars.rules.programs.content import (
    Content,
    GroupContent,
    GroupKind,
    LimitContent,
    RuleContent,
    ScheduleContent,
)
from regulars.rules.programs.texts import asset_name, in_language, limit_in_words

GROUP_WORDS = {
    GroupKind.STACK: {"en": "all that apply are given", "zh-Hans": "符合的全部给予"},
    GroupKind.EXCLUSIVE: {
        "en": "only the first that applies is given, in this order",
        "zh-Hans": "只给予最先符合的一项，依次为",
    },
    GroupKind.BEST_OF: {
        "en": "only the one that gives most is given",
        "zh-Hans": "只给予所得最多的一项",
    },
}


class Restraints:
    """Tells what restrains rules in one language (zh-Hans or en)."""

    def __init__(
        self,
        language: str,
        assets: Mapping[int, AssetView] | None = None,
        currency: str | None = None,
        names: Names | None = None,
    ) -> None:
        self._names = names
        self._chinese = language == "zh-Hans"
        self._language = "zh-Hans" if self._chinese else "en"
        self._assets = assets
        self._currency = currency

    def sentences(self, rule: RuleContent) -> list[str]:
        """One sentence for each restraint of a rule's own."""
        asset = rule.effect.asset if rule.effect else ""
        told = [self._audience(rule.audience)]
        if rule.schedule is not None:
            told.append(self._schedule(rule.schedule))
        told += [self.limit(each, asset) for each in rule.limits]
        return [each for each in told if each]

    def parts(self, rule: RuleContent) -> dict[str, str]:
        """The same by what is restrained; empty: not at all."""
        asset = rule.effect.asset if rule.effect else ""
        return {
            "audience": self._audience(rule.audience),
            "schedule": self._schedule(rule.schedule) if rule.schedule else "",
            "limits": " ".join([self.limit(each, asset) for each in rule.limits]),
        }

    def limit(self, limit: LimitContent, asset: str) -> str:
        """A limit as a sentence."""
        params = {
            "per": limit.per.value,
            "window": limit.window.value,
            "maximum": limit.amount or limit.times or 0,
            "times": limit.times is not None,
            "maximum_minor": limit.value_minor,
        }
        name = asset_name(limit.asset or asset, self._language, self._assets)
        words = limit_in_words(params, self._language, name, self._currency, promised=True)
        return f"{words}。" if self._chinese else f"At most {words}."

    def group(self, group: GroupContent, content: Content) -> str:
        """How the rules of a group get on, and which they are."""
        members = [
            in_language(rule.name, self._language) or rule.code
            for rule in in_order(content)
            if rule.group == group.code
        ]
        names = COMMA[self._language].join(members)
        told = GROUP_WORDS[group.kind][self._language]
        return f"{told}：{names}。" if self._chinese else f"Of these {told}: {names}."

    def _audience(self, text: str) -> str:
        condition = audience_words().question(text, "audience").condition
        if condition.constant:
            return ""
        words = condition_in_words(condition, self._language, self._currency, self._names)
        return f"仅限{words}的会员。" if self._chinese else f"Only for members of whom {words}."

    def _schedule(self, schedule: ScheduleContent) -> str:
        comma = COMMA[self._language]
        days = comma.join([WEEKDAYS[self._language][day - 1] for day in schedule.weekdays])
        hours = comma.join([f"{each.since}–{each.until}" for each in schedule.hours])
        dates = comma.join(
            [
                str(each.since) if each.since == each.until else f"{each.since} – {each.until}"
                for each in schedule.dates
            ]
        )
        told = [each for each in (dates, days, hours) if each]
        if not told:
            return ""
        return f"适用时间：{'；'.join(told)}。" if self._chinese else f"Holds on {'; '.join(told)}."
