"""Levels of another system: a column for the ladder, held through their day, taken back with it."""

import pytest

from regulars.entitlements.tiers.services import ladder_save
from regulars.foundation.actors import SYSTEM
from regulars.foundation.database.session import unit_of_work
from regulars.members.profiles.selectors import member_find
from regulars.rules.fileimports import selectors, services
from tests.fileimports.conftest import LI, added, imported
from tests.tiers.conftest import INSIDER, level

LADDER = INSIDER | {"levels": [level("insider", 0), level("vib", 35_000), level("rouge", 100_000)]}
STOOD = """
    SELECT l.code, m.valid_until::date::text FROM entitlements_member_level m
    JOIN entitlements_level l ON l.id = m.level_id WHERE m.holder_id = %s
"""
TEXT = (
    "会员编号,会员等级,等级到期日,积分\n"
    "mei,rouge,2025-09-30,10\n"
    "bo,vib,,0\n"
    "ann,insider,,0\n"
    "oz,emperor,,5\n"
)


@pytest.fixture
def ladder(shop):
    with shop.time():
        ladder_save(actor=SYSTEM, content=LADDER)
    return shop


def stood(name):
    """The level's code and the (UTC) day on which it ends."""
    with unit_of_work() as unit:
        return unit.fetch(STOOD, member_find("external_id", name).id)


def test_levels_come_along_quietly_and_go_with_an_undoing(ladder):
    shop = ladder
    shop.member("bo")
    view = added(shop, TEXT)
    assert [name for name in view.columns if name.startswith("level")] == [
        f"level:{LADDER['code']}",
        f"level_until:{LADDER['code']}",
    ]
    before = shop.rows("outbox_notice")
    done = imported(shop, TEXT)
    assert done.counts["with:level"] == 2
    assert [(each.row, each.code) for each in selectors.rejected_list(done.id)] == [
        (5, "import_level_unknown")
    ]
    assert stood("mei") == [("rouge", "2025-09-30")]
    assert stood("bo") == [("vib", "2026-12-31")]
    assert stood("ann") == []
    assert shop.rows("outbox_notice") == before
    with shop.time():
        services.import_undo(actor=LI, import_id=done.id)
    # Bo was here before and stands where he stood.
    assert [code for code, _ in stood("bo")] == ["insider"]
    assert shop.rows("entitlements_member_level") == 1
