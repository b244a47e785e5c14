"""What restrains rules: limits that split the base, groups, schedules, audiences."""

import json
from datetime import UTC, date, datetime

import msgspec
import pytest

from regulars.rules.expressions.errors import UnknownVariable
from regulars.rules.expressions.types import ValueType
from regulars.rules.facts import FactDeclaration, FactLoad, fact_register, facts_forgotten
from regulars.rules.limits.types import Allowance, LimitBook
from regulars.rules.programs.errors import AssetUndeclared, ProgramInvalid, UnknownFact
from regulars.rules.programs.services import judge, program_trial, rule_in_words
from tests.house.tree import ROOT
from tests.rules.promises import (
    ASSETS,
    basket,
    content_of,
    earn,
    multiplier,
    program,
    rule,
)

MEI = "01900000-0000-7000-8000-00000000000a"
BO = "01900000-0000-7000-8000-00000000000b"
DAY = date(2025, 3, 1)
REDEMPTION = {"asset": "beans", "points": 100, "value_minor": 100}


def limit(window="term", per="member", **most):
    return {"per": per, "window": window, **most}


def flat(amount=8):
    return {"asset": "beans", "amount": amount}


class Till:
    """Sells to members one after the other, with limits counted as the batch does."""

    def __init__(self, promise):
        self.promise = promise
        self.book = LimitBook()

    def notes(self, occasion, member=MEI, day=DAY):
        occasion = msgspec.structs.replace(occasion, business_date=day)
        allowance = Allowance(self.book, member, day)
        self.verdict = judge(self.promise, occasion, ASSETS, allowance)
        return self.verdict.notes

    def gives(self, occasion, member=MEI, day=DAY):
        self.notes(occasion, member, day)
        return sum(proposal.amount for proposal in self.verdict.proposals)


def capped_card(maximum=50_000):
    """N03: 0.5 % back in beans up to 50,000, above it the ordinary 0.05 %."""
    card = earn(1, 200, after_limit={"amount": 1, "per_minor": 2000})
    return program(rule("card", earn=card, limits=[limit(amount=maximum)]))


def test_a_cap_splits_what_was_paid_and_not_the_points():
    till = Till(capped_card())
    assert till.gives(basket(9_990_000)) == 49_950
    (note,) = till.notes(basket(1_000_000))
    assert sum(p.amount for p in till.verdict.proposals) == 545
    assert note.code == "limited_then"
    assert note.params["inside"] == 50 and note.params["inside_minor"] == 10_000
    assert note.params["beyond"] == 495 and note.params["beyond_minor"] == 990_000
    assert note.text("en", ASSETS, "CNY") == (
        "Earned 545 beans on ¥10,000.00: 50 on the first ¥100.00, with which the limit of 50000 "
        "beans for a member while the program is valid was reached, and 495 on the other "
        "¥9,900.00 at the ordinary rate."
    )
    assert "已达每位会员方案有效期内 50000 豆 的上限" in note.text("zh-Hans", ASSETS, "CNY")
    # From now on only the ordinary rate.
    assert till.gives(basket(200_000)) == 100
    assert till.gives(basket(200_000), BO) == 1000


def test_the_line_in_which_the_cap_falls_is_split_and_each_gets_its_share():
    till = Till(capped_card(maximum=60))
    till.notes(basket(10_000, 4_000, 20_000))
    (proposal,) = till.verdict.proposals
    # ¥100 earn 50; ¥20 of ¥40 the last 10; the other ¥20 and ¥200 earn 11 at the ordinary rate.
    assert proposal.amount == 60 + 11
    assert proposal.lines == (("1", 50), ("2", 11), ("3", 10))


def test_what_is_excluded_stays_excluded_beyond_the_cap():
    tobacco = multiplier('line.category == "tobacco"', 0)
    card = earn(1, 100, [tobacco], after_limit={"amount": 1, "per_minor": 1000})
    till = Till(program(rule(earn=card, limits=[limit(amount=10)])))
    assert till.gives(basket((5000, "tobacco"), (2000, "tea"))) == 10 + 1


