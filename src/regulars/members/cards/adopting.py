"""Cards of another system that members bring along: bound from the start, numbers as they are."""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString

from regulars.foundation.database.arrays import id_array, int_array, text_array
from regulars.foundation.database.session import Statement, Unit
from regulars.foundation.personal import encrypt
from regulars.members.profiles.selectors import identifier_digest, identifier_normalised
from regulars.members.profiles.types import IdentifierKind

NAME = "imported"

BATCH: LiteralString = """
    INSERT INTO members_card_batch (name, first, last, count, created_at)
    VALUES (%s, %s, %s, %s, %s) RETURNING id
"""
ADOPT: LiteralString = """
    INSERT INTO members_card (digest, value_encrypted, batch_id, member_id, state, bound_at,
        created_at)
    SELECT digest, sealed, batch, member, 'bound', %s, %s
    FROM unnest(%s::uuid[], %s::text[], %s::int[], %s::uuid[]) AS c(digest, sealed, batch, member)
    ORDER BY digest
    ON CONFLICT (digest) DO UPDATE SET member_id = excluded.member_id, state = 'bound',
        bound_at = excluded.bound_at
    WHERE members_card.state = 'stock'
"""


FORGET: LiteralString = """
    DELETE FROM members_card c USING members_card_batch b
    WHERE b.id = c.batch_id AND b.name = %s AND c.member_id = ANY(%s::uuid[])
"""
TO_STOCK: LiteralString = """
    UPDATE members_card SET member_id = NULL, state = 'stock', bound_at = NULL
    WHERE member_id = ANY(%s::uuid[]) AND state = 'bound'
"""
DEAD: LiteralString = """
    SELECT digest FROM members_card
    WHERE digest = ANY(%s::uuid[]) AND state IN ('lost', 'replaced')
"""


def cards_dead(unit: Unit, numbers: Sequence[str]) -> frozenset[str]:
    """Those of these cards that were reported lost or replaced: nobody may bring them along."""
    kind = IdentifierKind.CARD.value
    by_digest = {identifier_digest(kind, number): number for number in numbers}
    rows = unit.fetch(DEAD, id_array(list(by_digest)))
    return frozenset([by_digest[row[0]] for row in rows])


def cards_adopt_statements(
    *, unit: Unit, cards: Sequence[tuple[str, str]], now: datetime
) -> list[Statement]:
    """Makes and binds cards for members that were enrolled with these numbers, in one batch.

    `cards` are (number, member id). The numbers are the members' already, so they are free.
    """
    kind = IdentifierKind.CARD.value
    numbers = [identifier_normalised(kind, number) for number, _ in cards]
    digests = [identifier_digest(kind, number) for number in numbers]
    rows = unit.fetch(BATCH, NAME, min(numbers), max(numbers), len(numbers), now)
    batch = int(rows[0][0])
    return [
        Statement(
            ADOPT,
            (
                now,
                now,
                id_array(digests),
                text_array([encrypt(n, d) for n, d in zip(numbers, digests, strict=True)]),
                int_array([batch] * len(numbers)),
                id_array([member_id for _, member_id in cards]),
            ),
        )
    ]


def cards_unadopt_statements(member_ids: Sequence[str]) -> list[Statement]:
    """Undoes an adopting: cards that came along are gone, those made here are free again.

    For members who are withdrawn in the same unit of work; their numbers go with them.
    """
    mine = id_array(member_ids)
    return [Statement(FORGET, (NAME, mine)), Statement(TO_STOCK, (mine,))]
