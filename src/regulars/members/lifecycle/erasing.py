"""Erasing a member: value given up, personal data emptied, the bare id kept for later refunds."""

from contextlib import suppress
from functools import partial
from typing import LiteralString

import msgspec

from regulars.foundation import clock
from regulars.foundation.actors import Actor, job
from regulars.foundation.audit.services import reasons_emptied_statement, record_statement
from regulars.foundation.database.session import Statement, Unit, unit_of_work, unit_retried
from regulars.foundation.errors import RegularsError, Told
from regulars.foundation.idempotency.services import done_once
from regulars.foundation.idempotency.types import Answered
from regulars.foundation.ids import key_id, new_id, public_id
from regulars.foundation.outbox.services import NoticeView, notices_statement
from regulars.foundation.shop.selectors import shop_known
from regulars.foundation.texts import text_checked
from regulars.ledger.book.services import assets_known, holder_forfeit
from regulars.ledger.book.types import Forfeit
from regulars.members.lifecycle.erased_file import erased_append, erased_listed
from regulars.members.lifecycle.errors import EraseRefused
from regulars.members.lifecycle.merging import REASON_MAX, named
from regulars.members.lifecycle.registry import parts_known
from regulars.members.lifecycle.types import ErasedView
from regulars.members.profiles.services import member_blank_statements, member_locked
from regulars.members.profiles.types import PUBLIC_PREFIX

LISTED: LiteralString = """
    INSERT INTO members_erasure (member_id, erased_at) VALUES (%s, %s) ON CONFLICT DO NOTHING
"""
ALL_LISTED: LiteralString = "SELECT member_id FROM members_erasure"
# Whoever was merged into her leads to her, and is erased with her.
POINTERS: LiteralString = """
    WITH RECURSIVE led(id) AS (
        SELECT id FROM members_member WHERE merged_into = %s
        UNION ALL
        SELECT m.id FROM led JOIN members_member m ON m.merged_into = led.id
    )
    SELECT id FROM led
"""
STILL_THERE: LiteralString = """
    SELECT id FROM members_member WHERE id = ANY(%s::uuid[]) AND erased_at IS NULL ORDER BY id
"""
_ENCODER = msgspec.json.Encoder()


def member_erase(*, member_id: str, reason: str, key: str, source: str, actor: Actor) -> Answered:
    """Gives up what a member has left and empties all that says who she is; never undone.

    Refused while principal, a debt, a hold or something that another room names is open. Later
    refunds still find the bare id. Answers an `ErasedView`. Errors: unknown_member,
    member_merged, member_erased, erase_refused, text_missing, key_reused.
    """
    why = text_checked(reason, "reason", maximum=REASON_MAX, required=True)

    def attempted(unit: Unit) -> Answered:
        def work() -> tuple[int, str]:
            view = _erased(unit, member_id, why, key_id(source, "erase", key), actor)
            return 200, _ENCODER.encode(view).decode()

        content = _ENCODER.encode(("erase", member_id, why))
        return done_once(unit.fetch, source=source, key=key, content=content, work=work)

    answered = unit_retried(attempted)
    erased_file_caught_up()
    return answered


def erased_file_caught_up() -> int:
    """Writes into the file who is on the database's list only; answers how many those were."""
    with unit_of_work() as unit:
        listed = [row[0] for row in unit.fetch(ALL_LISTED)]
    known = set(erased_listed())
    missing = [each for each in listed if each not in known]
    erased_append(missing)
    return len(missing)


def erasures_replay() -> int:
    """Erases again, after a restore, whoever was erased since the copy; answers how many.

    What such a member had at the time of the copy is given up where that is allowed; principal, a
    debt or a hold stays with the bare id for a person to look at.
    """
    wanted = erased_listed()
    with unit_of_work() as unit:
        found = [row[0] for row in unit.fetch(STILL_THERE, wanted)]
    for member_id in found:
        unit_retried(partial(_erased_again, member_id=member_id))
    return len(found)


def _erased(unit: Unit, member_id: str, reason: str, key: str, actor: Actor) -> ErasedView:
    # First the ledger, which locks everything in the one order; a refusal undoes all of it.
    forfeited = _forfeited(unit, member_id, key, actor)
    member_locked(unit, member_id)
    for part in parts_known():
        refusal = part.erase_refused(unit, member_id) if part.erase_refused is not None else None
        if refusal is not None:
            raise refusal
    subject = public_id(PUBLIC_PREFIX, member_id)
    details = {"forfeited": forfeited}
    unit.flight(
        [
            *_emptied(unit, member_id),
            record_statement(
                actor=actor,
                action="member.erased",
                subject=subject,
                reason=reason,
                details=details,
            ),
            notices_statement(
                [NoticeView(new_id(), "member.erased", member_id, "{}", clock.now())]
            ),
        ]
    )
    return ErasedView(subject, forfeited)


def _erased_again(unit: Unit, member_id: str) -> None:
    actor = job("restore")
    # Open affairs of the copy's time stay with the bare id; her data goes all the same.
    with suppress(EraseRefused):
        _forfeited(unit, member_id, key_id("erased again", member_id), actor)
    subject = public_id(PUBLIC_PREFIX, member_id)
    unit.flight(
        [
            *_emptied(unit, member_id),
            record_statement(actor=actor, action="member.erased", subject=subject),
        ]
    )


def _forfeited(unit: Unit, member_id: str, key: str, actor: Actor) -> dict[str, int]:
    now = clock.now()
    forfeit = Forfeit(
        key=key,
        holder_id=member_id,
        occurred_at=now,
        business_date=clock.business_date(now, shop_known().time_zone),
        actor=actor,
    )
    try:
        lost = holder_forfeit(unit, forfeit)
    except RegularsError as refusal:
        if refusal.code == "forfeit_refused":
            asset, told = refusal.context["asset"], refusal.details["problem"]
            problem = Told(f"{asset}: {told}", f"{asset}：{told.chinese}")
            raise EraseRefused(problem=problem) from None
        raise named(refusal) from None
    assets = assets_known(unit)
    return {assets[asset_id].code: amount for asset_id, amount in lost.items()}


def _emptied(unit: Unit, member_id: str) -> list[Statement]:
    now = clock.now()
    everybody = [member_id, *[row[0] for row in unit.fetch(POINTERS, member_id)]]
    statements = member_blank_statements(everybody, now)
    subjects = [public_id(PUBLIC_PREFIX, each) for each in everybody]
    statements.append(reasons_emptied_statement(subjects))
    for each in everybody:
        for part in parts_known():
            statements += part.erased(each, now) if part.erased is not None else []
        statements.append(Statement(LISTED, (each, now)))
    return statements
