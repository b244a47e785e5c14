"""Facts and actions that other rooms bring, without rules knowing the room."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest

from regulars.foundation.database.session import Statement, pool_close, unit_of_work
from regulars.rules.actions import (
    Action,
    ActionRegistered,
    Decided,
    Loaded,
    Needs,
    UnknownAction,
    action_get,
    action_register,
    actions_forgotten,
    actions_known,
)
from regulars.rules.expressions.errors import UnknownVariable, WrongType
from regulars.rules.expressions.types import ValueType
from regulars.rules.facts import (
    FactDeclaration,
    FactLoad,
    FactRegistered,
    MalformedFactName,
    fact_register,
    facts_forgotten,
    facts_known,
    facts_load,
    facts_loaded,
    registry,
)
from regulars.rules.facts.errors import FactNotLoaded
from regulars.rules.programs.services import judge, rule_in_words
from tests.rules.promises import (
    ASSETS,
    BEANS,
    NOON,
    basket,
    content_of,
    earn,
    multiplier,
    program,
    rule,
)

MEI, BO = "01900000-0000-7000-8000-00000000000a", "01900000-0000-7000-8000-00000000000b"
SPENT = """
    SELECT id, spent, visits
    FROM unnest(%s::uuid[], %s::int[], %s::int[]) AS row(id, spent, visits)
"""


def spending(names, member_ids, at):
    """A room's provider: spending and visits of many members in one statement."""
    figures = {MEI: (50_000, 3), BO: (120, 1)}
    rows = [figures[member_id] for member_id in member_ids]
    statement = Statement(
        SPENT, (list(member_ids), [spent for spent, _ in rows], [visits for _, visits in rows])
    )

    def parse(results):
        return {
            member_id: {"spend_365d": spent, "visits_30d": visits}
            for member_id, spent, visits in results[0]
        }

    return FactLoad((statement,), parse)


def level(names, member_ids, at):
    """Another room's: the level by a statement, the tags without asking the database."""
    statement = Statement("SELECT id, 'gold' FROM unnest(%s::uuid[]) AS r(id)", (member_ids,))

    def parse(results):
        return {each: {"tier": tier, "tags": ("tea", "vip")} for each, tier in results[0]}

    return FactLoad((statement,), parse)


def fact(name, kind=ValueType.INT, provider=spending, **more):
    values = {"moving": True, "can_look_back": True, "provider": provider, **more}
    return FactDeclaration(name=name, type=kind, **values)


@pytest.fixture
def declared():
    names = ["spend_365d", "visits_30d", "tier", "tags"]
    fact_register(fact("spend_365d", label={"en": "spending in a year", "zh-Hans": "年消费"}))
    fact_register(fact("visits_30d"))
    fact_register(fact("tier", ValueType.TEXT, level))
    fact_register(fact("tags", ValueType.TEXTS, level))
    yield
    facts_forgotten(names)
    assert not set(names) & set(facts_known())


def test_a_rule_reads_a_declared_fact(declared):
    promise = program(rule(when="spend_365d >= 60000", earn_flat={"asset": "beans", "amount": 9}))
    assert promise.facts_needed == {"spend_365d"}
    assert judge(promise, basket(100, spend_365d=60_000), ASSETS).proposals[0].amount == 9
    (note,) = judge(promise, basket(100, spend_365d=50_000), ASSETS).notes
    assert (note.code, note.params["missing"]) == ("more_needed", 10_000)
    assert "spending in a year is 50000" in note.text("en")
    assert "年消费为 50000" in note.text("zh-Hans")


def test_a_level_multiplies_the_whole_order(declared):
    gold = multiplier('tier == "gold" && "vip" in tags', 1500)
    promise = program(rule(earn=earn(multipliers=[gold])))
    assert promise.facts_needed == {"tier", "tags"}
    facts = {"tier": "gold", "tags": ["vip"]}
    assert judge(promise, basket(150, 150, **facts), ASSETS).proposals[0].amount == 4
    facts = {"tier": "silver", "tags": ["vip"]}
    assert judge(promise, basket(150, 150, **facts), ASSETS).proposals[0].amount == 3


def test_a_fact_beside_a_line_is_found_too(declared):
    books = multiplier('line.category == "books" && tier == "gold"', 2000)
    promise = program(rule(earn=earn(multipliers=[books])))
    assert promise.facts_needed == {"tier"}
    lines = ((100, "books"), (100, "tea"))
    assert judge(promise, basket(*lines, tier="gold"), ASSETS).proposals[0].amount == 3
    assert judge(promise, basket(*lines, tier="silver"), ASSETS).proposals[0].amount == 2


def test_what_no_rule_mentions_is_not_needed(declared):
    assert program(rule()).facts_needed == frozenset()


def test_a_fact_that_was_not_loaded_leaves_its_rule_out_alone(declared):
    promise = program(rule("loyal", when="spend_365d >= 1"), rule("base"))
    verdict = judge(promise, basket(100), ASSETS)
    assert [(note.rule, note.code) for note in verdict.notes] == [
        ("beans@3/loyal", "fact_missing"), ("beans@3/base", "earned"),
    ]  # fmt: skip
    assert "“spend_365d”" in verdict.notes[0].text("en")


def test_facts_are_typed_like_everything_else(declared):
    with pytest.raises(WrongType):
        program(rule(when='spend_365d >= "much"'))
    with pytest.raises(UnknownVariable) as refusal:
        program(rule(when="spend_365 >= 1"))
    assert "spend_365d" in refusal.value.context["known"]


