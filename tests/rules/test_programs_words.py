"""Rules and their notes in words: why, why not, and how much more, in both languages."""

import re

import pytest

from regulars.rules.programs.checking import content_checked
from regulars.rules.programs.services import judge, rule_in_words, starter_content
from regulars.rules.programs.texts import NOTE_TEXTS, VARIABLE_NAMES
from regulars.rules.programs.types import Note
from tests.rules.promises import ASSETS, basket, content, earn, multiplier, program, rule

LANGUAGES = ("en", "zh-Hans")


def told(promise, occasion, language="en", currency="CNY"):
    return [
        note.text(language, ASSETS, currency) for note in judge(promise, occasion, ASSETS).notes
    ]


def test_a_receipt_says_why_in_both_languages():
    promise = program(
        rule("base", earn=earn(multipliers=[multiplier('line.category == "books"', 2000)])),
        rule("gift", when="order.net_minor >= 30000", earn_flat={"asset": "beans", "amount": 88}),
        rule("again", earn=earn(1, 100_000)),
    )
    occasion = basket((15_000, "books"), (10_000, "tea"))
    assert told(promise, occasion) == [
        "Earned 400 beans on ¥250.00; 150 of them by multipliers.",
        "Not this time: the amount paid is ¥250.00, ¥300.00 is needed; ¥50.00 more.",
        "0 beans on ¥250.00: ¥750.00 more would have earned the first.",
    ]
    assert told(promise, occasion, "zh-Hans") == [
        "按实付 ¥250.00 获得 400 豆，其中 150 来自倍数。",
        "未满足：实付金额为 ¥250.00，需达到 ¥300.00，还差 ¥50.00。",
        "实付 ¥250.00，获得 0 豆；再付 ¥750.00 可获得第一个。",
    ]


@pytest.mark.parametrize(
    ("currency", "shown"), [("CNY", "¥15.00"), ("JPY", "JP¥1,500"), ("KWD", "KWD\u00a01.500")]
)
def test_money_is_shown_with_its_currencys_decimals(currency, shown):
    assert told(program(rule()), basket(1500), currency=currency) == [
        f"Earned 15 beans on {shown}."
    ]


def test_counts_are_not_shown_as_money():
    promise = program(rule(when="order.line_count >= 5"))
    assert told(promise, basket(100)) == [
        "Not this time: the number of lines is 1, 5 is needed; 4 more."
    ]


def test_an_asset_unknown_to_the_reader_is_named_by_its_code():
    note = Note(
        "beans@3/base", fired=True, code="earned_flat", params={"asset": "stars", "amount": 3}
    )
    assert note.text("en") == "Earned 3 stars."
    assert note.text("zh-Hans", ASSETS) == "获得 3 stars。"


def test_a_note_of_a_later_version_is_still_shown():
    note = Note("beans@3/base", fired=False, code="moon_in_the_way", params={})
    assert note.text("en") == "moon_in_the_way"


@pytest.mark.parametrize("code", sorted(NOTE_TEXTS))
def test_every_note_has_both_languages_with_the_same_figures(code):
    english, chinese = (NOTE_TEXTS[code][language] for language in LANGUAGES)
    names = [set(re.findall(r"{(\w+)}", text)) for text in (english, chinese)]
    assert names[0] == names[1]
    assert re.search(r"[\u4e00-\u9fff]", chinese) and not re.search(r"[\u4e00-\u9fff]", english)


def test_every_variable_has_a_name_in_both_languages():
    words = {name for name, texts in VARIABLE_NAMES.items() if set(texts) == set(LANGUAGES)}
    assert words == set(VARIABLE_NAMES)
    for kind in ("order.", "business.", "line."):
        assert any(name.startswith(kind) for name in words)


def every_code_occurring():
    broken = rule("broken", when="1 / order.net_minor > 1")
    plain = program(
        rule(), rule("flat", earn_flat={"asset": "beans", "amount": 1}), rule("off", when="false"),
        rule("more", when="order.line_count > 9"), rule("other", when='order.store == "s9"'),
        rule("zero", earn=earn(multipliers=[multiplier("line.net_minor > 0", 0)])),
        rule("half", earn=earn(multipliers=[multiplier("line.net_minor > 0", 500)])),
        rule("twice", earn=earn(multipliers=[multiplier("line.net_minor > 0", 2000)])),
        rule("huge", earn=earn(10**15, 1)), broken,
    )  # fmt: skip
    for occasion in (basket(1000), basket(50), basket(0), basket(100, -1)):
        yield from judge(plain, occasion, ASSETS).notes


def test_every_note_that_occurs_can_be_told():
    notes = list(every_code_occurring())
    restrained = {"limited", "limited_then", "limit_reached", "times_reached", "outranked"}
    restrained |= {"bettered", "not_scheduled", "not_addressed", "not_considered"}
    assert {note.code for note in notes} == set(NOTE_TEXTS) - {"fact_missing"} - restrained
    for note in notes:
        for language in LANGUAGES:
            text = note.text(language, ASSETS, "CNY")
            assert text != note.code and "{" not in text
            assert "豆" in text or language == "en" or "asset" not in note.params


