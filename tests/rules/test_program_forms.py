"""A rule opens as a form and is written from one: neither way loses anything."""

from functools import lru_cache
from string import ascii_lowercase

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from regulars.foundation.installing import sections_registered
from regulars.presets.installer.packages import package_codes, package_read
from regulars.rules.expressions.types import ValueType
from regulars.rules.facts import facts_known
from regulars.rules.programs.content import RuleContent
from regulars.rules.programs.forms.conditions import LineWrong, condition_text
from regulars.rules.programs.forms.opening import rule_opened
from regulars.rules.programs.forms.setting import Setting, asks_of, condition_form, types_of
from regulars.rules.programs.forms.types import (
    Ask,
    Asks,
    ConditionForm,
    ExpiryForm,
    Joint,
    LimitForm,
    MultiplierForm,
    Operator,
    RuleForm,
    Span,
)
from regulars.rules.programs.forms.writing import code_proposed, rule_written
from regulars.rules.programs.kinds import OF_LINES, SENT_KINDS, variables_of
from regulars.rules.programs.services import starter_content
from regulars.rules.programs.words import rule_in_words

CNY = Setting("CNY", {"beans": 0, "bonus": 2})
PLAIN = st.text(ascii_lowercase + "茶“\"\\'&|", min_size=1, max_size=6)
MONEY = st.integers(1, 10**7).map(lambda fen: _plain(fen, 2))
WHOLE = st.integers(1, 10**6).map(str)
NOTHING = Ask("", Operator.ONE_OF)
EXPIRIES = [
    ExpiryForm(),
    ExpiryForm("none"),
    ExpiryForm("after_days", number="30"),
    ExpiryForm("after_months", number="12"),
    ExpiryForm("end_of_year", number="1"),
    ExpiryForm("fixed_date", date="2026-01-31"),
    ExpiryForm("period_end", period="month"),
]
BIRTHDAY = Ask("member.birth_month", Operator.THIS_MONTH)


def _plain(number, scale):
    whole, part = divmod(number, 10**scale)
    return f"{whole}.{part:0{scale}d}" if part else str(whole)


def asking(name, kind):
    """Lines about one variable, as a person may fill them in."""
    if kind is ValueType.BOOL:
        return st.sampled_from([Ask(name, Operator.YES), Ask(name, Operator.NO)])
    if kind is ValueType.INT:
        numbers = MONEY if name.endswith("_minor") else st.integers(-99, 9999).map(str)
        ordered = st.sampled_from(
            [Operator.AT_LEAST, Operator.MORE_THAN, Operator.AT_MOST, Operator.LESS_THAN]
        )
        compared = st.builds(lambda o, n: Ask(name, o, (n,)), ordered, numbers)
        return st.one_of(compared, listing(name, numbers, Operator.ONE_OF, Operator.NONE_OF))
    if kind is ValueType.TEXTS:
        return listing(name, PLAIN, Operator.INCLUDES, Operator.EXCLUDES)
    return listing(name, PLAIN, Operator.ONE_OF, Operator.NONE_OF)


def listing(name, values, *operators):
    several = st.lists(values, min_size=1, max_size=3, unique=True).map(tuple)
    return st.builds(lambda o, v: Ask(name, o, v), st.sampled_from(operators), several)


def lines_about(types):
    return st.one_of(
        [asking(name, kind) for name, kind in sorted(types.items()) if name != "event.kind"]
        + ([st.just(BIRTHDAY)] if "business.month" in types else [])
    )


def conditions(types):
    """Lines and groups of lines as the form keeps them: no group of one, nothing told twice."""
    line = lines_about(types)

    @st.composite
    def drawn(draw):
        joint = draw(st.sampled_from(Joint))
        lines = []
        for _ in range(draw(st.integers(0, 3))):
            if draw(st.booleans()):
                lines.append(draw(line))
            else:
                inside = _merged(draw(st.lists(line, min_size=2, max_size=3)), joint.other)
                lines.append(Asks(joint.other, inside) if len(inside) > 1 else inside[0])
        lines = _merged(lines, joint)
        return Asks(joint if len(lines) > 1 else Joint.ALL, tuple(lines))

    return drawn().filter(lambda asks: not (len(asks.lines) == 1 and type(asks.lines[0]) is Asks))


def _merged(lines, joint):
    """Neighbours in an “any” that ask whether the same list holds something are one line."""
    kept = []
    for each in lines:
        last = kept[-1] if kept else None
        if (
            joint is Joint.ANY
            and isinstance(each, Ask)
            and isinstance(last, Ask)
            and each.operator is last.operator is Operator.INCLUDES
            and each.variable == last.variable
        ):
            kept[-1] = Ask(last.variable, last.operator, last.values + each.values)
        else:
            kept.append(each)
    return tuple(kept)


