"""Which of our failures pass by themselves, so that the caller may simply send again."""

import logging

import django.db
import psycopg

from regulars.foundation.errors import Busy, RegularsError

# The database restarts, is full, or took too long: nothing is known about the outcome, and the
# same request with the same key finds out.
DATABASE_AWAY = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    django.db.OperationalError,
    django.db.InterfaceError,
)

log = logging.getLogger("regulars.request")


def refusal_of(error: Exception) -> RegularsError | None:
    """The refusal to answer for this error; None when it is a failure of ours."""
    if isinstance(error, RegularsError):
        return error
    if isinstance(error, DATABASE_AWAY):
        log.warning("the database did not answer", extra={"problem": str(error)[:200]})
        return Busy()
    return None