def test_without_an_ordinary_rate_the_rest_earns_nothing_and_the_receipt_says_so():
    till = Till(program(rule(limits=[limit("day", amount=30)])))
    assert till.gives(basket(2500)) == 25
    (note,) = till.notes(basket(2500))
    assert (note.code, note.params["amount"], note.params["cut"]) == ("limited", 5, 20)
    (note,) = till.notes(basket(2500))
    assert (note.code, note.fired, note.params["cut"]) == ("limit_reached", False, 25)
    assert till.gives(basket(2500), day=date(2025, 3, 2)) == 25


def test_months_terms_and_totals_count_by_the_business_date():
    limits = [limit("month", amount=30), limit("total", amount=50)]
    till = Till(program(rule(limits=limits)))
    assert till.gives(basket(4000), day=date(2025, 3, 31)) == 30
    assert till.gives(basket(4000), day=date(2025, 4, 1)) == 20
    assert till.gives(basket(4000), day=date(2025, 5, 1)) == 0


def test_a_fixed_amount_is_given_whole_or_not_at_all():
    till = Till(program(rule(earn_flat=flat(8), limits=[limit("day", amount=20)])))
    assert [till.gives(basket(100)) for _ in range(3)] == [8, 8, 0]
    (note,) = till.notes(basket(100))
    assert (note.code, note.params["left"], note.params["cut"]) == ("limit_reached", 4, 8)


def test_times_are_counted_too():
    till = Till(program(rule(earn_flat=flat(), limits=[limit("day", times=2)])))
    assert [till.gives(basket(100)) for _ in range(3)] == [8, 8, 0]
    assert "2 times for a member a day" in till.notes(basket(100))[0].text("en", ASSETS)


def test_a_budget_is_shared_by_all_members_and_may_be_money():
    rules = [rule("a"), rule("b", when="order.net_minor >= 2000")]
    budget = limit("total", "all", value_minor=5000, asset="beans")
    till = Till(program(*rules, limits=[budget], redemption=REDEMPTION))
    assert till.gives(basket(1900), MEI) == 19
    assert till.gives(basket(450_000), BO) == 4981
    assert till.gives(basket(450_000), MEI) == 0
    assert "¥50.00 for all members together" in till.notes(basket(100))[0].text("en", ASSETS, "CNY")


def test_rounding_up_never_passes_a_cap():
    up = earn(1, 1000, rounding="ceil")
    till = Till(program(rule(earn=up, limits=[limit(amount=3)])))
    assert [till.gives(basket(1001)) for _ in range(3)] == [2, 1, 0]


def grouped(kind, *rules):
    members = [{**each, "group": "g"} for each in rules]
    return Till(program(*members, groups=[{"code": "g", "kind": kind}]))


def test_of_an_exclusive_group_the_first_that_gives_counts():
    till = grouped(
        "exclusive",
        rule("small", earn_flat=flat(1)),
        rule("large", when="order.net_minor >= 5000", earn_flat=flat(9), priority=5),
    )
    notes = till.notes(basket(6000))
    assert [(note.rule, note.code) for note in notes] == [
        ("beans@3/large", "earned_flat"), ("beans@3/small", "outranked"),
    ]  # fmt: skip
    assert "“large” came first" in notes[1].text("en")
    assert "“大礼”优先" in notes[1].text("zh-Hans", names={"beans@3/large": {"zh-Hans": "大礼"}})
    assert till.gives(basket(100)) == 1


def test_of_a_best_of_group_the_largest_counts_as_its_limits_leave_it():
    till = grouped(
        "best_of",
        rule("rate", limits=[limit("day", amount=50)]),
        rule("gift", earn_flat=flat(20)),
        rule("twin", earn_flat=flat(20)),
    )
    notes = till.notes(basket(4000))
    assert [note.code for note in notes] == ["earned", "bettered", "bettered"]
    assert notes[1].text("en", ASSETS) == (
        "Not applied: “rate” was better, 40 beans instead of 20."
    )
    # Ten are left of the day: the gift is better, and its equal stands back.
    notes = till.notes(basket(4000))
    assert [note.code for note in notes] == ["bettered", "earned_flat", "bettered"]
    # What was tried and not given used nothing up.
    assert till.gives(basket(1500)) == 20


