"""The sentences by which a rule explains itself, in both languages."""

import re
from collections.abc import Mapping
from typing import Any

from regulars.foundation.errors import DEFAULT_LANGUAGE
from regulars.foundation.shop.selectors import shop_known
from regulars.foundation.webkit.numbers import money_shown
from regulars.ledger.book.types import AssetView
from regulars.rules.actions import followup_kinds, notes_known
from regulars.rules.eventkinds.selectors import declared_kinds
from regulars.rules.eventkinds.types import PREFIX
from regulars.rules.facts import facts_known

_EXPLAINED = re.compile(r"(, [a-z]+)? ?[(（][^()（）]*[)）]$")

NOTE_TEXTS: dict[str, dict[str, str]] = {
    "earned": {
        "en": "Earned {amount} {asset} on {base}.",
        "zh-Hans": "按实付 {base} 获得 {amount} {asset}。",
    },
    "earned_more": {
        "en": "Earned {amount} {asset} on {base}; {extra} of them by multipliers.",
        "zh-Hans": "按实付 {base} 获得 {amount} {asset}，其中 {extra} 来自倍数。",
    },
    "earned_less": {
        "en": "Earned {amount} {asset} on {base}; {fewer} fewer, because part of it counts less.",
        "zh-Hans": "按实付 {base} 获得 {amount} {asset}；部分商品少计 {fewer}。",
    },
    "earned_flat": {
        "en": "Earned {amount} {asset}.",
        "zh-Hans": "获得 {amount} {asset}。",
    },
    "below_first": {
        "en": "0 {asset} on {base}: {more} more would have earned the first.",
        "zh-Hans": "实付 {base}，获得 0 {asset}；再付 {more} 可获得第一个。",
    },
    "excluded": {
        "en": "0 {asset} on {base}: what was bought is excluded.",
        "zh-Hans": "实付 {base}，获得 0 {asset}：所购商品不参与累积。",
    },
    "more_needed": {
        "en": "Not this time: {variable} is {found}, {needed} is needed; {missing} more.",
        "zh-Hans": "未满足：{variable}为 {found}，需达到 {needed}，还差 {missing}。",
    },
    "condition_unmet": {
        "en": "Not this time: the rule's condition was not met.",
        "zh-Hans": "未满足规则条件。",
    },
    "limited": {
        "en": "Earned {amount} {asset} on {base}: {limit} was reached, {cut} fewer.",
        "zh-Hans": "按实付 {base} 获得 {amount} {asset}：已达{limit}，少计 {cut}。",
    },
    "limited_then": {
        "en": "Earned {amount} {asset} on {base}: {inside} on the first {inside_paid}, with which "
        "{limit} was reached, and {beyond} on the other {beyond_paid} at the ordinary rate.",
        "zh-Hans": "按实付 {base} 获得 {amount} {asset}：前 {inside_paid} 得 {inside}，"
        "已达{limit}；其余 {beyond_paid} 按普通比例得 {beyond}。",
    },
    "limit_reached": {
        "en": "0 {asset}: {limit} is reached or leaves only {left}; {cut} would have been given.",
        "zh-Hans": "获得 0 {asset}：已达{limit}或仅余 {left}；本应得 {cut}。",
    },
    "times_reached": {
        "en": "Not this time: the limit of {maximum} times is reached.",
        "zh-Hans": "未给予：已达 {maximum} 次上限。",
    },
    "outranked": {
        "en": "Not applied: only one rule of the group counts, and “{winner}” came first.",
        "zh-Hans": "未适用：同组规则只取其一，“{winner}”优先。",
    },
    "bettered": {
        "en": "Not applied: “{winner}” was better, {best} {asset} instead of {amount}.",
        "zh-Hans": "未适用：“{winner}”更优，得 {best} {asset}，本规则为 {amount}。",
    },
    "not_scheduled": {
        "en": "Not this time: the rule doesn't hold on this day or at this hour.",
        "zh-Hans": "未满足：不在规则的适用日期或时段内。",
    },
    "not_addressed": {
        "en": "Not this time: the rule is for other members.",
        "zh-Hans": "未满足：会员不在规则的适用人群内。",
    },
    "not_considered": {
        "en": "{count} more rules are about other shops, goods or days.",
        "zh-Hans": "另有 {count} 条规则针对其他门店、商品或日期。",
    },
    "switched_off": {
        "en": "This rule is switched off.",
        "zh-Hans": "该规则已停用。",
    },
    "evaluation_failed": {
        "en": "The rule's condition has no answer here ({problem}), so the rule was left out.",
        "zh-Hans": "规则条件在此无法判断（{problem}），已跳过该规则。",
    },
    "fact_missing": {
        "en": "The rule needs to know “{fact}”, which was not available, so it was left out.",
        "zh-Hans": "规则需要“{fact}”，但当前无法取得，已跳过该规则。",
    },
    "negative_base": {
        "en": "0 {asset}: a line of the order is negative, so the rule was left out.",
        "zh-Hans": "获得 0 {asset}：订单中有负数明细，已跳过该规则。",
    },
    "amount_too_large": {
        "en": "The rule would give more {asset} than one entry can hold, so it was left out.",
        "zh-Hans": "规则将发放的 {asset} 超出单笔上限，已跳过该规则。",
    },
}

# Words of sentences that are amounts of money, by the figure they come from.
AMOUNTS = {
    "base": "base_minor",
    "more": "more_minor",
    "inside_paid": "inside_minor",
    "beyond_paid": "beyond_minor",
}

LIMIT_WORDS: dict[str, dict[str, str]] = {
    "member": {"en": "a member", "zh-Hans": "每位会员"},
    "all": {"en": "all members together", "zh-Hans": "全体会员合计"},
    "day": {"en": "a day", "zh-Hans": "每天"},
    "month": {"en": "a month", "zh-Hans": "每月"},
    "term": {"en": "while the program is valid", "zh-Hans": "方案有效期内"},
    "total": {"en": "in total", "zh-Hans": "累计"},
}

