"""Taking members back who came by mistake, before they had any business of their own."""

from collections.abc import Sequence
from typing import LiteralString

from regulars.foundation import clock
from regulars.foundation.actors import Actor
from regulars.foundation.audit.services import record_statement
from regulars.foundation.database.arrays import id_array
from regulars.foundation.database.session import Statement, Unit
from regulars.foundation.ids import public_id
from regulars.members.lifecycle.registry import parts_known
from regulars.members.profiles.services import member_blank_statements
from regulars.members.profiles.types import PUBLIC_PREFIX

LISTED: LiteralString = """
    INSERT INTO members_erasure (member_id, erased_at)
    SELECT unnest(%s::uuid[]), %s ON CONFLICT DO NOTHING
"""


def members_withdraw(unit: Unit, *, actor: Actor, member_ids: Sequence[str], reason: str) -> None:
    """Empties who these members are, as an erasing does, in the caller's unit of work.

    For those who have nothing: their books are closed and all entries taken back. Their numbers
    are free afterwards; the bare ids stay. The caller then writes the file of erased members.
    """
    if not member_ids:
        return
    now = clock.now()
    statements = member_blank_statements(member_ids, now)
    for member_id in member_ids:
        for part in parts_known():
            statements += part.erased(member_id, now) if part.erased is not None else []
        subject = public_id(PUBLIC_PREFIX, member_id)
        statements.append(
            record_statement(actor=actor, action="member.withdrawn", subject=subject, reason=reason)
        )
    statements.append(Statement(LISTED, (id_array(member_ids), now)))
    unit.flight(statements)
