"""Levels in the import of members: a column for each ladder, and one for the last day.

An imported level holds through its last day, and for ever where the file says so. Without a day it
holds for as long as a level earned today would; where that is as long as its figure is reached, for
a year. It is history, no event: nobody
is congratulated on it.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import LiteralString

from regulars.entitlements.tiers.ladders import ladders_read
from regulars.entitlements.tiers.loading import standings_parsed, standings_statement
from regulars.entitlements.tiers.standing import windows_at
from regulars.entitlements.tiers.storing import Move, moves_kept_statements
from regulars.entitlements.tiers.types import NO_END, LadderView, Standing, Unlimited
from regulars.foundation import clock
from regulars.foundation.database.arrays import id_array
from regulars.foundation.database.session import Statement, Unit
from regulars.ledger.book.services import lot_last_day
from regulars.ledger.book.types import AfterMonths
from regulars.rules.fileimports.errors import ImportLevelUnknown
from regulars.rules.fileimports.services import day_read, is_for_ever, section_register
from regulars.rules.fileimports.types import Choice, FieldView, OpenSection, Section

LEVEL, UNTIL = "level:", "level_until:"
CAUSE = "import"
# How long an imported level without a last day holds where levels have no term.
HELD_MONTHS = 12
GUESSES = (
    "会员等级",
    "等级",
    "会员级别",
    "级别",
    "卡级别",
    "level",
    "tier",
    "memberlevel",
    "grade",
)
UNTIL_GUESSES = ("等级有效期", "等级到期日", "级别到期", "leveluntil", "tierexpires")

LAST_CHANGES: LiteralString = """
    SELECT DISTINCT ON (holder_id, ladder_id) holder_id, ladder_id, from_level_id, to_level_id,
           run_id
    FROM entitlements_level_change WHERE holder_id = ANY(%s::uuid[])
    ORDER BY holder_id, ladder_id, recorded_at DESC, id DESC
"""

Drafted = dict[int, Standing]


def levels_opened(unit: Unit) -> OpenSection:
    """Columns for the ladders in force; headings are guessed where there is only one."""
    ladders = [ladder for ladder in ladders_read(unit) if ladder.is_active]
    fields: list[FieldView] = []
    for ladder in ladders:
        names = {each: ladder.name.get(each) or ladder.code for each in ("zh-Hans", "en")}
        ends = {"zh-Hans": f"{names['zh-Hans']}：到期日", "en": f"{names['en']}: last day"}
        only = len(ladders) == 1
        levels = tuple([Choice(level.code, dict(level.name)) for level in ladder.levels])
        guesses = GUESSES if only else ()
        fields.append(FieldView(f"{LEVEL}{ladder.code}", names, guesses, levels))
        fields.append(FieldView(f"{UNTIL}{ladder.code}", ends, UNTIL_GUESSES if only else ()))
    return OpenSection(
        fields=tuple(fields),
        drafted=partial(_drafted, {ladder.code: ladder for ladder in ladders}),
        stored=_stored,
        undone=_undone,
    )


def _drafted(
    ladders: Mapping[str, LadderView], texts: Mapping[str, str], as_of: date
) -> Drafted | None:
    """By ladder the standing that a row names. Errors: import_level_unknown, import_date_unfit."""
    found: Drafted = {}
    for code, ladder in ladders.items():
        written = texts.get(f"{LEVEL}{code}", "")
        if not written:
            continue
        rank = _rank(ladder, written)
        if rank:
            ends = texts.get(f"{UNTIL}{code}", "")
            found[ladder.id] = Standing(rank, _until(ladder, ends, f"{UNTIL}{code}"))
    return found or None


def _rank(ladder: LadderView, written: str) -> int:
    """The rank of a level by its code, which the import found by what the file says."""
    for level in ladder.levels:
        if written == level.code:
            return level.rank
    known = ", ".join([level.code for level in ladder.levels])
    raise ImportLevelUnknown(level=written[:40], known=known)


def _until(ladder: LadderView, written: str, column: str) -> datetime | None:
    if is_for_ever(written):
        return NO_END
    last = day_read(written, column, ladder.time_zone) if written else None
    if last is None and isinstance(ladder.validity, Unlimited):
        # What the old system counted stays behind: the level would fall at the next settlement.
        day = clock.business_date(clock.now(), ladder.time_zone)
        last = lot_last_day(AfterMonths(HELD_MONTHS), day)
    if last is not None:
        return clock.midnight_after(last, ladder.time_zone)
    return windows_at(ladder, clock.now()).ends


def _stored(unit: Unit, run_id: str, drafted: Mapping[str, Drafted]) -> list[Statement]:
    """Only a level above the one she stands on is stored."""
    ladders = {ladder.id: ladder for ladder in ladders_read(unit)}
    rows = unit.flight([standings_statement(list(drafted))])[0]
    stood = standings_parsed(rows, list(ladders.values()))
    moves = []
    for holder_id, standings in drafted.items():
        for ladder_id, after in standings.items():
            before = stood.get((ladder_id, holder_id), Standing(0))
            if after.rank > before.rank:
                moves.append(_move(ladders[ladder_id], holder_id, before, after, run_id))
    return moves_kept_statements(moves, clock.now())


def _undone(unit: Unit, run_id: str, holder_ids: Sequence[str]) -> list[Statement]:
    """Members who stay go back to where they stood before this import, unless they moved since."""
    ladders = {ladder.id: ladder for ladder in ladders_read(unit)}
    rows = unit.flight([Statement(LAST_CHANGES, (id_array(holder_ids),))])[0]
    moves = []
    for holder_id, ladder_id, from_level, to_level, cause_run in rows:
        ladder = ladders.get(ladder_id)
        if ladder is None or cause_run != run_id:
            continue
        ranks = {level.id: level.rank for level in ladder.levels}
        before, after = Standing(ranks[to_level]), Standing(ranks[from_level])
        moves.append(_move(ladder, holder_id, before, after, run_id))
    return moves_kept_statements(moves, clock.now())


def _move(
    ladder: LadderView, holder_id: str, before: Standing, after: Standing, run_id: str
) -> Move:
    return Move(ladder, holder_id, before, after, CAUSE, None, run_id, 0)


section_register(Section(name="level", opened=levels_opened))
