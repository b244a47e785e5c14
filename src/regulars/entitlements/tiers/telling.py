"""Who rose by a settlement is told to the rules, as who rises by a purchase is.

Each change is an event of its own under the change's id, so it has one effect however often it is
told; those of the last days are told again, so that a run that was broken off leaves nobody out.
"""

from datetime import datetime, timedelta
from typing import LiteralString

from regulars.entitlements.tiers.types import LadderView
from regulars.foundation.actors import Actor
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.errors import RegularsError
from regulars.foundation.ids import public_id
from regulars.members.profiles.types import PUBLIC_PREFIX
from regulars.rules.intake.services import process
from regulars.rules.intake.types import EventDocument, MemberRef
from regulars.rules.programs.selectors import programs_in_force

ENTERED = "tier.entered"
SOURCE = "levels"
TOLD_AGAIN = timedelta(days=3)
BATCH = 500

RAISED: LiteralString = """
    SELECT id, holder_id, to_level_id, recorded_at FROM entitlements_level_change
    WHERE ladder_id = %s AND change = 'raised' AND cause = 'settlement' AND recorded_at > %s
    ORDER BY recorded_at, id
"""


def entered_told(ladder: LadderView, at: datetime, actor: Actor) -> int:
    """Judges the rules for reaching a level for all whom settlements raised lately.

    Answers how many events were taken, those that had been told before among them. Nothing is
    looked up while no rule in force listens.
    """
    with unit_of_work() as unit:
        if ENTERED not in programs_in_force(unit, at).deck.by_kind:
            return 0
        rows = unit.fetch(RAISED, ladder.id, at - TOLD_AGAIN)
    levels = {level.id: level for level in ladder.levels}
    events = [
        EventDocument(
            event_id=change_id,
            kind=ENTERED,
            occurred_at=recorded_at,
            member=MemberRef(id=public_id(PUBLIC_PREFIX, holder_id)),
            data={
                "tier.code": levels[level_id].code,
                "tier.ladder": ladder.code,
                "tier.rank": levels[level_id].rank,
            },
        )
        for change_id, holder_id, level_id, recorded_at in rows
        if level_id in levels
    ]
    taken = 0
    for start in range(0, len(events), BATCH):
        answers = process(events[start : start + BATCH], source=SOURCE, actor=actor, inner=True)
        taken += sum([not isinstance(each, RegularsError) for each in answers])
    return taken
