"""Segments: a condition over facts, checked when saved, counted in one query or in batches."""

from datetime import date

import pytest

from regulars.foundation.audit.models import AuditRecord
from regulars.foundation.database.session import unit_of_work
from regulars.members.tags.errors import UnknownTag
from regulars.members.tags.selectors import tags_of
from regulars.members.tags.services import tag_create, tag_set
from regulars.rules.expressions.errors import (
    EvaluationFailed,
    NotACondition,
    UnknownVariable,
    WrongSyntax,
    WrongType,
)
from regulars.rules.segments import asking, selectors, services
from regulars.rules.segments.errors import SegmentChanged, SegmentCodeMalformed, UnknownSegment
from regulars.rules.segments.models import Segment
from regulars.rules.segments.types import Refreshed
from tests.segments.conftest import LI, bought

NAME = {"zh-Hans": "常客", "en": "Regulars"}


def saved(code="regulars", condition="member.orders_365d >= 2", **more):
    return services.segment_save(actor=LI, code=code, name=NAME, condition=condition, **more)


def held(shop, condition):
    """The names of those for whom a condition holds, asked as one query and member by member."""
    names = {member_id: name for name, member_id in shop.members.items()}
    question = asking.question_of(condition)
    with unit_of_work() as unit:
        one_by_one = [each for ids in asking.in_batches(unit, question, shop.now) for each in ids]
        if question.query is not None:
            params = {**question.params, **asking.parameters_at(shop.now)}
            at_once = [row[0] for row in unit.fetch_named(question.members, params)]
            assert sorted(at_once) == sorted(one_by_one)
        assert asking.counted(unit, question, shop.now) == len(one_by_one)
    return {names[each] for each in one_by_one}, question.query is not None


@pytest.fixture
def people(shop):
    """Mei buys every month, Bo bought once long ago, Oz once lately, Ann nothing."""
    bought(shop, "mei", *[(date(2025, month, 1), 10_000) for month in range(1, 7)])
    bought(shop, "bo", (date(2024, 3, 1), 90_000))
    bought(shop, "oz", (date(2025, 6, 20), 30_000))
    shop.member("ann")
    return shop


CONDITIONS = [
    ("member.orders_365d >= 2", {"mei"}, True),
    ("member.orders_365d < 2", {"bo", "oz", "ann"}, True),
    ("!(member.orders_365d >= 1)", {"bo", "ann"}, True),
    ("member.spend_365d_minor == 60000", {"mei"}, True),
    ("30000 <= member.spend_365d_minor", {"mei", "oz"}, True),
    ("member.spend_365d_minor != 30000 && member.orders_365d > 0", {"mei"}, True),
    ("member.orders_total == 0 || member.days_since_order > 365", {"bo", "ann"}, True),
    ("member.days_since_order == 11", {"oz"}, True),
    ("member.cycle_days == 31", {"mei"}, True),
    ("member.days_since_order * 2 <= member.cycle_days * 3", {"mei"}, True),
    ("member.orders_total in [0, 1]", {"bo", "oz", "ann"}, True),
    ("'vip' in member.tags", {"bo"}, True),
    ("!('vip' in member.tags) && member.orders_total > 0", {"mei", "oz"}, True),
    ("true", {"mei", "bo", "oz", "ann"}, True),
    ("member.home_store == 's1'", set(), True),
    ("member.home_store.startsWith('s')", set(), True),
    ("member.spend_total_minor / member.orders_total >= 30000", {"bo", "oz"}, False),
    ("member.tags.exists(t, t.contains('ip'))", {"bo"}, False),
    ("size(member.tags) == 0 && member.orders_total > 1", {"mei"}, False),
]


def test_a_condition_finds_the_same_members_in_a_query_and_one_by_one(people):
    tag_create(actor=LI, code="vip", name=NAME)
    tag_set(actor=LI, member_id=people.members["bo"], code="vip", reason="a friend")
    for condition, names, is_query in CONDITIONS:
        assert held(people, condition) == (names, is_query), condition


REFUSED = [
    ("member.orders >= 2", UnknownVariable, 1),
    ("member.orders_365d >= '2'", WrongType, 20),
    ("member.orders_365d >=", WrongSyntax, 22),
    ("member.orders_365d", NotACondition, 1),
    ("'a' in member.segments", UnknownVariable, 8),
]


def test_a_bad_condition_is_refused_when_saved_with_its_place(shop):
    for condition, refusal, column in REFUSED:
        with pytest.raises(refusal) as raised:
            saved(condition=condition)
        assert raised.value.context["column"] == column
        assert raised.value.sentence("zh-Hans") != raised.value.sentence("en")
    assert not Segment.objects.exists()