@lru_cache
def types_here(kind, *, with_lines=False):
    facts = {fact.name: fact.type for fact in facts_known().values()}
    lines = {name: each.type for name, each in OF_LINES.items()} if with_lines else {}
    own = {name: each.type for name, each in variables_of(kind).items()} if kind else {}
    return own | lines | facts


@lru_cache
def condition_forms(kind, *, with_lines=False):
    types = types_here(kind, with_lines=with_lines)

    def form(asks):
        return ConditionForm(asks, condition_text(asks, types, "CNY"))

    return conditions(types).map(form)


@st.composite
def rule_forms(draw):
    gives = draw(st.sampled_from(["rate", "flat"]))
    on = "order.paid" if gives == "rate" else draw(st.sampled_from(SENT_KINDS))
    asset = draw(st.sampled_from(["beans", "bonus"]))
    amounts = MONEY if asset == "bonus" else WHOLE
    rated = {}
    if gives == "rate":
        times = st.integers(0, 5000).map(_plain_thousandths)
        multiplier = st.one_of(
            st.builds(MultiplierForm, condition_forms(on, with_lines=True), times),
            st.builds(lambda w: MultiplierForm(w, by="member.level_multiplier"),
                      condition_forms(on)),
        )  # fmt: skip
        rated = {
            "per": draw(MONEY),
            "rounding": draw(st.sampled_from(["floor", "half_up", "ceil"])),
            "multipliers": tuple(draw(st.lists(multiplier, max_size=2))),
        }
        if draw(st.booleans()):
            rated |= {"after_amount": draw(amounts), "after_per": draw(MONEY)}
    windows = st.sampled_from(["day", "month", "term", "total"])
    limit = st.one_of(
        st.builds(
            LimitForm, st.sampled_from(["member", "all"]), windows, st.just("amount"), amounts
        ),
        st.builds(LimitForm, st.sampled_from(["member", "all"]), windows, st.just("times"), WHOLE),
        st.builds(LimitForm, st.sampled_from(["member", "all"]), windows, st.just("value"), MONEY),
    )
    hours = st.sampled_from([Span("10:00", "14:00"), Span("22:00", "02:30")])
    days = st.sampled_from([Span("2025-03-01", "2025-03-08"), Span("2025-12-31", "2025-12-31")])
    return RuleForm(
        code=draw(st.text(ascii_lowercase, min_size=1, max_size=8)),
        name_zh=draw(st.sampled_from(["", "满赠"])),
        name_en="Bonus",
        on=on,
        when=draw(condition_forms(on)),
        gives=gives,
        asset=asset,
        amount=draw(amounts),
        expiry=draw(st.sampled_from(EXPIRIES)),
        available_after_days=draw(st.sampled_from(["", "7"])),
        audience=draw(condition_forms("")),
        weekdays=tuple(sorted(draw(st.sets(st.sampled_from("1234567"), max_size=3)))),
        hours=tuple(draw(st.lists(hours, max_size=1))),
        dates=tuple(draw(st.lists(days, max_size=1))),
        priority=draw(st.sampled_from(["", "-5", "10"])),
        group=draw(st.sampled_from(["", "gifts"])),
        limits=tuple(draw(st.lists(limit, max_size=2))),
        **rated,
    )


def _plain_thousandths(number):
    whole, part = divmod(number, 1000)
    return f"{whole}.{part:03d}".rstrip("0") if part else str(whole)


@settings(max_examples=25, deadline=None)
@given(form=rule_forms())
def test_a_form_that_is_written_and_opened_again_is_the_same_form(form):
    plain, problems = rule_written(form, CNY)
    assert problems == []
    rule = msgspec.convert(plain, RuleContent)
    assert rule_opened(rule, CNY) == form
    again, _ = rule_written(rule_opened(rule, CNY), CNY)
    assert msgspec.convert(again, RuleContent) == rule


@settings(max_examples=25, deadline=None)
@given(form=rule_forms())
def test_whatever_a_form_can_say_has_words_in_both_languages(form):
    rule = msgspec.convert(rule_written(form, CNY)[0], RuleContent)
    for language, ours in (("zh-Hans", "“{}”"), ("en", "“{}”")):
        told = rule_in_words(rule, language, None, "CNY")
        for text in (rule.when, rule.audience):
            # A condition without words would stand there as it is written.
            assert text == "true" or ours.format(text) not in told
        assert "_minor" not in told


