"""What a program declares of its assets, in plain words: how long they hold, what a return does."""

from collections.abc import Mapping

from regulars.ledger.book.types import (
    AfterDays,
    AfterMonths,
    EndOfYear,
    FixedDate,
    Inactivity,
    LotPolicy,
    PeriodEnd,
    Shortfall,
)
from regulars.rules.programs.content import AssetDeclaration

_Words = Mapping[str, str]

PERIOD_WORDS: dict[str, _Words] = {
    "day": {"en": "day", "zh-Hans": "日"},
    "week": {"en": "week", "zh-Hans": "周"},
    "month": {"en": "month", "zh-Hans": "月"},
    "quarter": {"en": "quarter", "zh-Hans": "季度"},
    "year": {"en": "year", "zh-Hans": "年"},
}
SHORTFALL_WORDS: dict[Shortfall, _Words] = {
    Shortfall.DEBT: {
        "en": "If a return finds too little, the member owes it.",
        "zh-Hans": "退货扣回不足时，由会员欠下。",
    },
    Shortfall.WRITE_OFF: {
        "en": "If a return finds too little, the shop writes it off.",
        "zh-Hans": "退货扣回不足时，由商家核销。",
    },
}
TRANSFER_WORDS: _Words = {
    "en": "Members can pass it on.",
    "zh-Hans": "会员之间可以转赠。",
}


def asset_in_words(asset: AssetDeclaration, language: str) -> str:
    """How long it holds, what a return that finds too little does, whether it can be passed on."""
    told = [lot_in_words(asset.expiry.lot, language)]
    if asset.expiry.inactivity is not None:
        told.append(_inactivity(asset.expiry.inactivity, language))
    told.append(SHORTFALL_WORDS[asset.shortfall][language])
    if asset.transferable:
        told.append(TRANSFER_WORDS[language])
    return ("" if language == "zh-Hans" else " ").join(told)


def lot_in_words(policy: LotPolicy, language: str) -> str:
    """How long what is earned holds, as a sentence of `language` (zh-Hans or en)."""
    is_chinese = language == "zh-Hans"
    if isinstance(policy, AfterDays):
        chinese, english = f"{policy.days} 天内", f"for {policy.days} days"
    elif isinstance(policy, AfterMonths):
        chinese, english = f"{policy.months} 个月内", f"for {policy.months} months"
    elif isinstance(policy, EndOfYear):
        chinese = f"至获得之年后第 {policy.years_ahead} 年年底"
        english = f"to the end of year {policy.years_ahead} after the year of earning"
        if policy.years_ahead < 2:
            chinese = ("至当年年底", "至次年年底")[policy.years_ahead]
            english = ("to the end of the year", "to the end of the next year")[policy.years_ahead]
    elif isinstance(policy, FixedDate):
        chinese, english = f"至 {policy.date} 当日", f"through {policy.date}"
    elif isinstance(policy, PeriodEnd):
        period = PERIOD_WORDS[policy.period][language]
        chinese, english = f"至当{period}结束", f"to the end of the {period}"
    else:
        return "永久有效。" if is_chinese else "Valid for ever."
    return f"有效期：{chinese}。" if is_chinese else f"Valid {english}."


def _inactivity(rule: Inactivity, language: str) -> str:
    count, chinese, english = rule.days, "天", "day"
    if rule.months:
        count, chinese, english = rule.months, "个月", "month"
    if language == "zh-Hans":
        return f"连续 {count} {chinese}无变动时清零。"
    return f"Ends after {count} {english}{'s' if count > 1 else ''} without movement."
