"""Taking a chunk of rows: members with all they bring along in one unit of work, set-based.

The chunk's own row is written first and with its effects: whoever runs the same chunk meanwhile
waits there and then finds it done. It also holds the import in its state while the chunk runs.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, LiteralString

import msgspec

from regulars.foundation import clock
from regulars.foundation.actors import job
from regulars.foundation.database.arrays import (
    id_array,
    int_array,
    optional_id_array,
    plain_array,
    text_array,
)
from regulars.foundation.database.session import Statement, Unit, unit_retried
from regulars.foundation.errors import RegularsError
from regulars.foundation.ids import key_id, new_id
from regulars.foundation.personal import encrypt
from regulars.ledger.book.services import post
from regulars.ledger.book.types import Credit, EntryResult, Post
from regulars.members.cards.errors import CardLost
from regulars.members.cards.services import cards_adopt_statements, cards_dead
from regulars.members.profiles.services import members_enrol_bulk
from regulars.members.profiles.types import Enrolled
from regulars.rules.fileimports.drafting import (
    Setting,
    member_drafted,
    placed_counted,
    rejected_counted,
)
from regulars.rules.fileimports.errors import MemberTwice
from regulars.rules.fileimports.types import (
    ChunkReport,
    MemberRow,
    ReadRow,
    Rejected,
    rejected,
)

ACTOR = job("file-import")
OPENING = "opening"

BEGIN: LiteralString = """
    INSERT INTO rules_file_import_chunk (file_import_id, number, counts, done_at)
    SELECT id, %s, '{}', %s FROM (
        SELECT id FROM rules_file_import WHERE id = %s AND state = 'running' FOR SHARE) AS run
    ON CONFLICT (file_import_id, number) DO NOTHING RETURNING number
"""
COUNTED: LiteralString = """
    UPDATE rules_file_import_chunk SET counts = %s::jsonb WHERE file_import_id = %s AND number = %s
"""
TOUCHED: LiteralString = """
    INSERT INTO rules_file_import_row (file_import_id, row, holder_id, entry_id, document, is_new,
        is_undone)
    SELECT %s, unnest(%s::bigint[]), unnest(%s::uuid[]), unnest(%s::uuid[]), unnest(%s::text[]),
        unnest(%s::boolean[]), false
    ON CONFLICT DO NOTHING
"""
THERE: LiteralString = """
    SELECT holder_id FROM rules_file_import_row
    WHERE file_import_id = %s AND document = '' AND holder_id = ANY(%s::uuid[])
"""
REJECT: LiteralString = """
    INSERT INTO rules_file_import_rejection (id, file_import_id, row, code, text, cells_encrypted)
    SELECT unnest(%s::uuid[]), %s, unnest(%s::bigint[]), unnest(%s::text[]),
        unnest(%s::text[])::jsonb, unnest(%s::text[])
    ON CONFLICT (file_import_id, row) DO NOTHING
"""
_JSON = msgspec.json.Encoder()


class Taken(msgspec.Struct):
    """What became of a chunk's rows."""

    members: list[tuple[MemberRow, Enrolled]] = []
    rejected: list[Rejected] = []
    entries: dict[int, str] = {}


def members_taken(
    run_id: str, setting: Setting, number: int, rows: Sequence[ReadRow], twice: frozenset[int]
) -> ChunkReport | None:
    """Takes a chunk of members; None when it was taken before, or the import runs no more."""
    drafts: list[MemberRow] = []
    refused: list[Rejected] = []
    for row in rows:
        try:
            if row.row in twice:
                raise MemberTwice
            drafts.append(member_drafted(setting, row))
        except RegularsError as refusal:
            refused.append(rejected(row.row, refusal, row.cells))
    by_row = {row.row: row for row in rows}
    work = partial(
        _taken,
        run_id=run_id,
        setting=setting,
        number=number,
        drafts=drafts,
        refused=refused,
        rows=by_row,
    )
    return unit_retried(work)


def _taken(
    unit: Unit,
    *,
    run_id: str,
    setting: Setting,
    number: int,
    drafts: Sequence[MemberRow],
    refused: Sequence[Rejected],
    rows: Mapping[int, ReadRow],
) -> ChunkReport | None:
    now = clock.now()
    if not unit.fetch(BEGIN, number, now, run_id):
        return None
    taken = Taken(rejected=list(refused))
    _enrolled(unit, run_id, drafts, rows, taken)
    _posted(unit, run_id, setting, rows, taken, now)
    statements = _stored(unit, run_id, setting, taken, now)
    counts = _counted(setting, rows, taken)
    unit.flight(
        [
            *statements,
            *rejected_statements(run_id, taken.rejected),
            Statement(COUNTED, (_JSON.encode(counts).decode(), run_id, number)),
        ]
    )
    return ChunkReport(number, counts)


