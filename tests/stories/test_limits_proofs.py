"""Counters of limits are added up anew from the receipts, and a wrong one is named."""

from datetime import date

import pytest

from regulars.entitlements.tiers.services import ladder_save
from regulars.foundation.actors import SYSTEM
from regulars.foundation.database.provision import superuser_connection
from regulars.ledger.proofs.proving import checks_run
from regulars.members.lifecycle.services import member_merge
from tests.shop import shop_opened

LIMITS = (
    "limits_of_members",
    "limits_of_all",
    "limits_slots",
    "limits_returned",
    "limits_receipts",
)
NAMES = {"zh-Hans": "规则", "en": "Rule"}
RULES = [
    {
        "code": "base",
        "name": NAMES,
        "on": "order.paid",
        "earn": {
            "asset": "beans",
            "rate": {"amount": 1, "per_minor": 100},
            "after_limit": {"amount": 1, "per_minor": 1000},
        },
        "limits": [{"per": "member", "window": "day", "amount": 120}],
    },
    {
        "code": "visit",
        "name": NAMES,
        "on": "visit.checked_in",
        "earn_flat": {"asset": "beans", "amount": 5},
        "limits": [
            {"per": "member", "window": "month", "times": 3},
            {"per": "all", "window": "term", "times": 10},
        ],
    },
    {
        "code": "welcome",
        "name": NAMES,
        "on": "tier.entered",
        "earn_flat": {"asset": "beans", "amount": 50},
        "limits": [{"per": "member", "window": "total", "times": 1}],
    },
]
LEVELS = {
    "code": "levels",
    "name": NAMES,
    "qualifier": {"by": "calendar_spend"},
    "validity": {"type": "end_of_next_year"},
    "levels": [
        {"code": "plain", "name": NAMES, "threshold": 0},
        {"code": "gold", "name": NAMES, "threshold": 35_000},
    ],
}
BUDGET = [{"per": "all", "window": "total", "asset": "beans", "amount": 1_000}]


@pytest.fixture
def shop(clean_database):
    """Two members who bought, came by, reached a level, gave things back; one is merged."""
    shop = shop_opened(date(2025, 3, 1))
    shop.store()
    with shop.time():
        ladder_save(actor=SYSTEM, content=LEVELS)
    shop.publish(rules=RULES, limits=BUDGET)
    for name in ("mei", "bo"):
        shop.member(name)
    shop.one(shop.sale("mei", 10_000, "R-1"))
    shop.one(shop.sale("mei", 5_000, "R-2"))
    shop.one(shop.visit("mei"))
    shop.one(shop.visit("bo"))
    shop.on(date(2025, 3, 2))
    shop.one(shop.sale("bo", 60_000, "R-3"))
    shop.one(shop.refund("R-1", 3_333))
    shop.one(shop.sale("bo", 700, "R-4"))
    shop.one(shop.cancel("R-4"))
    shop.one(shop.visit("bo"))
    yield shop
    shop.close()


def counters(database, sql=None):
    """What the checks of limits find when this was done to the tables; it is undone again."""
    with (
        superuser_connection(database.places, database.name) as connection,
        connection.transaction(force_rollback=True),
    ):
        if sql is not None:
            assert connection.execute(sql).rowcount >= 1, "the corruption must hit something"
        results = {each.code: each for each in checks_run([connection], [])}
    assert set(LIMITS) <= set(results)
    found = {code: each.first for code, each in results.items() if each.first is not None}
    return {code: results[code].judged for code in LIMITS}, found


def used(database, sql):
    with superuser_connection(database.places, database.name) as connection:
        return connection.execute(sql).fetchall()


def test_what_sales_visits_and_follow_ups_used_adds_up(shop, clean_database):
    judged, found = counters(clean_database)
    assert found == {}
    # Mei: a day, visits of March. Bo: two days, visits of March, the welcome.
    assert judged["limits_of_members"] == 2 + 3
    assert judged["limits_of_all"] == judged["limits_slots"] == 2
    ((budget,),) = used(
        clean_database, "SELECT sum(used) FROM rules_shared_count WHERE maximum = 1000"
    )
    # Mei 100 − ⌊100 × 3333 ÷ 10000⌋ = 67, 20 within the day; Bo 120 and the welcome; 3 visits.
    assert budget == 67 + 20 + 120 + 50 + 15


