"""What an event sets off: watchers, follow-ups on the same receipt, actions of other rooms."""

from datetime import date

import pytest

from regulars.foundation.database.session import Statement, unit_of_work
from regulars.foundation.errors import RegularsError
from regulars.rules.actions import (
    Action,
    Decided,
    Followup,
    FollowupKind,
    Needs,
    Reaction,
    Watcher,
    action_register,
    actions_forgotten,
    followup_kind_register,
    note_register,
    watcher_register,
    watchers_forgotten,
)
from regulars.rules.expressions.types import ValueType
from regulars.rules.facts import FactDeclaration, FactLoad, fact_register, facts_forgotten

CLUBS = """
    SELECT holder_id, sum(net_minor - refunded_minor)::bigint FROM rules_purchase
    WHERE holder_id = ANY(%s::uuid[]) AND NOT cancelled GROUP BY holder_id
"""
UNDOING = ("order.refunded", "order.cancelled")


class NoClub(RegularsError):
    code = "no_club"
    status = 409
    text = {"en": "No.", "zh-Hans": "不行。"}


class Club:
    """A room above: whoever spent ¥100 enters the club; the memory is the batch's."""

    def __init__(self):
        self.spent, self.stored, self.seen = {}, [], []

    def needs(self, member_ids, _):
        return Needs(loads=(Statement(CLUBS, (list(member_ids),)),))

    def begin(self, rows, _):
        return {"spent": dict(rows[0]), "entered": []}

    def react(self, memory, happening):
        self.seen.append((happening.kind, happening.net_minor, happening.moved, happening.depth))
        if happening.kind == "club.entered":
            return None
        if happening.net_minor == 66_600:
            raise NoClub
        before = memory["spent"].get(happening.holder_id, 0)
        sign = -1 if happening.kind in UNDOING else 1
        after = memory["spent"][happening.holder_id] = before + sign * happening.net_minor
        if before >= 10_000 or after < 10_000:
            return None
        memory["entered"].append(happening.holder_id)
        return Reaction(
            followups=(Followup("club.entered", "gold", {"club.code": "gold"}),),
            facts={"member.club": "gold"},
            notes=(("club_entered", {"club": "gold"}),),
        )

    def store(self, memory):
        self.stored += memory["entered"]
        return []


def nobody(_names, member_ids, _at):
    return FactLoad((), lambda _: {each: {"member.club": ""} for each in member_ids})


@pytest.fixture
def club(shop):
    room = Club()
    followup_kind_register(
        FollowupKind(
            kind="club.entered",
            label={"en": "For entering the club", "zh-Hans": "入会所"},
            variables={"club.code": (ValueType.TEXT, {"en": "the club", "zh-Hans": "会所"})},
        )
    )
    note_register("club_entered", {"en": "Entered {club}.", "zh-Hans": "进入{club}。"})
    watcher_register(
        Watcher(name="club", needs=room.needs, begin=room.begin, react=room.react, store=room.store)
    )
    fact_register(
        FactDeclaration(
            name="member.club", type=ValueType.TEXT, moving=False, can_look_back=False,
            provider=nobody,
        )
    )  # fmt: skip
    yield room
    watchers_forgotten(["club", "club.entered", "club_entered"])
    facts_forgotten(["member.club"])


def rule(code, on="order.paid", amount=5, **parts):
    return {
        "code": code, "name": {"en": code, "zh-Hans": code}, "on": on,
        "earn_flat": {"asset": "beans", "amount": amount},
    } | parts  # fmt: skip


WELCOME = rule("welcome", "club.entered", 50, when='club.code == "gold" && member.club == "gold"')


