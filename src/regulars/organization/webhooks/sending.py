"""Sending what waits: claimed, signed, tried, noted; at most one of a member's notices at a time.

A process claims deliveries for a minute, sends them without any transaction open, and notes how
each ended. If it dies meanwhile, the claim runs out and they are tried again: at least once, under
the same message id.
"""

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import LiteralString

import structlog

from regulars.foundation import clock
from regulars.foundation.database.arrays import id_array
from regulars.foundation.database.session import Statement, unit_of_work
from regulars.foundation.ids import public_id
from regulars.foundation.personal import decrypt
from regulars.foundation.settings import settings_load
from regulars.organization.webhooks.posting import posted
from regulars.organization.webhooks.signing import signed_headers
from regulars.organization.webhooks.types import NOTICE_PREFIX, Claim, Outcome

BATCH = 40
AT_ONCE = 8
# Longer than a whole batch of the slowest receivers may take.
CLAIM_SECONDS = 180
# 10 s, 30 s, 90 s … 40 minutes, then 2 hours each: thirty tries in two days.
TRIES = 30
PAUSE_FIRST = timedelta(seconds=10)
PAUSE_MAX = timedelta(hours=2)
JITTER_PERCENT = 20

log = structlog.get_logger("regulars.webhooks")

CLAIM: LiteralString = """
    UPDATE organization_webhook_delivery AS d SET claimed_until = %(until)s
    FROM (
        SELECT w.id FROM organization_webhook_delivery AS w
        JOIN organization_webhook AS h ON h.id = w.webhook_id AND h.is_active
        WHERE w.state = 'waiting' AND w.next_at <= %(now)s
          AND (w.claimed_until IS NULL OR w.claimed_until <= %(now)s)
          AND NOT w.webhook_id = ANY(%(resting)s::uuid[])
          AND NOT EXISTS (
              SELECT FROM organization_webhook_delivery AS before
              WHERE before.webhook_id = w.webhook_id AND before.lane = w.lane
                AND before.state = 'waiting' AND before.seq < w.seq
          )
        ORDER BY w.next_at, w.seq LIMIT %(limit)s
        FOR UPDATE OF w SKIP LOCKED
    ) AS first
    WHERE d.id = first.id
    RETURNING d.id, d.webhook_id, d.notice_id, d.body, d.attempts
"""

RECEIVERS: LiteralString = """
    SELECT id, url, secret_sealed, previous_sealed, previous_until FROM organization_webhook
    WHERE id = ANY(%s::uuid[])
"""

DELIVERED: LiteralString = """
    UPDATE organization_webhook_delivery
    SET state = 'delivered', attempts = attempts + 1, delivered_at = %s, claimed_until = NULL,
        last_status = %s, last_error = ''
    WHERE id = %s AND state = 'waiting'
"""

FAILED: LiteralString = """
    UPDATE organization_webhook_delivery
    SET state = %s, attempts = attempts + 1, next_at = %s, claimed_until = NULL, last_status = %s,
        last_error = %s
    WHERE id = %s AND state = 'waiting'
"""

FAILING: LiteralString = """
    UPDATE organization_webhook SET failing_since = %s WHERE id = %s AND failing_since IS NULL
"""

PAUSED: LiteralString = "UPDATE organization_webhook SET is_active = false WHERE id = %s"

# The receiver is back: nothing waits for the end of its pause.
BACK: LiteralString = """
    WITH back AS (
        UPDATE organization_webhook SET failing_since = NULL
        WHERE id = %s AND failing_since IS NOT NULL RETURNING id
    )
    UPDATE organization_webhook_delivery AS d SET next_at = %s FROM back
    WHERE d.webhook_id = back.id AND d.state = 'waiting' AND d.next_at > %s
      AND d.claimed_until IS NULL
"""