def test_a_stack_and_rules_without_a_group_are_all_given():
    till = grouped("stack", rule("a", earn_flat=flat(1)), rule("b", earn_flat=flat(2)))
    assert till.gives(basket(100)) == 3


def test_rules_are_taken_by_priority_and_groups_where_their_first_stands():
    member = {"group": "g"}
    promise = program(
        rule("low", earn_flat=flat(), priority=-1), rule("two", earn_flat=flat(), **member),
        rule("one", earn_flat=flat()), rule("high", earn_flat=flat(), priority=9, **member),
        groups=[{"code": "g", "kind": "exclusive"}],
    )  # fmt: skip
    told = [note.rule.rpartition("/")[2] for note in judge(promise, basket(100), ASSETS).notes]
    assert told == ["high", "two", "one", "low"]


def at(hour, day=1, minute=0):
    """An hour of Shanghai's in March 2025; the first is a Saturday."""
    return datetime(2025, 3, day, hour - 8, minute, tzinfo=UTC)


HELD = [
    ({"weekdays": [6]}, at(12), True),
    ({"weekdays": [7]}, at(12), False),
    ({"hours": [{"since": "12:00", "until": "14:00"}]}, at(12), True),
    ({"hours": [{"since": "12:00", "until": "14:00"}]}, at(13, minute=59), True),
    ({"hours": [{"since": "12:00", "until": "14:00"}]}, at(14), False),
    ({"hours": [{"since": "22:00", "until": "09:00"}]}, at(8, minute=59), True),
    ({"hours": [{"since": "22:00", "until": "09:00"}]}, at(9), False),
    ({"dates": [{"since": "2025-03-01", "until": "2025-03-02"}]}, at(23, day=2), True),
    ({"dates": [{"since": "2025-03-02", "until": "2025-03-02"}]}, at(12), False),
]


@pytest.mark.parametrize(("schedule", "instant", "holds"), HELD)
def test_a_schedule_goes_by_the_clock_of_the_program(schedule, instant, holds):
    promise = program(rule(schedule=schedule))
    occasion = msgspec.structs.replace(basket(1000), occurred_at=instant)
    (note,) = judge(promise, occasion, ASSETS).notes
    assert (note.fired, note.code) == ((True, "earned") if holds else (False, "not_scheduled"))


WRONG = [
    ({"limits": [limit(amount=1, times=1)]}, "rules[0].limits[0]"),
    ({"limits": [limit()]}, "rules[0].limits[0]"),
    ({"limits": [limit(value_minor=100)]}, "rules[0].limits[0].value_minor"),
    ({"limits": [limit(amount=1, asset="beans")]}, "rules[0].limits[0].asset"),
    ({"limits": [limit(amount=1), limit(amount=2)]}, "rules[0].limits[1]"),
    ({"limits": [limit("week", amount=1)]}, "rules[0].limits[0].window"),
    ({"group": "nobody"}, "rules[0].group"),
    ({"earn": earn(after_limit={"amount": 1, "per_minor": 9})}, "rules[0].earn.after_limit"),
    ({"schedule": {"hours": [{"since": "09:00", "until": "09:00"}]}}, "rules[0].schedule.hours[0]"),
    (
        {"schedule": {"hours": [{"since": "9", "until": "10:00"}]}},
        "rules[0].schedule.hours[0].since",
    ),
    (
        {"schedule": {"dates": [{"since": "2025-03-02", "until": "2025-03-01"}]}},
        "rules[0].schedule.dates[0]",
    ),
]


@pytest.mark.parametrize(("parts", "where"), WRONG, ids=[where for _, where in WRONG])
def test_what_restrains_nothing_or_nonsense_is_refused_by_its_place(parts, where):
    with pytest.raises(ProgramInvalid) as refusal:
        content_of(rule(**parts))
    assert refusal.value.context["where"] == where


def test_a_best_of_group_compares_like_with_like():
    visit = rule("v", on="visit.checked_in", earn_flat=flat(), group="g")
    with pytest.raises(ProgramInvalid) as refusal:
        content_of(rule(group="g"), visit, groups=[{"code": "g", "kind": "best_of"}])
    assert refusal.value.context["where"] == "groups[0]"