def test_a_rule_tells_a_fact_by_its_label(declared):
    when = content_of(rule(when="spend_365d >= 60000"))
    assert "if spending in a year is at least 60000:" in rule_in_words(when.rules[0], "en", ASSETS)


def test_facts_of_one_provider_are_loaded_together_for_many(declared, clean_database):
    names, members = ["tier", "spend_365d", "visits_30d", "tags"], [MEI, BO]
    loads = facts_load(names, members, NOON)
    assert [len(load.statements) for load in loads] == [1, 1]
    with unit_of_work() as unit:
        rows = unit.flight([statement for load in loads for statement in load.statements])
        values = facts_loaded(loads, rows, names, members)
    pool_close()
    vip = {"tier": "gold", "tags": ("tea", "vip")}
    assert values == {
        MEI: {"spend_365d": 50_000, "visits_30d": 3, **vip},
        BO: {"spend_365d": 120, "visits_30d": 1, **vip},
    }
    promise = program(rule(when='spend_365d >= 50000 && tier == "gold" && "tea" in tags'))
    assert judge(promise, basket(100, **values[MEI]), ASSETS).proposals
    assert not judge(promise, basket(100, **values[BO]), ASSETS).proposals


def test_a_provider_that_forgets_somebody_is_found_out(declared):
    forgetful = FactLoad((), lambda _: {MEI: {"tier": "gold"}})
    assert facts_loaded([forgetful], [], ["tier"], [MEI]) == {MEI: {"tier": "gold"}}
    with pytest.raises(FactNotLoaded):
        facts_loaded([forgetful], [], ["tier"], [MEI, BO])


@pytest.mark.parametrize(
    "name", ["order.size", "line", "business.hour", "Spend", "a.b.c.d", "in", "x.true", "", "茶"]
)
def test_a_fact_has_a_name_that_conditions_can_say(name):
    with pytest.raises(MalformedFactName):
        fact_register(fact(name))
    assert name not in facts_known()


def test_a_fact_is_declared_once(declared):
    with pytest.raises(FactRegistered):
        fact_register(fact("tier", provider=level))
    assert facts_known()["tier"].type is ValueType.TEXT


def test_crediting_is_an_action_like_any_other():
    assert {"earn", "earn_flat"} <= set(actions_known())
    ((compiled,),) = program(rule()).rules_by_kind.values()
    action = action_get("earn")
    assert action.needs([compiled.effect], [MEI]) == Needs(asset_ids=frozenset({BEANS.id}))
    decided = action.decide(compiled.label, compiled.effect, basket(250), Loaded())
    assert (decided.decision.amount, decided.fired, decided.code) == (2, True, "earned")
    refused = action.decide(compiled.label, compiled.effect, basket(50), Loaded())
    assert (refused.decision, refused.code) == (None, "below_first")
    assert action.store([decided.decision]) == ()


def test_a_room_above_brings_an_action_of_its_own():
    def needs(effects, member_ids):
        lock = Statement("SELECT 1 FROM coupon WHERE id = ANY(%s) FOR UPDATE", (list(effects),))
        return Needs(locks=(("coupon", lock),))

    def decide(rule, effect, occasion, loaded):
        left = loaded.rows[0][0][0]
        if occasion.business_date > date(2025, 3, 1) or not left:
            return Decided(None, fired=False, code="sold_out", params={"left": left})
        return Decided((rule, effect), fired=True, code="issued", params={})

    def store(decisions):
        return [Statement("INSERT INTO coupon VALUES (%s)", tuple(decisions))]

    action_register(Action("coupon", needs, decide, store))
    try:
        with pytest.raises(ActionRegistered):
            action_register(Action("coupon", needs, decide, store))
        action = action_get("coupon")
        assert action.needs([5], [MEI]).locks[0][0] == "coupon"
        decided = action.decide("r", 5, basket(100), Loaded(([(1,)],)))
        assert decided.decision == ("r", 5)
        assert action.decide("r", 5, basket(100), Loaded(([(0,)],))).code == "sold_out"
        assert action.store([decided.decision])[0].params == (("r", 5),)
    finally:
        actions_forgotten(["coupon"])
    with pytest.raises(UnknownAction):
        action_get("coupon")


def test_two_threads_that_ask_at_once_both_learn_of_a_fact(monkeypatch):
    """Neither takes for new what the other has just made known."""
    both, pet = Barrier(2), fact("pet")

    def source():
        both.wait(10)
        return [pet]

    monkeypatch.setattr(registry, "_sources", [source])
    facts_forgotten([])
    try:
        with ThreadPoolExecutor(2) as threads:
            asked = [threads.submit(registry.facts_refreshed) for _ in range(2)]
        assert [each.exception() for each in asked] == [None, None]
        assert facts_known()["pet"] is pet
    finally:
        facts_forgotten(["pet"])


def test_what_follows_without_a_field_leaves_out_the_rule_that_reads_it():
    gift = {"asset": "beans", "amount": 5}
    promise = program(
        rule("high", on="tier.entered", when="tier.rank >= 2", earn_flat=gift),
        rule("any", on="tier.entered", earn_flat=gift),
    )
    verdict = judge(promise, basket(kind="tier.entered"), ASSETS)
    lacking = verdict.notes[0]
    assert (lacking.code, lacking.params) == ("fact_missing", {"fact": "tier.rank"})
    assert [proposal.amount for proposal in verdict.proposals] == [5]
