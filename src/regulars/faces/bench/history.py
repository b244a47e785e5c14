"""How fast a month is judged again: the real grocer's, or the bench's own where it is not there."""

from datetime import date, timedelta

from regulars.foundation import clock
from regulars.foundation.actors import job
from regulars.foundation.errors import RegularsError
from regulars.rules.imports.services import (
    batch_noted,
    import_asked,
    import_begin,
    import_finish,
    part_run,
)
from regulars.rules.simulate.services import simulation_run
from regulars.rules.simulate.types import Simulation

DATASET = "completejourney"
JANUARY = date(2017, 1, 1), date(2017, 1, 31)
ACTOR = job("bench")


def month_simulated(baskets: int) -> tuple[str, Simulation]:
    """`real` or `own`, and the simulation; `baskets` of the real year are imported first."""
    try:
        asked = import_asked(dataset=DATASET, limit=baskets)
    except RegularsError:
        # The package is not installed: the bench's sales of these days, all of them.
        today = clock.now().date()
        since = today - timedelta(days=30)
        until = today + timedelta(days=1)
        return "own", simulation_run(code="beans", since=since, until=until)
    plan = import_begin(actor=ACTOR, asked=asked)
    part_run(plan, 0, lambda report: batch_noted(run_id=plan.run_id, report=report))
    import_finish(actor=ACTOR, run_id=plan.run_id)
    since, until = JANUARY
    return "real", simulation_run(code=DATASET, since=since, until=until)