@settings(max_examples=50, deadline=None)
@given(asks=conditions(types_here("order.paid")))
@example(asks=Asks(Joint.ANY, (Asks(Joint.ALL, (BIRTHDAY, BIRTHDAY)), BIRTHDAY)))
def test_lines_become_an_expression_and_the_same_lines_again(asks):
    text = condition_text(asks, types_of("order.paid"), "CNY")
    assert asks_of(text, "order.paid", CNY) == asks


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("true", ()),
        ("20000 <= order.net_minor", (Ask("order.net_minor", Operator.AT_LEAST, ("200",)),)),
        ('!(order.store in ["a","b"])', (Ask("order.store", Operator.NONE_OF, ("a", "b")),)),
        (
            '"a" in order.skus || "b" in order.skus',
            (Ask("order.skus", Operator.INCLUDES, ("a", "b")),),
        ),
        ("business.month == member.birth_month", (BIRTHDAY,)),
    ],
)
def test_an_expression_of_ones_own_opens_as_lines_and_stays_letter_for_letter(text, lines):
    form = condition_form(text, "order.paid", CNY)
    assert form == ConditionForm(Asks(Joint.ALL, lines), text)
    plain, problems = rule_written(flat(when=form), CNY)
    assert (plain["when"], problems) == (text, [])


@pytest.mark.parametrize(
    "text",
    [
        "false",
        "order.net_minor % 2 == 0",
        "order.categories.exists(c, c.startsWith('tea'))",
        'member.level == ""',
        "order.net_minor >= order.line_count",
        "1 == 1",
        "order.line_count > 1 && (order.line_count > 2 || (order.line_count > 3 && true))",
    ],
)
def test_what_lines_can_not_say_stays_a_text(text):
    form = condition_form(text, "order.paid", CNY)
    assert form == ConditionForm(text=text, as_text=True)
    assert rule_written(flat(when=form), CNY)[0]["when"] == text


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"amount": "1.5"}, "amount"),
        ({"amount": "0"}, "amount"),
        ({"amount": ""}, "amount"),
        ({"asset": ""}, "asset"),
        ({"name_en": "", "name_zh": " "}, "name_zh"),
        ({"priority": "high"}, "priority"),
        ({"gives": "rate", "per": "1.234"}, "per"),
        ({"gives": "rate", "per": "1", "multipliers": (MultiplierForm(times="-1"),)},
         "multipliers.0.times"),
        ({"limits": (LimitForm(most="many"),)}, "limits.0.most"),
        ({"hours": (Span("10:00", ""),)}, "hours.0"),
        ({"expiry": ExpiryForm("after_days")}, "expiry.number"),
        ({"gives": "do", "do": "{"}, "do"),
        ({"when": ConditionForm(Asks(lines=(Ask("order.net_minor", Operator.AT_LEAST, ("x",)),)))},
         "when.0"),
        ({"when": ConditionForm(Asks(lines=(BIRTHDAY, Asks(Joint.ANY, (NOTHING,)))))},
         "when.1.0"),
    ],
)  # fmt: skip
def test_a_problem_is_told_at_its_field_in_both_languages(changed, field):
    _, problems = rule_written(flat(**changed), CNY)
    assert [problem.field for problem in problems] == [field]
    assert problems[0].text["en"] != problems[0].text["zh-Hans"]


def flat(**changed):
    given_ = {"code": "gift", "name_en": "Gift", "gives": "flat", "asset": "beans", "amount": "5"}
    return RuleForm(**(given_ | changed))


def test_a_line_of_too_many_values_is_refused():
    ask = Ask("order.store", Operator.ONE_OF, tuple(map(str, range(51))))
    with pytest.raises(LineWrong, match="at most 50"):
        condition_text(Asks(lines=(ask,)), types_of("order.paid"), "CNY")


def shipped_rules():
    found = {}
    for code in package_codes():
        for section, part in package_read(code).parts:
            if section == "programs":
                content = part.get("content") or starter_content(part["starter"])
                for rule in (part.get("changes") or content).get("rules", ()):
                    found[f"{code}/{rule['code']}"] = rule
    return found


def test_every_rule_of_every_preset_opens_in_the_editor_and_comes_back_as_it_was():
    assert sections_registered()
    rules = shipped_rules()
    assert len(rules) >= 8
    for label, plain in rules.items():
        rule = msgspec.convert(plain, RuleContent)
        form = rule_opened(rule, CNY)
        assert not form.when.as_text, label
        assert not any(each.when.as_text for each in form.multipliers), label
        again, problems = rule_written(form, CNY)
        assert problems == []
        assert msgspec.convert(again, RuleContent) == rule


def test_a_new_rule_gets_a_code_of_its_own():
    assert code_proposed("Double on Wednesdays!", set()) == "double-on-wednesdays"
    assert code_proposed("双倍", {"rule"}) == "rule-2"
