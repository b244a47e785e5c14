"""A form written as a rule, or all that is wrong with it, each problem at its field."""

from typing import Any

import msgspec

from regulars.rules.programs.content import CODE_PATTERN
from regulars.rules.programs.forms.conditions import LineWrong, condition_text
from regulars.rules.programs.forms.numbers import decimal_read
from regulars.rules.programs.forms.opening import THOUSANDTHS
from regulars.rules.programs.forms.setting import AUDIENCE, Setting, asks_of, types_of
from regulars.rules.programs.forms.types import (
    ConditionForm,
    ExpiryForm,
    LimitForm,
    Problem,
    RuleForm,
)

ALWAYS = "true"
WEEKDAYS = frozenset("1234567")

_EMPTY = {"en": "Fill this in.", "zh-Hans": "请填写此项。"}
_NUMBER = {
    "en": "Write a whole number of at least 1.",
    "zh-Hans": "请填写不小于 1 的整数。",
}
_MONEY = {
    "en": "Write an amount above zero, such as 1 or 12.50.",
    "zh-Hans": "请填写大于零的金额，如 1 或 12.50。",
}
_TIMES = {
    "en": "Write how many times, such as 2 or 1.5; 0 excludes.",
    "zh-Hans": "请填写倍数，如 2 或 1.5；0 表示不参与。",
}
_JSON = {
    "en": "This is not written as it must be: braces, quotation marks and commas.",
    "zh-Hans": "格式有误：请检查花括号、引号和逗号。",
}