def test_what_follows_is_judged_at_once_on_the_same_receipt(shop, club):
    shop.publish(rules=[rule("each"), WELCOME])
    receipt = shop.one(shop.sale("mei", 12_000))
    amounts = [move["amount"] for entry in receipt["entries"] for move in entry["movements"]]
    assert amounts == [5, 50]
    notes = [(note["rule"].rpartition("/")[2], note["code"]) for note in receipt["explanation"]]
    assert notes == [
        ("each", "earned_flat"), ("club", "club_entered"), ("welcome", "earned_flat"),
    ]  # fmt: skip
    assert receipt["balances"] == [{"asset": "beans", "balance": 55}]
    assert club.stored == [shop.members["mei"]]
    assert [each[0] for each in club.seen] == ["order.paid", "club.entered"]


def test_two_events_of_one_member_in_one_batch_see_each_other(shop, club):
    member_of = rule("member-of", amount=7, when='member.club == "gold"')
    shop.publish(rules=[rule("each"), member_of, WELCOME])
    sales = [shop.sale("mei", 6_000, f"R-{n}") for n in range(3)]
    shop.send(*sales, shop.sale("bo", 6_000))
    # Three times 5; the second sale reaches ¥100: 50; the third one is a club member's: 7.
    assert (shop.of("mei").balance, shop.of("bo").balance) == (15 + 50 + 7, 5)
    assert club.stored == [shop.members["mei"]]
    assert shop.send(sales[1])[0].replayed
    assert shop.of("mei").balance == 72


def test_a_refund_is_watched_and_leaves_what_the_follow_up_gave(shop, club):
    shop.publish(rules=[rule("each"), WELCOME])
    shop.one(shop.sale("mei", 12_000, "R-1"))
    shop.one(shop.refund("R-1", 12_000))
    assert shop.of("mei").balance == 50
    kind, net, moved, depth = club.seen[-1]
    assert (kind, net, [amount for _, amount in moved], depth) == (
        "order.refunded",
        12_000,
        [-5],
        0,
    )


def test_what_another_member_gets_back_is_not_shown_as_the_buyers(shop, club):
    shop.publish(rules=[rule("each", amount=2000)])
    shop.one(shop.sale("bo", 100))
    shop.one(shop.redemption("bo", 100, "R-1"))
    shop.one(shop.sale("mei", 9_000, "R-1"))
    shop.one(shop.cancel("R-1"))
    assert [amount for _, amount in club.seen[-1][2]] == [-2000]
    assert (shop.of("bo").balance, shop.of("mei").balance) == (2000, 0)


def test_a_refund_that_waited_is_watched_with_its_sale(shop, club):
    shop.publish(rules=[rule("each")])
    shop.one(shop.refund("R-1", 9_000))
    assert club.seen == []
    shop.one(shop.sale("mei", 12_000, "R-1"))
    assert [each[:2] for each in club.seen] == [
        ("order.paid", 12_000), ("order.refunded", 9_000), ("club.entered", 0),
    ]  # fmt: skip


def test_who_is_refused_by_a_watcher_is_refused_alone_and_whole(shop, club):
    limit = {"per": "member", "window": "day", "times": 1}
    shop.publish(rules=[rule("each", limits=[limit])])
    answers = shop.send(shop.sale("bo", 100), shop.sale("mei", 66_600), shop.sale("oz", 100))
    assert [type(answer).__name__ for answer in answers] == ["Receipt", "NoClub", "Receipt"]
    assert [shop.of(name).balance for name in ("bo", "mei", "oz")] == [5, 0, 5]
    assert shop.rows("rules_member_count") == 2
    shop.one(shop.sale("mei", 100))
    assert shop.of("mei").balance == 5


@pytest.fixture
def echo():
    """An action that raises the event it answers to: rules that never come to rest."""
    kind = FollowupKind(kind="echo.heard", label={"en": "For an echo", "zh-Hans": "回声"})
    followup_kind_register(kind)
    booked = []

    def decide(name, effect, occasion, loaded):
        heard = loaded.memory["heard"] = loaded.memory.get("heard", 0) + 1
        raised = (Followup("echo.heard", str(effect["of"])),)
        return Decided(heard, fired=True, code="echoed", params={}, followups=raised)

    def store(decisions):
        booked.extend(decisions)
        return []

    action_register(Action("echo", lambda *_: Needs(), decide, store))
    yield booked
    actions_forgotten(["echo"])
    watchers_forgotten(["echo.heard"])