def words_of(**parts):
    checked = content_checked(content(rule(**parts)), ASSETS)
    return tuple(rule_in_words(checked.rules[0], each, ASSETS, "CNY") for each in LANGUAGES)


def test_the_starter_in_words():
    (base,) = content_checked(starter_content("beans"), {}).rules
    assert rule_in_words(base, "en", ASSETS, "CNY") == (
        "For every purchase: beans, 1 for every ¥1.00 paid. "
        "If the line's category is “books”, 2 times as many. Fractions are dropped."
    )
    assert rule_in_words(base, "zh-Hans", ASSETS, "CNY") == (
        "每次消费，每实付 ¥1.00 得 1 豆。若商品品类为“books”，按 2 倍。小数舍去。"
    )


TEA_OR_FEW = "the categories bought include “tea” or the number of lines is less than 3"
WORDS = [
    (
        "order.net_minor >= 10000 && business.weekday == 6",
        "the amount paid is at least ¥100.00 and the weekday is Saturday",
        "实付金额不低于¥100.00，且星期为周六",
    ),
    (
        'order.net_minor > 5000 && ("tea" in order.categories || order.line_count < 3)',
        f"the amount paid is more than ¥50.00 and ({TEA_OR_FEW})",
        "实付金额高于¥50.00，且（所购品类包含“tea”，或商品行数低于 3）",
    ),
    (
        'order.store in ["hz01", "hz02"] && !(business.month != 3)',
        "the store is one of “hz01”, “hz02” and not (the month is not 3)",
        "门店为“hz01”、“hz02”之一，且并非（月份不为 3）",
    ),
    ("100 <= order.net_minor", "the amount paid is at least ¥1.00", "实付金额不低于¥1.00"),
    (
        'order.store.startsWith("hz")',
        "“order.store.startsWith(\"hz\")”",
        "“order.store.startsWith(\"hz\")”",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("when", "english", "chinese"), WORDS, ids=[each[0] for each in WORDS])
def test_a_condition_in_words(when, english, chinese):
    flat = {"asset": "beans", "amount": 20}
    assert words_of(when=when, earn_flat=flat) == (
        f"For every purchase, if {english}: 20 beans.",
        f"每次消费，若{chinese}，得 20 豆。",
    )


EXPIRIES = [
    ({"kind": "none"}, "Valid for ever.", "永久有效。"),
    ({"kind": "after_days", "days": 30}, "Valid for 30 days.", "有效期：30 天内。"),
    ({"kind": "after_months", "months": 18}, "Valid for 18 months.", "有效期：18 个月内。"),
    (
        {"kind": "end_of_year", "years_ahead": 0},
        "Valid to the end of the year.", "有效期：至当年年底。",
    ),
    (
        {"kind": "end_of_year", "years_ahead": 1},
        "Valid to the end of the next year.", "有效期：至次年年底。",
    ),
    (
        {"kind": "end_of_year", "years_ahead": 3},
        "Valid to the end of year 3 after the year of earning.",
        "有效期：至获得之年后第 3 年年底。",
    ),
    (
        {"kind": "fixed_date", "date": "2025-12-31"},
        "Valid through 2025-12-31.", "有效期：至 2025-12-31 当日。",
    ),
    (
        {"kind": "period_end", "period": "month"},
        "Valid to the end of the month.", "有效期：至当月结束。",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("expiry", "english", "chinese"), EXPIRIES)
def test_an_expiry_in_words(expiry, english, chinese):
    flat = {"asset": "beans", "amount": 20, "expiry": expiry, "available_after_days": 7}
    assert words_of(on="member.enrolled", earn_flat=flat) == (
        f"For joining: 20 beans. Usable after 7 days. {english}",
        f"入会，得 20 豆。7 天后可用。{chinese}",
    )


def test_factors_and_roundings_in_words():
    multipliers = [
        multiplier('line.category == "tobacco"', 0),
        multiplier("business.weekday == 7", 1250),
        multiplier("true", 1500),
    ]
    english, chinese = words_of(earn=earn(2, 1000, multipliers, rounding="half_up"))
    assert english == (
        "For every purchase: beans, 2 for every ¥10.00 paid. "
        "If the line's category is “tobacco”, none. "
        "If the weekday is Sunday, 1.25 times as many. Always, 1.5 times as many. "
        "Halves are rounded up."
    )
    assert chinese == (
        "每次消费，每实付 ¥10.00 得 2 豆。若商品品类为“tobacco”，不参与累积。"
        "若星期为周日，按 1.25 倍。一律，按 1.5 倍。四舍五入。"
    )