def _enrolled(
    unit: Unit,
    run_id: str,
    drafts: Sequence[MemberRow],
    rows: Mapping[int, ReadRow],
    taken: Taken,
) -> None:
    """Who the rows are: new members, or members who were there; nobody twice."""
    drafts = _without_dead_cards(unit, drafts, rows, taken)
    answers = members_enrol_bulk(unit, [draft.member for draft in drafts])
    # Whom a row makes, no row before it has named. To look for all of them was the dearest part of
    # an import, and grew with it: without statistics of its rows each of these was gone through.
    known = [each.member_id for each in answers if isinstance(each, Enrolled) and not each.is_new]
    named = {row[0] for row in unit.fetch(THERE, run_id, id_array(known))} if known else set()
    for draft, answer in zip(drafts, answers, strict=True):
        cells = rows[draft.row].cells
        if isinstance(answer, RegularsError):
            taken.rejected.append(rejected(draft.row, answer, cells))
        elif answer.member_id in named:
            taken.rejected.append(rejected(draft.row, MemberTwice(), cells))
        else:
            named.add(answer.member_id)
            taken.members.append((draft, answer))


def _without_dead_cards(
    unit: Unit, drafts: Sequence[MemberRow], rows: Mapping[int, ReadRow], taken: Taken
) -> Sequence[MemberRow]:
    """Rejects rows with a card that was reported lost or replaced here."""
    numbers = [draft.member.card for draft in drafts if draft.member.card is not None]
    dead = cards_dead(unit, numbers) if numbers else frozenset()
    if not dead:
        return drafts
    for draft in drafts:
        if draft.member.card in dead:
            taken.rejected.append(rejected(draft.row, CardLost(), rows[draft.row].cells))
    return [draft for draft in drafts if draft.member.card not in dead]


def _posted(
    unit: Unit,
    run_id: str,
    setting: Setting,
    rows: Mapping[int, ReadRow],
    taken: Taken,
    now: datetime,
) -> None:
    """Opening entries: earned when the file says, on the books since the day of taking over."""
    giving = [(draft, who) for draft, who in taken.members if draft.credits]
    batch = []
    for draft, who in giving:
        key = key_id("file import", run_id, str(draft.row))
        batch.append(
            Post(
                key=key,
                holder_id=who.member_id,
                kind=OPENING,
                movements=tuple(
                    [
                        Credit(
                            each.asset_id,
                            each.amount,
                            counter=OPENING,
                            by_policy=each.by_policy,
                            expires_at=each.expires_at,
                        )
                        for each in draft.credits
                    ]
                ),
                occurred_at=min(draft.earned_at, now),
                business_date=setting.as_of,
                actor=ACTOR,
                entry_id=new_id(),
                digest=key,
            )
        )
    for (draft, who), answer in zip(giving, post(unit, batch) if batch else [], strict=True):
        if isinstance(answer, EntryResult) and answer.entry_id is not None:
            taken.entries[draft.row] = answer.entry_id
        elif isinstance(answer, RegularsError):
            # A member who was there before and is frozen; a new one is refused nothing.
            taken.rejected.append(rejected(draft.row, answer, rows[draft.row].cells))
            taken.members.remove((draft, who))


def _stored(
    unit: Unit, run_id: str, setting: Setting, taken: Taken, now: datetime
) -> list[Statement]:
    members = taken.members
    statements = [
        Statement(
            TOUCHED,
            (
                run_id,
                int_array([draft.row for draft, _ in members]),
                id_array([who.member_id for _, who in members]),
                optional_id_array([taken.entries.get(draft.row) for draft, _ in members]),
                text_array([""] * len(members)),
                plain_array([str(who.is_new).lower() for _, who in members]),
            ),
        )
    ]
    cards = [
        (draft.member.card, who.member_id)
        for draft, who in members
        if draft.member.card is not None and who.is_new
    ]
    if cards:
        statements += cards_adopt_statements(unit=unit, cards=cards, now=now)
    for name, section in setting.sections.items():
        drafted: dict[str, Any] = {
            who.member_id: draft.more[name] for draft, who in members if name in draft.more
        }
        if drafted:
            statements += section.stored(unit, run_id, drafted)
    return statements


def _counted(setting: Setting, rows: Mapping[int, ReadRow], taken: Taken) -> dict[str, int]:
    counts = {
        "rows": len(rows),
        "taken": len(taken.members),
        "new": sum([who.is_new for _, who in taken.members]),
        "rejected": len(taken.rejected),
    }
    codes = {asset.id: asset.code for _, asset, _ in setting.amounts}
    for draft, _ in taken.members:
        for credit in draft.credits:
            name = f"taken:{codes[credit.asset_id]}"
            counts[name] = counts.get(name, 0) + credit.amount
        for name in draft.more:
            counts[f"with:{name}"] = counts.get(f"with:{name}", 0) + 1
    taken_rows = {draft.row for draft, _ in taken.members}
    for number, row in rows.items():
        placed_counted(counts, setting, row, is_taken=number in taken_rows)
    for each in taken.rejected:
        rejected_counted(counts, setting, rows[each.row])
    return counts


def rejected_statements(run_id: str, refused: Sequence[Rejected]) -> list[Statement]:
    """Keeps rejected rows with their cells sealed, each row once."""
    if not refused:
        return []
    ids = [new_id() for _ in refused]
    return [
        Statement(
            REJECT,
            (
                id_array(ids),
                run_id,
                int_array([each.row for each in refused]),
                text_array([each.code for each in refused]),
                text_array([_JSON.encode(each.text).decode() for each in refused]),
                text_array(
                    [
                        encrypt(_JSON.encode(each.cells).decode(), place)
                        for each, place in zip(refused, ids, strict=True)
                    ]
                ),
            ),
        )
    ]
