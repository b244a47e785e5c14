"""The bench's shop under the full program, with everybody tagged and nobody left to settle."""

from typing import LiteralString

from regulars.entitlements.tiers.services import settlement_run
from regulars.faces.bench.full_program import INSIDER, Shop, birth_tag, program_opened
from regulars.foundation.actors import job
from regulars.foundation.database.session import unit_of_work
from regulars.members.tags.selectors import tag_get
from regulars.members.tags.services import tags_set_statement
from regulars.members.tags.types import MANUAL
from regulars.rules.segments.services import segments_refresh

ACTOR = job("bench")
# The budget serializes who may draw on it, whether it runs out or not; here it never does.
SHOP = Shop(
    time_zone="Asia/Shanghai",
    asset="beans",
    fresh="books",
    meat="tea",
    pantry="books",
    left_out=("vouchers",),
    stores=("bench",),
    budget_minor=10**12,
    declares_asset=False,
)
EVERY_SO_MANY: LiteralString = """
    SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id) AS number FROM members_member)
        AS numbered WHERE number %% %(every)s = %(turn)s
"""


def shop_filled() -> None:
    """Publishes the full program as the next version of the bench's own.

    Everybody is born in some month, every third member is in the segment. What the job worker
    would do beside the measuring is done here.
    """
    program_opened("beans", SHOP, ACTOR)
    for month in range(1, 13):
        _tagged(birth_tag(month), every=12, turn=month - 1)
    _tagged(INSIDER, every=3, turn=0)
    segments_refresh()
    settlement_run(actor=ACTOR, code="full")


def _tagged(code: str, *, every: int, turn: int) -> None:
    statement = tags_set_statement(
        tag=tag_get(code),
        source=MANUAL,
        reason="bench",
        actor=ACTOR,
        expires_at=None,
        members=EVERY_SO_MANY,
        params={"every": every, "turn": turn},
    )
    with unit_of_work() as unit:
        unit.flight([statement])