def test_after_a_merge_it_still_adds_up(shop, clean_database):
    with shop.time():
        member_merge(
            from_id=shop.members["mei"],
            into_id=shop.members["bo"],
            reason="one person",
            key="m1",
            source="console",
            actor=SYSTEM,
        )
    shop.one(shop.refund("R-2", 5_000))
    shop.one(shop.visit("bo"))
    assert counters(clean_database)[1] == {}


MEI = "(SELECT id FROM members_member WHERE display_name = 'mei')"
DEEDS = {
    "a member's day says less": (
        "limits_of_members",
        "UPDATE rules_member_count SET used = replace(used, ':120', ':110') WHERE month <> ''",
    ),
    "a member's month is forgotten": (
        "limits_of_members",
        "DELETE FROM rules_member_count WHERE month = '2025-03' AND used LIKE '%visit%'",
    ),
    "a member counts what nothing used": (
        "limits_of_members",
        "INSERT INTO rules_member_count VALUES (gen_random_uuid(), '', '{\"a/b total times\": 1}')",
    ),
    "what a visit used is forgotten": (
        "limits_of_members",
        "DELETE FROM rules_limit_use WHERE uses LIKE '%visit%'",
    ),
    "a slot of a budget says less": (
        "limits_of_all",
        "UPDATE rules_shared_count SET used = used - 1 WHERE used > 0 AND maximum = 1000",
    ),
    "a budget is forgotten": (
        "limits_of_all",
        "DELETE FROM rules_shared_count WHERE maximum = 1000",
    ),
    "a budget was granted twice": (
        "limits_slots",
        "UPDATE rules_shared_count SET granted = granted + 1 WHERE slot = 3 AND maximum = 1000",
    ),
    "a slot is lost": (
        "limits_slots",
        "DELETE FROM rules_shared_count WHERE slot = 15",
    ),
    "a slot has a maximum of its own": (
        "limits_slots",
        "UPDATE rules_shared_count SET maximum = 2000 WHERE slot = 7 AND maximum = 1000",
    ),
    "a slot used more than it was granted": (
        "limits_slots",
        """
        UPDATE rules_shared_count AS c
        SET granted = c.granted + CASE c.slot WHEN 0 THEN -more ELSE more END
        FROM (SELECT id, granted - used + 1 AS more FROM rules_shared_count WHERE slot = 0) AS first
        WHERE first.id = c.id AND c.slot < 2
        """,
    ),
    "a refund gave back too little": (
        "limits_returned",
        "UPDATE rules_purchase SET uses = replace(uses, ',33]', ',32]') WHERE uses LIKE '%,33]%'",
    ),
    "a sale says it used less": (
        "limits_receipts",
        "UPDATE rules_purchase SET uses = replace(uses, ',120,', ',9,') WHERE uses LIKE '%,120,%'",
    ),
    "a visit is counted twice": (
        "limits_receipts",
        "UPDATE rules_limit_use SET uses = replace(uses, '\"2025-03\",1', '\"2025-03\",2')",
    ),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_a_wrong_counter_is_found_and_named(shop, clean_database, deed):
    code, sql = DEEDS[deed]
    _, found = counters(clean_database, sql)
    assert code in found
    assert found[code].subject
    assert found[code].sentence() != found[code].sentence("zh-Hans")


def test_the_first_difference_says_whose_which_and_how_much(shop, clean_database):
    _, found = counters(clean_database, DEEDS["a member's day says less"][1])
    assert set(found) == {"limits_of_members"}
    first = found["limits_of_members"]
    assert first.subject in shop.members.values()
    assert (first.expected, first.found) == ("120", "110")
    assert "beans/base day amount 2025-03-0" in first.detail