def test_a_limit_of_the_program_names_an_asset_that_is_there():
    with pytest.raises(AssetUndeclared):
        content_of(rule(), limits=[limit(amount=1, asset="stars")])
    with pytest.raises(ProgramInvalid):
        content_of(rule(), limits=[limit(amount=1)])


def test_an_audience_asks_about_the_member_alone():
    with pytest.raises(UnknownVariable):
        content_of(rule(audience="order.net_minor > 100"))
    spent = "member.orders_365d >= 3"
    promise = program(rule(audience=spent))
    assert promise.facts_needed == {"member.orders_365d"}
    occasion = basket(1000, **{"member.orders_365d": 2})
    (note,) = judge(promise, occasion, ASSETS).notes
    assert (note.code, note.params["missing"]) == ("more_needed", 1)


def test_restraints_in_words():
    schedule = {"weekdays": [3], "hours": [{"since": "10:00", "until": "12:00"}]}
    checked = content_of(rule(limits=[limit("day", amount=30)], schedule=schedule))
    assert rule_in_words(checked.rules[0], "en", ASSETS, "CNY") == (
        "For every purchase: beans, 1 for every ¥1.00 paid. Fractions are dropped. "
        "Holds on Wednesday; 10:00–12:00. At most 30 beans for a member a day."
    )
    assert rule_in_words(checked.rules[0], "zh-Hans", ASSETS, "CNY") == (
        "每次消费，每实付 ¥1.00 得 1 豆。小数舍去。适用时间：周三；10:00–12:00。"
        "每位会员每天最多 30 豆。"
    )


def test_a_fact_may_say_the_multiplier():
    level = FactDeclaration(
        name="member.boost", type=ValueType.INT, moving=False, can_look_back=False,
        provider=lambda *_: FactLoad((), lambda _: {}),
        label={"en": "the boost", "zh-Hans": "加成"},
    )  # fmt: skip
    fact_register(level)
    try:
        tea = multiplier('line.category == "tea"', 2000)
        promise = program(rule(earn=earn(multipliers=[{"by": "member.boost"}, tea])))
        assert promise.facts_needed == {"member.boost"}
        # 1.25 × (2 × ¥10.00 + ¥6.00) = 32.5
        goods = ((1000, "tea"), (600, "books"))
        occasion = basket(*goods, **{"member.boost": 1250})
        assert judge(promise, occasion, ASSETS).proposals[0].amount == 32
        for wrong in (-1, 1_000_001):
            occasion = basket(*goods, **{"member.boost": wrong})
            assert [n.code for n in judge(promise, occasion, ASSETS).notes] == ["evaluation_failed"]
        checked = content_of(rule(earn=earn(multipliers=[{"by": "member.boost"}])))
        assert "Times the boost." in rule_in_words(checked.rules[0], "en", ASSETS)
        with pytest.raises(ProgramInvalid):
            content_of(rule(earn=earn(multipliers=[tea | {"by": "member.boost"}])))
        by_line = {"when": 'line.category == "tea"', "by": "member.boost"}
        with pytest.raises(ProgramInvalid):
            content_of(rule(earn=earn(multipliers=[by_line])))
    finally:
        facts_forgotten(["member.boost"])
    with pytest.raises(UnknownFact) as refusal:
        content_of(rule(earn=earn(multipliers=[{"by": "member.boost"}])))
    assert refusal.value.context["where"] == "rules[0].earn.multipliers[0].by"


def test_the_example_in_the_documents_is_a_program():
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    example = json.loads(page.partition("```json\n")[2].partition("```")[0])
    promise, assets = program_trial(code="card", version=1, content=example, assets={})
    assert [each.code for each in promise.rules_by_kind["order.paid"]] == ["wednesday", "card"]
    occasion = basket(1_000_000, **{"order.store": "s2", "member.orders_365d": 1})
    verdict = judge(promise, occasion, assets)
    assert [each.amount for each in verdict.proposals] == [5000]
