"""A draft over real history: what it would have cost, who would have won, and nothing written."""

from datetime import date

import pytest
from typer.testing import CliRunner

from regulars.faces.cli import running
from regulars.faces.cli import simulate as command
from regulars.foundation.actors import SYSTEM
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.shop.services import shop_update
from regulars.rules.expressions.types import ValueType
from regulars.rules.facts import FactDeclaration, FactLoad, fact_register, facts_forgotten
from regulars.rules.programs.services import (
    program_draft_save,
    program_publish,
    starter_content,
)
from regulars.rules.simulate.errors import RangeReversed, RangeTooLong
from regulars.rules.simulate.services import simulation_run

TABLES = ("rules_event", "rules_purchase", "ledger_entry", "audit_record", "rules_member_count")
MARCH = {"code": "beans", "since": date(2025, 3, 1), "until": date(2025, 3, 31)}


def tea(**parts):
    """Twice as much for tea, and none for baskets below ¥50."""
    return {
        "code": "tea",
        "name": {"zh-Hans": "茶", "en": "Tea"},
        "on": "order.paid",
        "when": "order.net_minor >= 5000",
        "earn": {
            "asset": "beans",
            "rate": {"amount": 1, "per_minor": 100},
            "multipliers": [{"when": 'line.category == "tea"', "thousandths": 2000}],
        },
    } | parts


def drafted(shop, *rules, limits=(), groups=()):
    parts = {"rules": list(rules), "limits": list(limits), "groups": list(groups)}
    with shop.time():
        content = starter_content("beans") | parts
        program_draft_save(actor=SYSTEM, code="beans", content=content)


def written():
    with unit_of_work() as unit:
        return [unit.fetch(f"SELECT count(*) FROM {table}")[0][0] for table in TABLES]


@pytest.fixture
def march(shop):
    """Mei buys tea and returns half of it, Bo little things, somebody unknown too."""
    shop.one(shop.sale("mei", 10_000, "R-1", lines=[("1", "tea", 10_000)]))
    shop.one(shop.refund("R-1", 5_000))
    shop.one(shop.sale("bo", 4_000, "R-2"))
    shop.one(shop.sale("oz", 6_000, "R-3"))
    shop.one(shop.sale(None, 90_000, "R-4"))
    shop.on(date(2025, 4, 1))
    shop.one(shop.sale("mei", 7_000, "R-5"))
    return shop


def test_what_a_draft_would_have_cost(march):
    drafted(march, tea())
    before = written()
    found = simulation_run(**MARCH)
    assert written() == before
    (beans,) = found.assets
    # Mei 200 − half, Bo nothing, Oz 60; really 50, 40 and 60.
    assert (beans.asset, beans.amount, beans.really) == ("beans", 160, 150)
    assert (beans.value_minor, beans.really_value_minor) == (160, 150)
    assert (found.events, found.members, found.winners, found.losers) == (3, 3, 1, 1)
    assert [(rule.rule, rule.events, rule.amount) for rule in found.rules] == [("tea", 2, 260)]
    assert [(each.amount, each.really) for each in found.most_gained] == [(100, 50)]
    assert [(each.amount, each.really) for each in found.most_lost] == [(0, 40)]
    assert found.version is None and found.not_replayed == ()


def test_what_is_in_force_gives_what_it_gave(march):
    found = simulation_run(**MARCH, version=1)
    assert (found.winners, found.losers) == (0, 0)
    assert [each.amount for each in found.assets] == [each.really for each in found.assets] == [150]


def test_limits_count_from_nothing_and_by_day(march):
    drafted(march, tea(when="true", limits=[{"per": "all", "window": "day", "amount": 130}]))
    found = simulation_run(**MARCH)
    # 200 are cut to 130, of which half stays: 65 are used, and 40 and 25 are left for the others.
    assert [each.amount for each in found.assets] == [65 + 40 + 25]
    assert [(rule.events, rule.amount) for rule in found.rules] == [(3, 130 + 40 + 25)]


def test_a_refund_gives_back_to_limits_when_it_came(shop):
    """30 a month. A quarter, then all of R-1 goes back, after R-2 and R-3 were cut."""
    drafted(shop, tea(when="true", limits=[{"per": "member", "window": "month", "amount": 30}]))
    with shop.time():
        program_publish(actor=SYSTEM, code="beans")
    shop.one(shop.refund("R-0", 2_400))
    for step in (
        shop.sale("mei", 2_400, "R-0"),  # 24, of which nothing stays
        shop.sale("mei", 2_000, "R-1"),  # 20
        shop.sale("mei", 2_000, "R-2"),  # 10
        shop.refund("R-1", 500, "1"),
        shop.sale("mei", 2_000, "R-3"),  # 5
        shop.refund("R-1", 1_500, "2"),
        shop.sale("mei", 400, "R-4"),  # 4, of 15 that are free again
    ):
        shop.one(step)
    assert shop.of("mei").balance == 10 + 5 + 4
    found = simulation_run(**MARCH, version=2)
    assert [(rule.events, rule.amount) for rule in found.rules] == [(5, 24 + 20 + 10 + 5 + 4)]
    assert [(each.amount, each.really) for each in found.assets] == [(19, 19)]


@pytest.fixture
def mood():
    """A fact that nobody knows of yesterday."""

    def good(_names, member_ids, _at):
        return FactLoad((), lambda _: {each: {"member.mood": 1} for each in member_ids})

    fact_register(
        FactDeclaration(
            name="member.mood", type=ValueType.INT, moving=False, can_look_back=False, provider=good
        )
    )
    yield
    facts_forgotten(["member.mood"])


