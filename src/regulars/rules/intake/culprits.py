"""What an event is told that could not be done, when it is known to be the only one at fault."""

import psycopg
import structlog

from regulars.foundation.errors import InvalidInput, RegularsError, Told
from regulars.rules.intake.errors import EventFailed
from regulars.rules.intake.plan import Plan
from regulars.rules.intake.work import HalfDone

log = structlog.get_logger("regulars.intake")


def is_ours(trouble: Exception) -> bool:
    """Whether it is a failure of ours, and neither a refusal nor a value that can't be stored."""
    told = (RegularsError, HalfDone, psycopg.DataError, psycopg.IntegrityError)
    return not isinstance(trouble, told)


def culprit_told(trouble: Exception, plan: Plan) -> RegularsError:
    """The refusal that says what is wrong; of a failure of ours the log says more."""
    if isinstance(trouble, HalfDone):
        return trouble.refusal
    if isinstance(trouble, RegularsError):
        return trouble
    if is_ours(trouble):
        log.error("an event failed", reference=plan.code, exc_info=trouble)
        return EventFailed(reference=plan.code)
    log.warning("the database refused an event", error=str(trouble))
    return InvalidInput(
        field="event",
        problem=Told("the database can't store one of its values", "其中有数据库无法保存的值"),
    )