def test_bad_input_is_refused_by_its_code(shop):
    with pytest.raises(SegmentCodeMalformed):
        saved(code="Regulars")
    with pytest.raises(UnknownTag):
        saved(tag="nothing")
    with pytest.raises(UnknownSegment), unit_of_work() as unit:
        selectors.segment_get(unit, "nobody")
    bought(shop, "mei", (date(2025, 6, 1), 10_000))
    huge = "member.spend_total_minor * 9000000000000000 > 1"
    with pytest.raises(EvaluationFailed), unit_of_work() as unit:
        selectors.members_counted(unit, huge, shop.now)
    assert not Segment.objects.exists()


def test_who_saves_over_another_is_refused(shop):
    first = saved()
    saved(condition="member.orders_365d >= 3", revision=first.revision)
    with pytest.raises(SegmentChanged):
        saved(condition="member.orders_365d >= 4", revision=first.revision)
    assert Segment.objects.get().condition == "member.orders_365d >= 3"


def test_members_come_and_go_and_their_tag_with_them(people):
    with people.time():
        tag_create(actor=LI, code="loyal", name=NAME)
        saved(tag="loyal")
        assert services.segment_refresh(code="regulars") == Refreshed(1, 1, 0)
        assert services.segment_refresh(code="regulars") == Refreshed(1, 0, 0)
        carried = tags_of(people.members["mei"])
        assert [(tag.code, tag.source) for tag in carried] == [("loyal", "segment:regulars")]
        tag_set(actor=LI, member_id=people.members["mei"], code="loyal", reason="by hand")
    bought(people, "oz", (date(2025, 6, 21), 100))
    people.on(date(2026, 6, 15))
    with people.time():
        assert services.segment_refresh(code="regulars") == Refreshed(1, 1, 1)
        # What a person set stays; what the rule set went with the rule.
        assert [tag.source for tag in tags_of(people.members["mei"])] == ["manual"]
        services.segment_remove(actor=LI, code="regulars")
        assert tags_of(people.members["oz"]) == []
    assert people.rows("rules_segment_member") == 0


def test_a_condition_without_a_query_is_refreshed_as_well(people):
    with people.time():
        saved(condition="member.spend_total_minor / member.orders_total >= 30000")
        assert services.segment_refresh(code="regulars") == Refreshed(2, 2, 0)
        assert services.segment_refresh(code="regulars") == Refreshed(2, 0, 0)


def test_a_rule_asks_for_a_segment(people):
    rules = [
        {
            "code": "thanks",
            "name": {"en": "Thanks", "zh-Hans": "感谢"},
            "on": "order.paid",
            "when": "'regulars' in member.segments",
            "earn_flat": {"asset": "beans", "amount": 7},
        }
    ]
    with people.time():
        saved()
        services.segment_refresh(code="regulars")
    people.publish(rules=rules)
    assert people.one(people.sale("mei", 100))["entries"][0]["movements"][0]["amount"] == 7
    assert "entries" not in people.one(people.sale("oz", 100))


def test_one_member_is_looked_at_now(people):
    with people.time():
        saved()
        services.segments_refresh()
        assert services.member_segments(people.members["oz"]) == []
        people.one(people.sale("oz", 100))
        assert [each.code for each in services.member_segments(people.members["oz"])] == [
            "regulars"
        ]
        assert [each.code for each in services.member_segments(people.members["mei"])] == [
            "regulars"
        ]
    assert people.rows("rules_segment_member") == 2


def test_everybody_in_a_segment_is_tagged_at_once(people):
    with people.time():
        tag_create(actor=LI, code="gift", name=NAME)
        saved(condition="member.orders_total >= 1")
        count = services.segment_tag(
            actor=LI,
            code="regulars",
            tag="gift",
            reason="summer",
            last_day=date(2025, 8, 31),
        )
        assert count == 3
        (carried,) = tags_of(people.members["bo"])
        assert (carried.code, carried.source, carried.reason) == ("gift", "manual", "summer")
    people.on(date(2025, 8, 31), hour=23)
    assert held(people, "'gift' in member.tags")[0] == {"mei", "bo", "oz"}
    people.on(date(2025, 9, 1), hour=0)
    assert held(people, "'gift' in member.tags")[0] == set()


def test_the_log_says_whom_a_segment_meant_and_whom_it_means(people):
    with people.time():
        saved(condition="member.orders_365d >= 2")
        saved(condition="member.orders_365d >= 3")
        services.segment_remove(actor=LI, code="regulars")
    told = AuditRecord.objects.filter(subject="regulars").order_by("id")
    assert [(each.action, each.details["condition"]) for each in told] == [
        ("segment.saved", "member.orders_365d >= 2"),
        ("segment.saved", "member.orders_365d >= 2 → member.orders_365d >= 3"),
        ("segment.removed", "member.orders_365d >= 3"),
    ]