@pytest.mark.usefixtures("mood")
def test_what_was_left_out_used_its_part_of_the_limits(shop):
    """150 a month: 100 for her mood come first, 50 are left for the sale itself, then nothing."""
    limit = {"per": "member", "window": "month", "asset": "beans", "amount": 150}
    drafted(
        shop,
        tea(when="true"),
        tea(code="moody", when="member.mood > 0", priority=1),
        limits=[limit],
    )
    with shop.time():
        program_publish(actor=SYSTEM, code="beans")
    shop.one(shop.sale("mei", 10_000, "R-1"))
    shop.one(shop.sale("mei", 10_000, "R-2"))
    found = simulation_run(**MARCH, version=2)
    assert [each.rule for each in found.not_replayed] == ["moody"]
    assert [(each.amount, each.really) for each in found.assets] == [(50, 50)]
    assert [(rule.events, rule.amount) for rule in found.rules] == [(1, 50)]


def moody(**parts):
    """A rule whose past nobody knows; it takes its turn before all others."""
    return tea(code="moody", when="member.mood > 0", priority=1, **parts)


def lived_and_tried(shop, *rules, **more):
    """Two sales of ¥100 to Mei under these rules, and the trial of the same rules on them."""
    drafted(shop, *rules, **more)
    with shop.time():
        program_publish(actor=SYSTEM, code="beans")
    for document in ("R-1", "R-2"):
        shop.one(shop.sale("mei", 10_000, document))
    found = simulation_run(**MARCH, version=2)
    return [(each.amount, each.really) for each in found.assets], found.winners + found.losers


@pytest.mark.usefixtures("mood")
def test_what_was_left_out_used_nothing_for_what_it_gave_beyond_its_limit(shop):
    """30 a day for her mood count, and 35 beyond do not: of 100 a month 70 are left for tea."""
    earn = tea()["earn"] | {"after_limit": {"amount": 1, "per_minor": 200}}
    daily = {"per": "member", "window": "day", "amount": 30}
    monthly = {"per": "member", "window": "month", "asset": "beans", "amount": 100}
    rules = moody(earn=earn, limits=[daily]), tea(when="true")
    assert lived_and_tried(shop, *rules, limits=[monthly]) == ([(70, 70)], 0)
    assert shop.of("mei").balance == 30 + 35 + 70 + 50


@pytest.mark.usefixtures("mood")
@pytest.mark.parametrize("kind", ["exclusive", "best_of"])
def test_what_was_left_out_keeps_its_place_in_its_group(shop, kind):
    """Her mood counts once a day, and where it does tea gives nothing."""
    once = {"per": "member", "window": "day", "times": 1}
    rules = moody(group="one", limits=[once]), tea(when="true", group="one")
    groups = [{"code": "one", "kind": kind}]
    assert lived_and_tried(shop, *rules, groups=groups) == ([(100, 100)], 0)
    assert shop.of("mei").balance == 200


@pytest.mark.usefixtures("mood")
def test_a_rule_that_cannot_be_replayed_is_named_and_left_out(march):
    drafted(march, tea(), tea(code="moody", when="member.mood > 0"))
    found = simulation_run(**MARCH)
    assert [(e.rule, e.reason, e.detail) for e in found.not_replayed] == [
        ("moody", "fact", "member.mood")
    ]
    assert [rule.rule for rule in found.rules] == ["tea"]


def test_a_fact_with_a_past_is_that_of_the_morning(march):
    drafted(march, tea(when="member.orders_365d >= 1"))
    found = simulation_run(**MARCH | {"until": date(2025, 4, 30)})
    # Only Mei had bought before, and only on the first of April.
    assert [(rule.events, rule.amount) for rule in found.rules] == [(1, 70)]


def test_ranges_are_checked(march):
    with pytest.raises(RangeReversed):
        simulation_run(code="beans", since=date(2025, 3, 2), until=date(2025, 3, 1))
    with pytest.raises(RangeTooLong):
        simulation_run(**MARCH, days_max=30)
    assert simulation_run(**MARCH, days_max=31).events == 3


@pytest.mark.usefixtures("mood")
def test_the_command_tells_it_in_a_few_lines(march, monkeypatch):
    class Running:
        def __init__(self, *_): ...
        def __enter__(self): ...
        def __exit__(self, *_): ...

    monkeypatch.setattr(running, "database_running", Running)
    monkeypatch.setenv("COLUMNS", "200")
    drafted(march, tea())
    application = command.typer.Typer()
    application.command()(command.simulate)
    march_days = ["--since", "2025-03-01", "--until", "2025-03-31"]
    told = CliRunner().invoke(application, ["beans", *march_days])
    assert told.exit_code == 0 and "160" in told.output and "150" in told.output
    assert lines_of(told.output, "茶") == [["茶", "(tea)", "2", "260", "豆"]]
    assert CliRunner().invoke(application, ["nothing", *march_days]).exit_code == 2
    # In an English shop, with a rule that is left out: what it reads is told by its name.
    shop_update(actor=SYSTEM, language="en")
    drafted(march, tea(), tea(code="moody", name={"en": "Moody"}, when="member.mood > 0"))
    told = CliRunner().invoke(application, ["beans", *march_days]).output
    assert lines_of(told, "beans")[0][:3] == ["beans", "160", "150"]
    assert lines_of(told, "Tea") == [["Tea", "(tea)", "2", "260", "beans"]]
    assert "Left out: Moody (moody) reads what can't be looked up in the past: member.mood" in told


def lines_of(output, name):
    """The words of a table's lines that begin with a name."""
    lines = [line.replace("│", " ").split() for line in output.splitlines()]
    return [words for words in lines if words and words[0] == name]
