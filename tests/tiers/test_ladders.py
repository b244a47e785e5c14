"""Ladders: whatever is wrong with one is said when it is saved."""

import pytest

from regulars.entitlements.tiers import watching
from regulars.entitlements.tiers.errors import (
    LadderChanged,
    LadderInvalid,
    LevelCodeTaken,
    LevelInUse,
    UnknownLadder,
)
from regulars.entitlements.tiers.models import Ladder
from regulars.entitlements.tiers.selectors import ladder_get, ladders_active
from regulars.entitlements.tiers.services import (
    ladder_save,
    ladder_starter,
    ladder_starter_codes,
)
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.texts import LanguagesExpected
from tests.tiers.conftest import INSIDER, LI, level, names, saved


def test_a_ladder_is_kept_as_it_was_written(shop):
    ladder = saved(shop)
    assert (ladder.code, ladder.unit, ladder.revision) == ("insider", "money", 1)
    assert [(each.rank, each.code, each.threshold) for each in ladder.levels] == [
        (0, "insider", 0),
        (1, "vib", 35_000),
        (2, "rouge", 100_000),
    ]
    with unit_of_work() as unit:
        assert ladder_get(unit, "insider") == ladder
        with pytest.raises(UnknownLadder):
            ladder_get(unit, "nothing")


WRONG = [
    ({"code": "In Sider"}, "code"),
    ({"levels": []}, "levels"),
    ({"levels": [level("a", 1)]}, "levels[0].threshold"),
    ({"levels": [level("a", 0), level("b", 5), level("c", 5)]}, "levels[2].threshold"),
    ({"levels": [level("a", 0), level("a", 5)]}, "levels[1].code"),
    ({"levels": [level("a", 0), level("b", -1)]}, "levels[1].threshold"),
    ({"levels": [level("a", 0, balance=5)]}, "levels[0].balance"),
    ({"qualifier": {"by": "luck"}}, "qualifier.by"),
    ({"qualifier": {"by": "rolling_spend", "days": 0}}, "qualifier.days"),
    ({"validity": {"type": "unlimited"}}, "validity"),
    ({"qualifier": {"by": "lifetime_spend"}}, "validity"),
    (
        {"qualifier": {"by": "gain", "asset": "beans"}, "validity": {"type": "unlimited"}},
        "qualifier.asset",
    ),
    ({"on_refund": "never"}, "on_refund"),
    ({"created_at": "2020-01-01"}, "created_at"),
]


def test_bad_input_is_refused_with_its_place_and_nothing_is_kept(shop):
    for changes, where in WRONG:
        with pytest.raises(LadderInvalid) as refusal:
            saved(shop, **changes)
        assert refusal.value.context["where"] == where, changes
        assert refusal.value.sentence("en") != refusal.value.sentence("zh-Hans")
    with pytest.raises(LanguagesExpected):
        saved(shop, name={"fr": "Niveaux"})
    assert not Ladder.objects.exists()


def test_levels_stay_and_may_move(shop):
    first = saved(shop)
    higher = [
        level("insider", 0),
        level("plus", 10_000),
        level("vib", 40_000),
        level("rouge", 100_000),
    ]
    with shop.time():
        second = ladder_save(actor=LI, content=INSIDER | {"levels": higher}, revision=1)
        assert [(each.rank, each.code) for each in second.levels] == [
            (0, "insider"),
            (1, "plus"),
            (2, "vib"),
            (3, "rouge"),
        ]
        assert second.levels[2].id == first.levels[1].id
        with pytest.raises(LadderChanged):
            ladder_save(actor=LI, content=INSIDER | {"levels": higher}, revision=1)
        with pytest.raises(LevelInUse):
            ladder_save(actor=LI, content=INSIDER | {"levels": higher[:3]})
        with pytest.raises(LevelCodeTaken):
            ladder_save(actor=LI, content=INSIDER | {"code": "other", "name": names("b", "b")})
    with unit_of_work() as unit:
        assert ladder_get(unit, "insider") == second


def test_a_batch_goes_by_the_ladder_it_asked_for(shop):
    """A ladder saved between a batch's asking and its deciding counts from the next batch on."""
    saved(shop)
    with shop.time():
        needs = watching.watch_needs(list(shop.members.values()), shop.now)
    lower = [level("insider", 0), level("vib", 1), level("rouge", 2)]
    saved(shop, levels=lower)
    with shop.time(), unit_of_work() as unit:
        assert ladders_active()[0].revision == 2
        watch = watching.watch_begun(unit.flight(needs.loads), shop.now)
    assert [each.revision for each in watch.ladders] == [1]


def test_the_starters_are_ready_to_be_saved(shop):
    assert ladder_starter_codes() == ["calendar-tiers", "growth-5"]
    saved(shop, **ladder_starter("calendar-tiers"))
    with pytest.raises(KeyError):
        ladder_starter("nothing")
