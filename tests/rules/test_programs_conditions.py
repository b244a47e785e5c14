"""Conditions: what is refused when a rule is saved, and what happens when an answer is missing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from regulars.rules.expressions.errors import (
    EvaluationFailed,
    ExpressionRefused,
    ExpressionTooLarge,
    ForbiddenFunction,
    NotACondition,
    UnknownVariable,
    WrongSyntax,
    WrongType,
)
from regulars.rules.expressions.services import Language
from regulars.rules.expressions.types import ValueType
from regulars.rules.programs.checking import content_checked
from regulars.rules.programs.services import judge
from tests.rules.promises import ASSETS, basket, content, earn, multiplier, program, rule


def refused(when, **more):
    with pytest.raises(ExpressionRefused) as refusal:
        content_checked(content(rule(when=when, **more)), ASSETS)
    return refusal.value


REFUSALS = [
    ("order.netminor > 3", UnknownVariable, 1, 1),
    ("order.net_minor > 3 && member.height == 2", UnknownVariable, 1, 24),
    ("true &&\n  (order.net_minor > 3 || foo.bar == 1)", UnknownVariable, 2, 27),
    ('"茶🍵" in order.categories && x == 1', UnknownVariable, 1, 29),
    ("line.net_minor > 3", UnknownVariable, 1, 1),
    ("order.store.name == 'a'", WrongType, 1, 12),
    ("order.store.reverse() == 'a'", UnknownVariable, 1, 13),
    ('order.net_minor > "a"', WrongType, 1, 17),
    ("order.net_minor > 10.5", WrongType, 1, 17),
    ('business.month == 3 &&\n"tea" in order.store', WrongType, 2, 7),
    ("order.net_minor", NotACondition, 1, 1),
    ('"true"', NotACondition, 1, 1),
    ("order.net_minor >", WrongSyntax, 1, 18),
    ("order.net_minor = 3", WrongSyntax, 1, 17),
    ('order.store == "a', WrongSyntax, 1, 16),
    ("order.net_minor > 9223372036854775808", WrongSyntax, 1, 19),
    ("金额 > 3", WrongSyntax, 1, 1),
    ("true &&\n dyn(1) == 1", ForbiddenFunction, 2, 2),
    ('order.store.matches("(")', WrongSyntax, 1, 1),
    ('timestamp("never") > timestamp("x")', ExpressionRefused, 1, 1),
    ("(" * 40 + "true" + ")" * 40, ExpressionTooLarge, 1, 1),
    ("1" + "+1" * 40 + " > 3", ExpressionTooLarge, 1, 1),
    ("true" + " " * 1997, ExpressionTooLarge, 1, 2000),
    (
        "order.categories.exists(a, order.categories.exists(b, a == b))",
        ExpressionTooLarge, 1, 1,
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("when", "error", "line", "column"), REFUSALS, ids=[each[0][:40] for each in REFUSALS]
)
def test_a_condition_that_cannot_be_meant_is_refused_with_its_place(when, error, line, column):
    refusal = refused(when)
    assert type(refusal) is error
    assert (refusal.context["line"], refusal.context["column"]) == (line, column)
    assert refusal.context["where"] == "rules[0].when"
    assert f"line {line}, column {column}" in refusal.sentence()
    assert f"第 {line} 行第 {column} 列" in refusal.sentence("zh-Hans")


def test_a_slip_is_answered_with_the_name_that_was_meant():
    assert refused("order.netminor > 3").context["known"].startswith("order.net_minor")
    assert "business.weekday" in refused("busines.weekday == 1").context["known"]


def test_two_thousand_characters_are_still_read():
    content_checked(content(rule(when="true" + " " * 1996)), ASSETS)


def test_the_multiplier_at_fault_is_named():
    good, bad = multiplier('line.category == "tea"', 2000), multiplier("line.kategory == 1", 1)
    with pytest.raises(UnknownVariable) as refusal:
        content_checked(content(rule("a"), rule("b", earn=earn(multipliers=[good, bad]))), ASSETS)
    assert refusal.value.context["where"] == "rules[1].earn.multipliers[1].when"
    assert refusal.value.context["name"] == "line.kategory"


def test_order_figures_are_unknown_where_there_is_no_order():
    flat = {"asset": "beans", "amount": 5}
    with pytest.raises(UnknownVariable):
        content_checked(
            content(rule(on="member.enrolled", when="order.net_minor > 3", earn_flat=flat)),
            ASSETS,
        )
    content_checked(
        content(rule(on="member.enrolled", when="business.month == 3", earn_flat=flat)), ASSETS
    )


# (condition, does it hold for the basket below)
ASKED = [
    ("true", True),
    ("1 < 2", True),
    ('event.kind == "order.paid"', True),
    ("order.net_minor == 25000", True),
    ("order.net_minor > 25000", False),
    ("order.line_count == 3", True),
    ('order.store == "s1"', True),
    ('order.store in ["s2", "s3"]', False),
    ('"tea" in order.categories', True),
    ('"wine" in order.categories', False),
    ("size(order.categories) == 2", True),
    ('order.categories.exists(c, c.startsWith("bo"))', True),
    ('order.categories.all(c, c != "")', True),
    ("business.weekday == 6", True),
    ("business.weekday == 7", False),
    ("business.month == 3 && business.day == 1", True),
    ("order.net_minor / order.line_count > 8000", True),
    ("!(order.net_minor < 100)", True),
    ("order.net_minor >= 30000 || business.day == 1", True),
]


@pytest.mark.parametrize(("when", "holds"), ASKED, ids=[each[0] for each in ASKED])
def test_a_condition_is_asked_of_the_event(when, holds):
    promise = program(rule(when=when))
    occasion = basket((20_000, "tea"), (5000, "books"), (0, ""), day=date(2025, 3, 1))
    (note,) = judge(promise, occasion, ASSETS).notes
    assert note.fired is holds


def test_what_is_always_true_is_never_asked():
    for when in ("true", "1 < 2", 'event.kind == "order.paid"'):
        ((compiled,),) = program(rule(when=when)).rules_by_kind.values()
        assert compiled.when is None and not compiled.switched_off
    ((compiled,),) = program(rule(when="order.line_count >= 0")).rules_by_kind.values()
    assert compiled.when is not None


@pytest.mark.parametrize("when", ["false", "1 > 2", 'event.kind == "review.posted"'])
def test_what_is_always_false_says_so(when):
    verdict = judge(program(rule(when=when)), basket(100), ASSETS)
    assert verdict.proposals == ()
    assert [note.code for note in verdict.notes] == ["switched_off"]


def test_rules_are_found_by_the_kind_of_event():
    flat = {"asset": "beans", "amount": 5}
    promise = program(rule("a"), rule("b", on="visit.checked_in", earn_flat=flat))
    assert promise.kinds == {"order.paid", "visit.checked_in"}
    visit = judge(promise, basket(kind="visit.checked_in"), ASSETS)
    assert [(p.rule, p.amount) for p in visit.proposals] == [("beans@3/b", 5)]
    assert [note.rule for note in visit.notes] == ["beans@3/b"]


def test_a_rule_without_an_answer_is_left_out_alone():
    promise = program(rule("good"), rule("bad", when="100 / order.net_minor >= 1"), rule("fine"))
    verdict = judge(promise, basket(100), ASSETS)
    assert [p.rule for p in verdict.proposals] == [f"beans@3/{r}" for r in ("good", "bad", "fine")]
    verdict = judge(promise, basket(base_minor=0), ASSETS)
    bad = verdict.notes[1]
    assert (bad.fired, bad.code) == (False, "evaluation_failed")
    assert bad.params["problem"] == "divide by zero"
    assert "100 / order.net_minor" in bad.params["expression"]


def test_a_multiplier_without_an_answer_leaves_its_rule_out_and_no_other():
    broken = earn(multipliers=[multiplier("10 / line.quantity >= 1", 2000)])
    promise = program(rule("broken", earn=broken), rule("whole"))
    verdict = judge(promise, basket((1000, "tea", 1), (1000, "tea", 0)), ASSETS)
    assert [(p.rule, p.amount) for p in verdict.proposals] == [("beans@3/whole", 20)]
    assert [note.code for note in verdict.notes] == ["evaluation_failed", "earned"]


def test_figures_beyond_64_bits_are_no_crash():
    promise = program(rule(when="order.net_minor * 10 > 0"))
    for net in (2**62, 2**70):
        verdict = judge(promise, basket(net), ASSETS)
        assert [note.code for note in verdict.notes] == ["evaluation_failed"]


def test_a_list_beyond_the_step_limit_is_no_endless_loop():
    every = " && ".join(['order.categories.all(c, c != "x")'] * 30)
    promise = program(rule(when=every))
    many = basket(*[(100, f"category {number}") for number in range(2000)])
    (note,) = judge(promise, many, ASSETS).notes
    assert (note.code, note.params["problem"]) == (
        "evaluation_failed", "Iteration budget exceeded",
    )  # fmt: skip


@pytest.mark.parametrize("text", ["茶叶🍵", 'a "b" \\ c', "tab\t and\nline", "é vs é", "\x00", ""])
def test_any_text_is_compared_as_it_is(text):
    language = Language({"line.category": ValueType.TEXT})
    condition = language.condition('line.category == "茶叶🍵"')
    assert condition.holds((text,)) is (text == "茶叶🍵")
    # Asked again, the remembered answer is the same.
    assert condition.holds((text,)) is (text == "茶叶🍵")


def test_half_a_character_has_no_answer_and_no_condition():
    language = Language({"line.category": ValueType.TEXT})
    with pytest.raises(EvaluationFailed):
        language.condition('line.category == "tea"').holds(("\ud800",))
    with pytest.raises(WrongSyntax):
        language.condition('line.category == "\ud800"')


def test_answers_are_remembered_by_value_and_never_without_bound():
    language = Language({"order.store": ValueType.TEXT, "vip": ValueType.BOOL})
    condition = language.condition('order.store == "s7" && vip')
    for number in range(10_000):
        assert condition.holds((f"s{number}", True)) is (number == 7)
    assert condition.holds(("s7", False)) is False
    assert condition.holds(("s7", True)) is True
    kept = condition._answers
    assert kept is not None and len(kept) <= 4096


def test_how_much_more_is_needed_is_told_for_the_first_number_missing():
    promise = program(rule(when="order.net_minor >= 10000 && order.line_count > 2"))
    (note,) = judge(promise, basket(6000, 1500), ASSETS).notes
    assert (note.code, note.params) == (
        "more_needed",
        {"variable": "order.net_minor", "found": 7500, "needed": 10_000, "missing": 2500},
    )
    # The first number is just met: the second is what is missing.
    (note,) = judge(promise, basket(5000, 5000), ASSETS).notes
    assert note.params == {
        "variable": "order.line_count", "found": 2, "needed": 3, "missing": 1,
    }  # fmt: skip
    mirrored = program(rule(when="10000 <= order.net_minor"))
    (note,) = judge(mirrored, basket(9999), ASSETS).notes
    assert note.params["missing"] == 1
    other = program(rule(when='order.net_minor < 100 || order.store == "s9"'))
    (note,) = judge(other, basket(9999), ASSETS).notes
    assert note.code == "condition_unmet"


def test_many_threads_may_ask_at_once():
    twice = multiplier("line.net_minor > 500", 2000)
    promise = program(rule(when="order.net_minor % 2 == 0", earn=earn(multipliers=[twice])))

    def wrong_answers(start):
        wrong = 0
        for net in range(start, start + 800, 2):
            verdict = judge(promise, basket(net, net), ASSETS)
            amount = sum(proposal.amount for proposal in verdict.proposals)
            wrong += amount != 2 * net * (2 if net > 500 else 1) // 100
        return wrong

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(wrong_answers, range(8))) == 0