def calling(code, on, of=1, **parts):
    return {"code": code, "name": {"en": code}, "on": on, "do": {"echo": {"of": of}}} | parts


def test_an_action_of_another_room_decides_and_stores(shop, echo):
    answer = rule("answer", "echo.heard", 3)
    limit = {"per": "member", "window": "day", "times": 2}
    shop.publish(rules=[calling("call", "visit.checked_in", limits=[limit]), answer])
    receipt = shop.one(shop.visit("mei"))
    assert [note["code"] for note in receipt["explanation"]] == ["echoed", "earned_flat"]
    shop.send(shop.visit("mei"), shop.visit("mei"), shop.visit("bo"))
    assert (shop.of("mei").balance, shop.of("bo").balance) == (6, 3)
    assert echo == [1, 1, 2]


def test_what_never_comes_to_rest_is_refused_alone(shop, echo):
    shop.publish(
        rules=[
            rule("each", "visit.checked_in"),
            calling("call", "visit.checked_in", when="true"),
            calling("again", "echo.heard", when='event.kind == "echo.heard"'),
        ]
    )
    answers = shop.send(shop.sale("bo", 10_000), shop.visit("mei"), shop.sale("oz", 10_000))
    assert getattr(answers[1], "code", "") == "cascade_too_deep"
    assert [shop.of(name).balance for name in ("bo", "mei", "oz")] == [0, 0, 0]
    assert shop.rows("rules_event") == 2 and shop.rows("ledger_entry") == 0


def test_three_deep_is_deep_enough(shop, echo):
    limit = {"per": "member", "window": "day", "times": 2}
    shop.publish(
        rules=[calling("call", "visit.checked_in"), calling("again", "echo.heard", limits=[limit])]
    )
    shop.one(shop.visit("mei"))
    assert echo == [1, 2, 3]


def test_a_list_of_segments_and_a_level_can_be_asked_for(shop, club):
    def known(_names, member_ids, _at):
        values = {"member.groups": ("vip", "tea"), "member.rank": 2}
        return FactLoad((), lambda _: dict.fromkeys(member_ids, values))

    for name, kind in (("member.groups", ValueType.TEXTS), ("member.rank", ValueType.INT)):
        fact_register(
            FactDeclaration(name=name, type=kind, moving=False, can_look_back=False, provider=known)
        )
    try:
        vip = rule("vip", audience='"vip" in member.groups', when="member.rank >= 2")
        level = rule("level", amount=9, audience='member.club in ["gold", "silver"]')
        shop.publish(rules=[vip, level])
        receipt = shop.one(shop.sale("mei", 100))
    finally:
        facts_forgotten(["member.groups", "member.rank"])
    assert [note["code"] for note in receipt["explanation"]] == ["earned_flat", "not_addressed"]
    with unit_of_work() as unit:
        assert unit.fetch("SELECT count(*) FROM ledger_entry") == [(1,)]
    assert shop.now.date() == date(2025, 3, 1)


def test_an_action_that_refuses_gives_back_what_rules_before_it_took(shop):
    def decide(_rule, _effect, occasion, _loaded):
        if occasion.base_minor == 66_600:
            raise NoClub
        return Decided(1, fired=True, code="echoed", params={})

    action_register(Action("picky", lambda *_: Needs(), decide, lambda _: []))
    try:
        limit = {"per": "member", "window": "day", "times": 1}
        asking = {"code": "ask", "name": {"en": "ask"}, "on": "order.paid", "do": {"picky": {}}}
        shop.publish(rules=[rule("each", limits=[limit]), asking])
        answers = shop.send(shop.sale("mei", 66_600), shop.sale("mei", 100), shop.sale("bo", 100))
        assert [type(answer).__name__ for answer in answers] == ["NoClub", "Receipt", "Receipt"]
        assert (shop.of("mei").balance, shop.of("bo").balance) == (5, 5)
    finally:
        actions_forgotten(["picky"])
