"""Writing the audit trail, in the transaction of the act itself."""

from collections.abc import Sequence
from typing import Any, LiteralString

import msgspec

from regulars.foundation import clock, ids
from regulars.foundation.actors import Actor
from regulars.foundation.audit.models import AuditRecord
from regulars.foundation.database.arrays import text_array
from regulars.foundation.database.session import Statement

INSERT: LiteralString = """
    INSERT INTO audit_record (id, recorded_at, actor, action, subject, reason, details)
    VALUES (%s, %s, %s, %s, %s, %s, %s::jsonb)
"""

EMPTY: LiteralString = """
    UPDATE audit_record SET reason = '' WHERE subject = ANY(%s::text[]) AND reason <> ''
"""


def record(
    *,
    actor: Actor,
    action: str,
    subject: str,
    reason: str = "",
    details: dict[str, Any] | None = None,
) -> None:
    """Notes that `actor` did `action` to `subject`; joins the caller's transaction.

    `action` is a stable dotted name such as `apikey.revoked`. Put names of changed fields into
    `details`, never personal data or secrets.
    """
    AuditRecord.objects.create(
        recorded_at=clock.now(),
        actor=str(actor),
        action=action,
        subject=subject,
        reason=reason,
        details=details or {},
    )


def record_statement(
    *,
    actor: Actor,
    action: str,
    subject: str,
    reason: str = "",
    details: dict[str, Any] | None = None,
) -> Statement:
    """`record` as a statement, for acts in a unit of work."""
    words = msgspec.json.encode(details or {}).decode()
    return Statement(
        INSERT, (ids.new_id(), clock.now(), str(actor), action, subject, reason, words)
    )


def reasons_emptied_statement(subjects: Sequence[str]) -> Statement:
    """Empties the reasons of all acts on these subjects, whose personal data is being erased.

    Who did what and when stays. `subjects` are public ids.
    """
    return Statement(EMPTY, (text_array(subjects),))
