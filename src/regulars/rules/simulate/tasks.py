"""The job of a simulation: it only reads, so a broken one begins anew."""

from datetime import date

import msgspec

from regulars.foundation.works.services import work_kind_register, work_reported
from regulars.foundation.works.types import Chunk, WorkView
from regulars.rules.simulate.services import SIMULATION, simulation_run


class _Stopped(Exception):
    """Somebody stopped it."""


def _simulated(work: WorkView, _cursor: str) -> Chunk:
    """All of it: the limits of a program and the sums of members go through the whole period."""
    reported = 0

    def progress(events: int) -> None:
        nonlocal reported
        reported = events
        if not work_reported(work.id, events):
            raise _Stopped

    asked = work.arguments
    try:
        found = simulation_run(
            code=asked["code"],
            since=date.fromisoformat(asked["since"]),
            until=date.fromisoformat(asked["until"]),
            progress=progress,
        )
    except _Stopped:
        return Chunk("", 0)
    return Chunk("", found.events - reported, content=msgspec.json.encode(found))


work_kind_register(SIMULATION, _simulated)
