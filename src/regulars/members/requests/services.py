"""The doors for a member's requests: made on her phone, closed by a person of the shop."""

from typing import LiteralString

from regulars.foundation import clock
from regulars.foundation.actors import Actor
from regulars.foundation.audit.services import record_statement
from regulars.foundation.database.session import Statement, Unit
from regulars.foundation.ids import internal_id, new_id, public_id
from regulars.foundation.outbox.services import NoticeView, notices_statement
from regulars.foundation.texts import text_checked
from regulars.members.profiles.services import member_locked
from regulars.members.profiles.types import PUBLIC_PREFIX
from regulars.members.requests.errors import ErasingReasonMissing, UnknownRequest
from regulars.members.requests.types import REQUEST_PREFIX, RequestKind

REASON_MAX = 200

OPEN: LiteralString = """
    SELECT id FROM members_request WHERE member_id = %s AND kind = %s AND closed_at IS NULL
"""
ADD: LiteralString = """
    INSERT INTO members_request (id, member_id, kind, created_at, closed_by)
    VALUES (%s, %s, %s, %s, '')
"""
CLOSE: LiteralString = """
    UPDATE members_request SET closed_at = %s, closed_by = %s
    WHERE id = %s AND closed_at IS NULL RETURNING member_id, kind
"""
WITHDRAW: LiteralString = """
    UPDATE members_request SET closed_at = %s, closed_by = %s
    WHERE member_id = %s AND kind = %s AND closed_at IS NULL RETURNING id
"""


def request_make(*, unit: Unit, actor: Actor, member_id: str, kind: RequestKind) -> bool:
    """Passes a member's request on to the shop; False when the same one waits already.

    Errors: unknown_member, member_merged, member_erased.
    """
    # Her books are locked, so that two taps make one request.
    member_locked(unit, member_id)
    if unit.fetch(OPEN, member_id, kind.value):
        return False
    request_id, now = new_id(), clock.now()
    payload = f'{{"request":"{request_id}"}}'
    unit.flight(
        [
            Statement(ADD, (request_id, member_id, kind.value, now)),
            _act(actor, "request.made", member_id, kind.value),
            notices_statement([NoticeView(new_id(), "request.made", member_id, payload, now)]),
        ]
    )
    return True


def request_withdraw(*, unit: Unit, actor: Actor, member_id: str, kind: RequestKind) -> bool:
    """A member changed her mind; False when nothing waits. Errors: unknown_member, …"""
    member_locked(unit, member_id)
    if not unit.fetch(WITHDRAW, clock.now(), str(actor), member_id, kind.value):
        return False
    unit.flight([_act(actor, "request.withdrawn", member_id, kind.value)])
    return True


def request_close(*, unit: Unit, actor: Actor, request: str, reason: str = "") -> None:
    """A person of the shop has done with a request, `req_…`.

    One to be erased is closed by the erasing itself; who closes it without says why, and that is
    kept in the log. Errors: unknown_request,
    erasing_reason_missing, text_too_long.
    """
    request_id = internal_id(REQUEST_PREFIX, request)
    closed = unit.fetch(CLOSE, clock.now(), str(actor), request_id)
    if not closed:
        raise UnknownRequest
    member_id, kind = closed[0]
    why = text_checked(reason, "reason", maximum=REASON_MAX)
    if kind == RequestKind.ERASE and not why:
        raise ErasingReasonMissing
    unit.flight([_act(actor, "request.closed", member_id, kind, why)])


def _act(actor: Actor, action: str, member_id: str, kind: str, reason: str = "") -> Statement:
    subject = public_id(PUBLIC_PREFIX, member_id)
    return record_statement(
        actor=actor, action=action, subject=subject, reason=reason, details={"kind": kind}
    )


__all__ = ["request_close", "request_make", "request_withdraw"]