VARIABLE_NAMES: dict[str, dict[str, str]] = {
    "event.kind": {"en": "the event", "zh-Hans": "事件"},
    "event.store": {"en": "the store", "zh-Hans": "门店"},
    "order.net_minor": {"en": "the amount paid", "zh-Hans": "实付金额"},
    "order.store": {"en": "the store", "zh-Hans": "门店"},
    "order.line_count": {"en": "the number of lines", "zh-Hans": "商品行数"},
    "order.categories": {"en": "the categories bought", "zh-Hans": "所购品类"},
    "order.skus": {"en": "the items bought", "zh-Hans": "所购商品"},
    "business.weekday": {"en": "the weekday", "zh-Hans": "星期"},
    "business.month": {"en": "the month", "zh-Hans": "月份"},
    "business.day": {"en": "the day of the month", "zh-Hans": "日期"},
    "line.category": {"en": "the line's category", "zh-Hans": "商品品类"},
    "line.sku": {"en": "the line's item", "zh-Hans": "商品编码"},
    "line.net_minor": {"en": "the line's amount", "zh-Hans": "该行实付"},
    "line.quantity": {"en": "the line's quantity", "zh-Hans": "该行数量"},
}


def in_language(texts: Mapping[str, str], language: str) -> str:
    """The text in this language, else in English, else whichever there is."""
    for wanted in (language, DEFAULT_LANGUAGE, *texts):
        if texts.get(wanted):
            return texts[wanted]
    return ""


def asset_name(code: str, language: str, assets: Mapping[int, AssetView] | None) -> str:
    """The asset's name in this language, or its code while we don't know it."""
    for asset in (assets or {}).values():
        if asset.code == code:
            return in_language(asset.name, language) or code
    return code


def variable_name(name: str, language: str) -> str:
    """What a person calls a variable; a fact we have no words for keeps its name."""
    fact = facts_known().get(name)
    known: Mapping[str, str] = fact.label if fact else VARIABLE_NAMES.get(name, {})
    if not known:
        for raised in followup_kinds().values():
            if name in raised.variables:
                known = raised.variables[name][1]
    if not known and name.startswith(PREFIX):
        known = _field_name(name)
    # Of money its unit is said by the amount itself.
    told = in_language(known, language).removesuffix("（分）").removesuffix(" (minor units)")
    return told or name


def variable_called(name: str, language: str) -> str:
    """A variable's name without what is explained in brackets to who chooses it."""
    return _EXPLAINED.sub("", variable_name(name, language))


def _field_name(variable: str) -> Mapping[str, str]:
    """What a field of events is called; nothing where two kinds call it by different names."""
    named = [
        field.name
        for kind in declared_kinds()
        for field in kind.fields
        if field.variable == variable
    ]
    return named[0] if named and all(each == named[0] for each in named) else {}


def limit_in_words(
    params: Mapping[str, Any],
    language: str,
    asset: str = "",
    currency: str | None = None,
    *,
    promised: bool = False,
) -> str:
    """A limit as part of a sentence: “the limit of 50 beans for a member a day”.

    Where it is `promised` rather than reached: “50 beans for a member a day”.
    """
    chinese = language == "zh-Hans"
    per, window = (
        in_language(LIMIT_WORDS[str(params[each])], language) for each in ("per", "window")
    )
    maximum = params["maximum"]
    if params.get("maximum_minor"):
        most = money(params["maximum_minor"], currency)
    elif params.get("times"):
        most = f" {maximum} 次" if chinese else f"{maximum} time{'s' if maximum > 1 else ''}"
    else:
        most = f" {maximum} {asset}".rstrip() if chinese else f"{maximum} {asset}".rstrip()
    if chinese and promised:
        return f"{per}{window}最多 {most.strip()}"
    if chinese:
        return f"{per}{window}{most} 的上限".replace("  ", " ")
    return f"{'' if promised else 'the limit of '}{most} for {per} {window}"


def is_money(variable: str) -> bool:
    """Whether a variable's value is an amount of money."""
    return variable.endswith("_minor")


def money(amount_minor: int, currency: str | None = None) -> str:
    """An amount as people write it: ¥12.50."""
    return money_shown(amount_minor, currency or shop_known().currency)


def note_text(
    code: str,
    params: Mapping[str, Any],
    language: str = DEFAULT_LANGUAGE,
    assets: Mapping[int, AssetView] | None = None,
    currency: str | None = None,
    names: Mapping[str, Mapping[str, str]] | None = None,
) -> str:
    """The sentence of a note; an unknown code (of a later version) answers the code itself.

    `names` are those of rules, by label; without them a rule is named by its code.
    """
    texts = NOTE_TEXTS.get(code) or notes_known().get(code)
    if texts is None:
        return code
    words: dict[str, Any] = dict(params)
    if "asset" in params:
        words["asset"] = asset_name(str(params["asset"]), language, assets)
    for name, figure in AMOUNTS.items():
        if figure in params:
            words[name] = money(params[figure], currency)
    if "window" in params:
        words["limit"] = limit_in_words(params, language, words.get("asset", ""), currency)
    if "winner" in params:
        label = str(params["winner"])
        name = in_language((names or {}).get(label, {}), language)
        words["winner"] = name or label.rpartition("/")[2]
    if "variable" in params:
        variable = str(params["variable"])
        words["variable"] = variable_name(variable, language)
        if is_money(variable):
            for each in ("found", "needed", "missing"):
                words[each] = money(params[each], currency)
    return in_language(texts, language).format(**words)
