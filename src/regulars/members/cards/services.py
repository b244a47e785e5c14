"""The doors for cards: made, bound, reported lost, found, replaced.

A card's row is locked after its member's books, so that a merge and two counters with the same
card wait for each other.
"""

import re
from typing import LiteralString

from regulars.foundation import clock
from regulars.foundation.actors import Actor
from regulars.foundation.audit.services import record_statement
from regulars.foundation.database.arrays import id_array, text_array
from regulars.foundation.database.session import Unit
from regulars.foundation.ids import new_id, public_id
from regulars.foundation.outbox.services import NoticeView, notices_statement
from regulars.foundation.personal import decrypt, encrypt
from regulars.foundation.texts import text_checked
from regulars.members.cards.adopting import (
    cards_adopt_statements,
    cards_dead,
    cards_unadopt_statements,
)
from regulars.members.cards.errors import (
    CardLost,
    CardNotBound,
    CardNumbersTaken,
    CardRangeMalformed,
    CardReplaced,
    CardTaken,
    UnknownCard,
)
from regulars.members.cards.types import CardState
from regulars.members.profiles.errors import IdentifierTaken
from regulars.members.profiles.selectors import identifier_digest
from regulars.members.profiles.services import (
    identifier_store_statement,
    identifiers_drop_statement,
    member_locked,
)
from regulars.members.profiles.types import PUBLIC_PREFIX, IdentifierKind

CARDS_MAX = 10_000
NUMBER_MAX = 32
NAME_MAX = 80
REASON_MAX = 200
_PREFIX = re.compile(r"[0-9A-Z]{1,20}", re.ASCII)

BATCH: LiteralString = """
    INSERT INTO members_card_batch (name, first, last, count, created_at)
    VALUES (%s, %s, %s, %s, %s) RETURNING id
"""
THERE: LiteralString = "SELECT digest FROM members_card WHERE digest = ANY(%s::uuid[])"
MAKE: LiteralString = """
    INSERT INTO members_card (digest, value_encrypted, batch_id, state, created_at)
    SELECT digest, sealed, %s, 'stock', %s FROM unnest(%s::uuid[], %s::text[]) AS c(digest, sealed)
    ORDER BY digest
"""
LOCK: LiteralString = """
    SELECT member_id, state, value_encrypted FROM members_card WHERE digest = %s
    FOR NO KEY UPDATE
"""
BIND: LiteralString = """
    UPDATE members_card SET member_id = %s, state = 'bound', bound_at = %s, ended_at = NULL
    WHERE digest = %s
"""
END: LiteralString = "UPDATE members_card SET state = %s, ended_at = %s WHERE digest = %s"


def cards_make(
    *, unit: Unit, actor: Actor, name: str, prefix: str, first: int, count: int, digits: int
) -> int:
    """Makes a batch of free cards with running numbers: prefix, number, check digit (Luhn).

    `digits` is the width of the running number; a prefix with letters has no check digit. Answers
    the batch's id. Errors: card_range_malformed, card_numbers_taken, text_missing, text_too_long.
    """
    title = text_checked(name, "name", maximum=NAME_MAX, required=True)
    numbers = _numbers(prefix, first, count, digits)
    digests = {identifier_digest(IdentifierKind.CARD, number): number for number in numbers}
    taken = unit.fetch(THERE, id_array(list(digests)))
    if taken:
        lowest = min([digests[row[0]] for row in taken])
        raise CardNumbersTaken(taken=len(taken), first=lowest)
    now = clock.now()
    batch = int(unit.fetch(BATCH, title, numbers[0], numbers[-1], count, now)[0][0])
    sealed = [encrypt(number, digest) for digest, number in digests.items()]
    unit.fetch(MAKE, batch, now, id_array(list(digests)), text_array(sealed))
    details = {"first": numbers[0], "last": numbers[-1], "count": count}
    act = record_statement(
        actor=actor, action="cards.made", subject=f"batch {batch}", details=details
    )
    unit.flight([act])
    return batch


def card_bind(*, unit: Unit, actor: Actor, member_id: str, number: str) -> None:
    """Gives a free card to a member; giving her own again changes nothing.

    Errors: unknown_card, card_taken, card_lost, card_replaced, identifier_taken, unknown_member,
    member_merged, member_erased, invalid_card_number.
    """
    digest = identifier_digest(IdentifierKind.CARD, number)
    member_locked(unit, member_id)
    owner, state, sealed = _locked(unit, digest)
    if state == CardState.BOUND and owner == member_id:
        return
    _free_checked(state)
    _bound(unit, member_id, digest, sealed)
    _noted(unit, actor, member_id, "card.bound")


