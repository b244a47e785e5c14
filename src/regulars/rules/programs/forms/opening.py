"""A rule opened as a form. Nothing of the rule is lost: what has no field stands as text."""

import msgspec

from regulars.ledger.book.types import (
    AfterDays,
    AfterMonths,
    EndOfYear,
    FixedDate,
    LotPolicy,
    PeriodEnd,
)
from regulars.rules.programs.content import Earn, EarnFlat, LimitContent, RuleContent
from regulars.rules.programs.forms.numbers import decimal_plain
from regulars.rules.programs.forms.setting import AUDIENCE, Setting, condition_form
from regulars.rules.programs.forms.types import (
    ConditionForm,
    ExpiryForm,
    LimitForm,
    MultiplierForm,
    RuleForm,
    Span,
)

THOUSANDTHS = 3


def rule_opened(rule: RuleContent, setting: Setting) -> RuleForm:
    """The form of a rule, every field as a person would have typed it."""
    effect, schedule = rule.effect, rule.schedule
    form = RuleForm(
        code=rule.code,
        name_zh=rule.name.get("zh-Hans", ""),
        name_en=rule.name.get("en", ""),
        on=rule.on,
        when=condition_form(rule.when, rule.on, setting),
        audience=condition_form(rule.audience, AUDIENCE, setting),
        weekdays=tuple([str(day) for day in schedule.weekdays]) if schedule else (),
        hours=tuple([Span(each.since, each.until) for each in schedule.hours]) if schedule else (),
        dates=tuple(
            [Span(each.since.isoformat(), each.until.isoformat()) for each in schedule.dates]
        )
        if schedule
        else (),
        priority=str(rule.priority) if rule.priority else "",
        group=rule.group or "",
        limits=tuple([_limit(each, rule, setting) for each in rule.limits]),
    )
    if effect is None:
        do = msgspec.json.format(msgspec.json.encode(rule.do or {}), indent=2).decode()
        return msgspec.structs.replace(form, gives="do", do=do)
    given = _rated(effect, rule.on, setting) if isinstance(effect, Earn) else _flat(effect, setting)
    later = str(effect.available_after_days) if effect.available_after_days else ""
    return msgspec.structs.replace(
        form,
        asset=effect.asset,
        expiry=_expiry(effect.expiry),
        available_after_days=later,
        **given,
    )


def _flat(effect: EarnFlat, setting: Setting) -> dict[str, object]:
    amount = decimal_plain(effect.amount, setting.scale(effect.asset))
    return {"gives": "flat", "amount": amount}


def _rated(effect: Earn, kind: str, setting: Setting) -> dict[str, object]:
    scale, after = setting.scale(effect.asset), effect.after_limit
    return {
        "gives": "rate",
        "amount": decimal_plain(effect.rate.amount, scale),
        "per": decimal_plain(effect.rate.per_minor, setting.exponent),
        "rounding": effect.rounding.value,
        "multipliers": tuple(
            [
                MultiplierForm(
                    when=_lines(each.when, kind, setting),
                    times=""
                    if each.thousandths is None
                    else decimal_plain(each.thousandths, THOUSANDTHS),
                    by=each.by or "",
                )
                for each in effect.multipliers
            ]
        ),
        "after_amount": decimal_plain(after.amount, scale) if after else "",
        "after_per": decimal_plain(after.per_minor, setting.exponent) if after else "",
    }


def _lines(text: str, kind: str, setting: Setting) -> ConditionForm:
    return condition_form(text, kind, setting, with_lines=True)


def _limit(limit: LimitContent, rule: RuleContent, setting: Setting) -> LimitForm:
    asset = limit.asset or (rule.effect.asset if rule.effect else "")
    if limit.amount is not None:
        what, most = "amount", decimal_plain(limit.amount, setting.scale(asset))
    elif limit.value_minor is not None:
        what, most = "value", decimal_plain(limit.value_minor, setting.exponent)
    else:
        what, most = "times", str(limit.times or "")
    return LimitForm(limit.per.value, limit.window.value, what, most, limit.asset or "")


def _expiry(policy: LotPolicy | None) -> ExpiryForm:
    if policy is None:
        return ExpiryForm()
    if isinstance(policy, AfterDays):
        return ExpiryForm("after_days", number=str(policy.days))
    if isinstance(policy, AfterMonths):
        return ExpiryForm("after_months", number=str(policy.months))
    if isinstance(policy, EndOfYear):
        return ExpiryForm("end_of_year", number=str(policy.years_ahead))
    if isinstance(policy, FixedDate):
        return ExpiryForm("fixed_date", date=policy.date.isoformat())
    if isinstance(policy, PeriodEnd):
        return ExpiryForm("period_end", period=policy.period)
    return ExpiryForm("none")
