"""The kinds as the process knows them: few, small, seldom changed, at most two seconds old."""

from typing import LiteralString

import msgspec

from regulars.foundation.database.rows import rows_now
from regulars.foundation.known import Known
from regulars.rules.eventkinds.builtin import BUILT_IN
from regulars.rules.eventkinds.types import EventField, EventKindView

# Of a kind nobody has heard of one looks again, but not for every event of a broken sender.
MISSED_SECONDS = 0.2

READ: LiteralString = """
    SELECT code, name::text, fields, amount, is_active FROM rules_event_kind ORDER BY code
"""

_NAME = msgspec.json.Decoder(dict[str, str])
_FIELDS = msgspec.json.Decoder(tuple[EventField, ...])


def own_kinds() -> dict[str, EventKindView]:
    """The merchant's kinds by code, retired ones too. Treat as read-only."""
    return _KINDS.current()


def kind_known(code: str) -> EventKindView | None:
    """The kind with declared data of this code; None if it is another sort of kind or none."""
    found = BUILT_IN.get(code) or own_kinds().get(code)
    return found if found is not None else _KINDS.no_older_than(MISSED_SECONDS).get(code)


def own_kinds_now() -> dict[str, EventKindView]:
    """The same read this moment, as the present transaction sees it."""
    return _KINDS.now()


def kinds_forgotten() -> None:
    """Makes the next look read the table again; called where kinds change."""
    _KINDS.forget()


def _read() -> dict[str, EventKindView]:
    return {
        code: EventKindView(
            code, _NAME.decode(name), _FIELDS.decode(fields), amount or None, is_active
        )
        for code, name, fields, amount, is_active in rows_now(READ)
    }


_KINDS = Known(_read, sees_own_writes=True)