def card_report_lost(
    *, unit: Unit, actor: Actor, member_id: str, number: str, reason: str = ""
) -> None:
    """From now on the card refuses everything; what the member has stays hers.

    Reporting it twice changes nothing. Errors: card_not_bound, unknown_card, member_merged, …
    """
    digest = identifier_digest(IdentifierKind.CARD, number)
    member_locked(unit, member_id)
    owner, state, _ = _locked(unit, digest)
    if owner == member_id and state == CardState.LOST:
        return
    if owner != member_id or state != CardState.BOUND:
        raise CardNotBound
    _ended(unit, digest, CardState.LOST)
    _noted(unit, actor, member_id, "card.lost", reason)


def card_report_found(*, unit: Unit, actor: Actor, member_id: str, number: str) -> None:
    """A lost card turned up: it can be used again. Errors: card_not_bound, card_replaced, …"""
    digest = identifier_digest(IdentifierKind.CARD, number)
    member_locked(unit, member_id)
    owner, state, sealed = _locked(unit, digest)
    if owner == member_id and state == CardState.BOUND:
        return
    if state == CardState.REPLACED:
        raise CardReplaced
    if owner != member_id:
        raise CardNotBound
    _bound(unit, member_id, digest, sealed)
    _noted(unit, actor, member_id, "card.found")


def card_replace(
    *, unit: Unit, actor: Actor, member_id: str, number: str, new_number: str, reason: str = ""
) -> None:
    """A new card for an old one, in use or lost: same member, same assets, the old one is dead.

    Errors: card_not_bound, card_replaced, card_taken, unknown_card, member_merged, …
    """
    old = identifier_digest(IdentifierKind.CARD, number)
    new = identifier_digest(IdentifierKind.CARD, new_number)
    member_locked(unit, member_id)
    # Both cards in the order of their digests, so that two replacements never wait in a circle.
    rows = {digest: _locked(unit, digest) for digest in sorted({old, new})}
    owner, state, _ = rows[old]
    if owner != member_id:
        raise CardNotBound
    if state == CardState.REPLACED:
        raise CardReplaced
    _free_checked(rows[new][1])
    _ended(unit, old, CardState.REPLACED)
    _bound(unit, member_id, new, rows[new][2])
    _noted(unit, actor, member_id, "card.replaced", reason)


def _numbers(prefix: str, first: int, count: int, digits: int) -> list[str]:
    last = first + count - 1
    fits = 0 < digits <= NUMBER_MAX and len(str(last)) <= digits
    length = len(prefix) + digits + prefix.isdigit()
    if not (_PREFIX.fullmatch(prefix) and first >= 0 and 0 < count <= CARDS_MAX and fits):
        raise CardRangeMalformed(maximum=CARDS_MAX)
    if not 4 <= length <= NUMBER_MAX:
        raise CardRangeMalformed(maximum=CARDS_MAX)
    bodies = [f"{prefix}{number:0{digits}d}" for number in range(first, last + 1)]
    return [f"{body}{_luhn(body)}" for body in bodies] if prefix.isdigit() else bodies


def _luhn(body: str) -> int:
    """The check digit that finds a mistyped or exchanged digit."""
    total = 0
    for place, character in enumerate(reversed(body)):
        value = int(character) * (2 - place % 2)
        total += value - 9 if value > 9 else value
    return -total % 10


def _locked(unit: Unit, digest: str) -> tuple[str | None, str, str]:
    rows = unit.fetch(LOCK, digest)
    if not rows:
        raise UnknownCard
    owner, state, sealed = rows[0]
    return owner, state, sealed


def _free_checked(state: str) -> None:
    refusals = {
        CardState.BOUND: CardTaken,
        CardState.LOST: CardLost,
        CardState.REPLACED: CardReplaced,
    }
    refusal = refusals.get(CardState(state))
    if refusal is not None:
        raise refusal


def _bound(unit: Unit, member_id: str, digest: str, sealed: str) -> None:
    now = clock.now()
    number = decrypt(sealed, digest)
    kind = IdentifierKind.CARD.value
    if not unit.flight([identifier_store_statement(kind, number, member_id, now)])[0]:
        raise IdentifierTaken(kind=kind)
    unit.fetch(BIND, member_id, now, digest)


def _ended(unit: Unit, digest: str, state: CardState) -> None:
    unit.fetch(END, state.value, clock.now(), digest)
    unit.flight([identifiers_drop_statement([digest])])


def _noted(unit: Unit, actor: Actor, member_id: str, action: str, reason: str = "") -> None:
    why = text_checked(reason, "reason", maximum=REASON_MAX)
    subject = public_id(PUBLIC_PREFIX, member_id)
    unit.flight(
        [
            record_statement(actor=actor, action=action, subject=subject, reason=why),
            notices_statement([NoticeView(new_id(), action, member_id, "{}", clock.now())]),
        ]
    )


__all__ = [
    "card_bind",
    "card_replace",
    "card_report_found",
    "card_report_lost",
    "cards_adopt_statements",
    "cards_dead",
    "cards_make",
    "cards_unadopt_statements",
]