class Writing:
    """Writes one form; `problems` collects what is wrong with it."""

    def __init__(self, form: RuleForm, setting: Setting) -> None:
        self.problems: list[Problem] = []
        self._form = form
        self._setting = setting

    def rule(self) -> dict[str, Any]:
        """The rule as plain values, as programs keep them. Worth nothing with problems."""
        form = self._form
        name = {"zh-Hans": form.name_zh.strip(), "en": form.name_en.strip()}
        rule: dict[str, Any] = {
            "code": form.code.strip(),
            "name": {language: text for language, text in name.items() if text},
            "on": form.on,
            "when": self._condition(form.when, form.on, "when"),
            "audience": self._condition(form.audience, AUDIENCE, "audience"),
            "priority": self._priority(form.priority),
        }
        if not rule["name"]:
            self._wrong("name_zh", _EMPTY)
        if form.gives == "do":
            rule["do"] = self._json(form.do)
        elif form.gives == "flat":
            rule["earn_flat"] = self._given({"amount": self._amount(form.amount, "amount")})
        else:
            rule["earn"] = self._given(self._rated())
        if schedule := self._schedule():
            rule["schedule"] = schedule
        if form.group:
            rule["group"] = form.group
        if form.limits:
            rule["limits"] = [self._limit(each, place) for place, each in enumerate(form.limits)]
        return rule

    def _wrong(self, field: str, text: dict[str, str]) -> None:
        self.problems.append(Problem(field, text))

    def _condition(
        self, form: ConditionForm, kind: str, field: str, *, with_lines: bool = False
    ) -> str:
        if form.as_text:
            return form.text.strip() or ALWAYS
        same = asks_of(form.text, kind, self._setting, with_lines=with_lines) if form.text else None
        if same is not None and same == form.asks:
            return form.text
        try:
            types = types_of(kind, with_lines=with_lines)
            return condition_text(form.asks, types, self._setting.currency)
        except LineWrong as wrong:
            english, chinese = wrong.text["en"], wrong.text["zh-Hans"]
            told = {"en": f"{english[:1].upper()}{english[1:]}.", "zh-Hans": f"{chinese}。"}
            self._wrong(f"{field}.{wrong.place}", told)
            return ALWAYS

    def _given(self, effect: dict[str, Any]) -> dict[str, Any]:
        form = self._form
        if not form.asset:
            self._wrong("asset", _EMPTY)
        given: dict[str, Any] = {"asset": form.asset, **effect}
        if form.available_after_days.strip():
            days = self._whole(form.available_after_days, "available_after_days", least=0)
            given["available_after_days"] = days
        if expiry := self._expiry(form.expiry):
            given["expiry"] = expiry
        return given

    def _rated(self) -> dict[str, Any]:
        form = self._form
        rated: dict[str, Any] = {
            "rate": {
                "amount": self._amount(form.amount, "amount"),
                "per_minor": self._money(form.per, "per"),
            },
            "rounding": form.rounding,
        }
        multipliers = []
        for place, each in enumerate(form.multipliers):
            field = f"multipliers.{place}"
            told: dict[str, Any] = {
                "when": self._condition(each.when, form.on, f"{field}.when", with_lines=True)
            }
            if each.by:
                told["by"] = each.by
            else:
                told["thousandths"] = self._times(each.times, f"{field}.times")
            multipliers.append(told)
        if multipliers:
            rated["multipliers"] = multipliers
        if form.after_amount.strip() or form.after_per.strip():
            rated["after_limit"] = {
                "amount": self._amount(form.after_amount, "after_amount"),
                "per_minor": self._money(form.after_per, "after_per"),
            }
        return rated

    def _expiry(self, form: ExpiryForm) -> dict[str, Any] | None:
        if not form.kind:
            return None
        policy: dict[str, Any] = {"kind": form.kind}
        if form.kind == "after_days":
            policy["days"] = self._whole(form.number, "expiry.number")
        elif form.kind == "after_months":
            policy["months"] = self._whole(form.number, "expiry.number")
        elif form.kind == "end_of_year":
            policy["years_ahead"] = self._whole(form.number or "0", "expiry.number", least=0)
        elif form.kind == "fixed_date":
            policy["date"] = form.date
            if not form.date:
                self._wrong("expiry.date", _EMPTY)
        elif form.kind == "period_end":
            policy["period"] = form.period or "month"
        return policy

    def _schedule(self) -> dict[str, Any]:
        form = self._form
        schedule: dict[str, Any] = {}
        if form.weekdays:
            schedule["weekdays"] = sorted({int(day) for day in form.weekdays if day in WEEKDAYS})
        for field, spans in (("hours", form.hours), ("dates", form.dates)):
            if spans:
                schedule[field] = [{"since": each.since, "until": each.until} for each in spans]
            for place, each in enumerate(spans):
                if not each.since or not each.until:
                    self._wrong(f"{field}.{place}", _EMPTY)
        return schedule

    def _limit(self, form: LimitForm, place: int) -> dict[str, Any]:
        limit: dict[str, Any] = {"per": form.per, "window": form.window}
        field = f"limits.{place}.most"
        if form.what == "value":
            limit["value_minor"] = self._money(form.most, field)
        elif form.what == "times":
            limit["times"] = self._whole(form.most, field)
        else:
            limit["amount"] = self._amount(form.most, field)
        if form.asset:
            limit["asset"] = form.asset
        return limit

    def _json(self, text: str) -> Any:
        try:
            return msgspec.json.decode(text.encode("utf-8", "replace"))
        except msgspec.DecodeError:
            self._wrong("do", _JSON)
            return {}

    def _priority(self, text: str) -> int:
        if not text.strip():
            return 0
        number = decimal_read(text, 0)
        if number is None:
            self._wrong("priority", {"en": "Write a whole number.", "zh-Hans": "请填写整数。"})
        return number or 0

    def _amount(self, text: str, field: str) -> int:
        return self._positive(text, self._setting.scale(self._form.asset), field, _NUMBER)

    def _money(self, text: str, field: str) -> int:
        return self._positive(text, self._setting.exponent, field, _MONEY)

    def _positive(self, text: str, scale: int, field: str, problem: dict[str, str]) -> int:
        number = decimal_read(text, scale)
        if number is None or number < 1:
            self._wrong(field, problem)
            return 1
        return number

    def _whole(self, text: str, field: str, *, least: int = 1) -> int:
        number = decimal_read(text, 0)
        if number is None or number < least:
            self._wrong(field, _NUMBER if least else _EMPTY)
            return least
        return number

    def _times(self, text: str, field: str) -> int:
        number = decimal_read(text, THOUSANDTHS)
        if number is None or number < 0:
            self._wrong(field, _TIMES)
            return 0
        return number


def rule_written(form: RuleForm, setting: Setting) -> tuple[dict[str, Any], list[Problem]]:
    """The rule that a form says, as plain values, and all that is wrong with the form."""
    writing = Writing(form, setting)
    return writing.rule(), writing.problems


def code_proposed(name: str, taken: set[str]) -> str:
    """A rule's code from its English name: letters, digits and hyphens, not used yet."""
    letters = [each if each.isascii() and each.isalnum() else "-" for each in name.lower()]
    base = "-".join([part for part in "".join(letters).split("-") if part])[:32] or "rule"
    if base not in taken:
        return base
    number = 2
    while f"{base}-{number}" in taken:
        number += 1
    return f"{base}-{number}"


__all__ = ["CODE_PATTERN", "code_proposed", "rule_written"]