class _Receiver:
    """Where to send, and what signs."""

    def __init__(self, row: tuple[object, ...], now: datetime) -> None:
        webhook_id, self.url, secret, previous, previous_until = row
        sealed = [str(secret)]
        if previous and isinstance(previous_until, datetime) and previous_until > now:
            sealed.append(str(previous))
        self.secrets = [decrypt(each, secret_context(str(webhook_id))) for each in sealed]


def secret_context(webhook_id: str) -> str:
    """What a sealed secret is bound to."""
    return f"webhook:{webhook_id}"


def deliveries_send() -> int:
    """Tries everything that is due, until nothing is; answers how many were delivered.

    A receiver that can't be reached rests until the next run, so that it holds up no other.
    """
    delivered = 0
    resting: set[str] = set()
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhook") as pool:
        while claims := _claimed(resting):
            receivers = _receivers(claims)
            tried = list(pool.map(_tried, claims, [receivers[each.webhook_id] for each in claims]))
            _noted(claims, tried)
            for claim, outcome in zip(claims, tried, strict=True):
                delivered += outcome.is_delivered
                if outcome.status is None:
                    resting.add(claim.webhook_id)
    return delivered


def _claimed(resting: set[str]) -> list[Claim]:
    now = clock.now()
    params = {
        "now": now,
        "until": now + timedelta(seconds=CLAIM_SECONDS),
        "resting": id_array(sorted(resting)),
        "limit": BATCH,
    }
    with unit_of_work() as unit:
        return [Claim(*row) for row in unit.fetch_named(CLAIM, params)]


def _receivers(claims: Sequence[Claim]) -> dict[str, "_Receiver"]:
    now = clock.now()
    with unit_of_work() as unit:
        rows = unit.fetch(RECEIVERS, id_array(sorted({each.webhook_id for each in claims})))
    return {row[0]: _Receiver(row, now) for row in rows}


def _tried(claim: Claim, receiver: "_Receiver") -> Outcome:
    body = claim.body.encode()
    message_id = public_id(NOTICE_PREFIX, claim.notice_id)
    headers = signed_headers(receiver.secrets, message_id, clock.now(), body)
    own_network = settings_load().webhook_own_network
    return posted(str(receiver.url), headers, body, own_network=own_network)


def _noted(claims: Sequence[Claim], tried: Sequence[Outcome]) -> None:
    now = clock.now()
    statements: list[Statement] = []
    for claim, outcome in zip(claims, tried, strict=True):
        if outcome.is_delivered:
            statements.append(Statement(DELIVERED, (now, outcome.status, claim.id)))
            statements.append(Statement(BACK, (claim.webhook_id, now, now)))
            continue
        statements.append(Statement(FAILED, _failed(claim, outcome, now)))
        statements.append(Statement(FAILING, (now, claim.webhook_id)))
        if outcome.is_refused_for_ever:
            statements.append(Statement(PAUSED, (claim.webhook_id,)))
            log.warning("a receiver says it is gone; its webhook is paused", id=claim.webhook_id)
    with unit_of_work() as unit:
        unit.commit(statements)


def _failed(claim: Claim, outcome: Outcome, now: datetime) -> tuple[object, ...]:
    tries = claim.attempts + 1
    state = "dead" if tries >= TRIES and not outcome.is_refused_for_ever else "waiting"
    return state, now + pause_after(claim.id, tries), outcome.status, outcome.error, claim.id


def pause_after(delivery_id: str, tries: int) -> timedelta:
    """How long to wait after so many tries: three times longer each, up to 20% more or less.

    What is added or taken away depends on the delivery, so that many don't come back at once.
    """
    pause = min(PAUSE_FIRST * 3 ** min(tries - 1, 8), PAUSE_MAX)
    digest = hashlib.blake2b(f"{delivery_id}:{tries}".encode(), digest_size=4).digest()
    share = int.from_bytes(digest) % (2 * JITTER_PERCENT + 1) - JITTER_PERCENT
    return pause * (100 + share) / 100
