"""The doors of importing files: add, map, check, start, run, finish, undo, discard."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import IO
from uuid import UUID

from django.db import IntegrityError, transaction

from regulars.foundation import clock
from regulars.foundation.actors import Actor
from regulars.foundation.audit.services import record
from regulars.foundation.database.session import unit_of_work, unit_retried
from regulars.foundation.jobs.registry import job_defer_named
from regulars.foundation.shop.selectors import shop_known
from regulars.foundation.texts import text_checked
from regulars.organization.approvals.errors import ApprovedChanged
from regulars.organization.approvals.selectors import approval_gate
from regulars.rules.fileimports.checking import Check
from regulars.rules.fileimports.chunks import members_taken, rejected_statements
from regulars.rules.fileimports.columns import section_register
from regulars.rules.fileimports.drafting import Setting, setting_opened
from regulars.rules.fileimports.errors import ImportStateUnfit
from regulars.rules.fileimports.fields import columns_guessed, fields_offered
from regulars.rules.fileimports.keeping import (
    Kept,
    chunk_read,
    file_kept,
    kept_deleted,
    kept_path,
)
from regulars.rules.fileimports.meanings import Values, values_checked, values_fitted
from regulars.rules.fileimports.models import OVER, ColumnMapping, FileImport
from regulars.rules.fileimports.sales import sales_taken
from regulars.rules.fileimports.selectors import import_found, import_view, mapping_fitted
from regulars.rules.fileimports.totals import totals_carried, totals_read
from regulars.rules.fileimports.types import MEMBERS, SALES, ChunkReport, FileImportView
from regulars.rules.fileimports.undoing import undoing_begun, undoing_done
from regulars.rules.fileimports.values import day_read, is_for_ever
from regulars.rules.fileimports.weighing import IMPORT, import_digest, import_weight

NAME_MAX = 200
# More rows than this are checked by the worker, so that nobody waits for minutes.
ROWS_AT_ONCE = 20_000
OPEN = ("added", "checked")
ALIVE = ("running", "finished", "undoing")


def file_add(*, actor: Actor, stream: IO[bytes], name: str) -> FileImportView:
    """Reads and keeps a file, and guesses what its columns mean.

    The same file again answers the import that there is, also while it runs. Errors:
    import_file_too_large, import_file_unreadable, import_file_empty.
    """
    kept = file_kept(stream, name)
    there = _live(kept.digest)
    if there is None:
        try:
            with transaction.atomic():
                there = _added(actor, kept, name)
        except IntegrityError:
            # Somebody else uploaded the same file in the same moment.
            there = FileImport.objects.exclude(state__in=OVER).get(digest=kept.digest)
    if there.state in ("finished", "undoing"):
        kept_deleted(kept.digest)
    return import_view(there)


def mapping_set(
    *,
    actor: Actor,
    import_id: str,
    kind: str = MEMBERS,
    columns: Mapping[str, str] | None = None,
    mapping: str | None = None,
    values: Values | None = None,
    expected: Mapping[str, int] | None = None,
    as_of: date | None = None,
) -> FileImportView:
    """Says what the columns mean: field to heading, or a saved mapping by name, or by guess.

    `values` says for some fields what the file's values become, beside what was said before.
    `expected` are the old system's totals in whole units, `members` among them. Errors:
    import_mapping_unfit, import_value_unfit, unknown_mapping, import_state_unfit.
    """
    run = _in_state(import_id, OPEN)
    before: Values = run.values
    if mapping is not None or columns is None:
        known = mapping_fitted(run.headings, kind, mapping)
        kind, columns = known.kind, known.columns
        before = before if mapping is None else known.values
    with unit_of_work() as unit:
        fields = fields_offered(unit, kind)
        said = values_fitted(fields, columns, before)
        for name, given in values_checked(fields, columns, values or {}).items():
            said[name] = said.get(name, {}) | given
        day = as_of or run.as_of
        setting_opened(unit, kind, columns, run.headings, day, said)
    with transaction.atomic():
        FileImport.objects.filter(id=run.id, state__in=OPEN).update(
            kind=kind,
            columns=dict(columns),
            values=said,
            expected=dict(run.expected if expected is None else expected),
            as_of=day,
            state="added",
            checked={},
        )
        run.rejected.all().delete()
    return import_view(import_found(import_id))


def file_check(
    *, actor: Actor, import_id: str, progress: Callable[[int], None] | None = None
) -> FileImportView:
    """The dry run: counts, totals and the first rejected rows; no member and no entry is made.

    Errors: import_mapping_unfit, import_state_unfit, import_file_gone.
    """
    run = _in_state(import_id, OPEN)
    setting = _setting(run)
    check = Check(setting)
    for number in range(len(run.offsets)):
        rows = chunk_read(run.digest, run.offsets, number)
        with unit_of_work() as unit:
            check.chunk_checked(unit, rows)
        if progress is not None:
            progress(len(rows))
    report = {"counts": check.counts, "carried": totals_carried(setting, run.file_totals)}
    with transaction.atomic():
        run.rejected.all().delete()
        changed = FileImport.objects.filter(
            id=run.id, state__in=OPEN, columns=run.columns, values=run.values, kind=run.kind
        ).update(state="checked", checked=report, twice=check.twice)
    if changed:
        unit_retried(lambda unit: unit.flight(rejected_statements(str(run.id), check.rejected)))
    return import_view(import_found(import_id))


def import_start(*, actor: Actor, import_id: str) -> FileImportView:
    """Begins in earnest what was checked; beginning twice changes nothing.

    What it brings along may need a second person. Errors: import_state_unfit, approval_needed,
    approval_needs_people (`import_request` asks).
    """
    run = import_found(import_id)
    if run.state == "checked":
        approval_gate(IMPORT, import_weight(run), actor)
    return import_let_in(actor=actor, import_id=import_id)


def import_let_in(*, actor: Actor, import_id: str, approved: str | None = None) -> FileImportView:
    """Begins without asking anybody, for this room; with `approved` what was, by its digest.

    Errors: approved_changed, import_state_unfit.
    """
    now = clock.now()
    with transaction.atomic():
        if approved not in (None, import_digest(import_found(import_id, locked=True))):
            raise ApprovedChanged
        begun = FileImport.objects.filter(id=_uuid(import_id), state="checked").update(
            state="running", started_at=now, saved_at=now
        )
        run = import_found(import_id)
        if begun:
            run.rejected.all().delete()
            details = {"amount": import_weight(run)}
            record(actor=actor, action="file_import.started", subject=import_id, details=details)
    if not begun and run.state not in ("running", "finished"):
        raise ImportStateUnfit(state=run.state, expected="checked")
    return import_view(run)


def chunks_run(
    *,
    import_id: str,
    part: int = 0,
    parts: int = 1,
    report: Callable[[ChunkReport], None] | None = None,
) -> None:
    """Takes every chunk of one part that is not in yet; `report` hears of each when it is durable.

    Any number of processes may run the same parts: each chunk has one effect. Errors:
    import_file_gone, busy, database_unavailable; go on by calling it again.
    """
    run = import_found(import_id)
    if run.state != "running":
        return
    setting = _setting(run)
    done = set(run.chunks.values_list("number", flat=True))
    twice = frozenset(run.twice)
    for number in range(part, len(run.offsets), parts):
        if number in done:
            continue
        rows = chunk_read(run.digest, run.offsets, number)
        if run.kind == SALES:
            currency = shop_known().currency
            answer = sales_taken(str(run.id), setting, number, rows, currency)
        else:
            answer = members_taken(str(run.id), setting, number, rows, twice)
        if report is not None and answer is not None:
            report(answer)


def import_finish(*, actor: Actor, import_id: str) -> FileImportView:
    """Closes an import all of whose chunks are in, and deletes the kept file.

    While chunks are missing it stays as it is: another process may be at them.
    """
    run = import_found(import_id)
    if run.state == "running" and run.chunks.count() == len(run.offsets):
        with transaction.atomic():
            finished = FileImport.objects.filter(id=run.id, state="running").update(
                state="finished", finished_at=clock.now()
            )
            run = import_found(import_id)
            if finished:
                counts = import_view(run).counts
                record(
                    actor=actor,
                    action="file_import.finished",
                    subject=import_id,
                    details={"counts": counts},
                )
        kept_deleted(run.digest)
    return import_view(run)


def undo_begin(*, actor: Actor, import_id: str) -> None:
    """Closes everybody whom the import touched, so that it can be undone; all or none.

    Beginning twice changes nothing. Errors: import_built_on, import_state_unfit.
    """
    # Sales are booked by the intake before their chunk is noted: let a run of them end first.
    states = ("finished", "undoing") if import_found(import_id).kind == SALES else ALIVE
    run = _in_state(import_id, states)
    if run.state != "undoing":
        unit_retried(lambda unit: undoing_begun(unit, str(run.id)))


def import_undo(*, actor: Actor, import_id: str) -> FileImportView:
    """Takes a whole import back by ledger entries; members whom it made are withdrawn.

    May be called again when it was broken off. Errors: import_built_on, with the first members on
    whom something was built; import_state_unfit.
    """
    undo_begin(actor=actor, import_id=import_id)
    run = _in_state(import_id, ("undoing",))
    undoing_done(str(run.id), actor, run.saved_at or run.created_at)
    with transaction.atomic():
        ended = FileImport.objects.filter(id=run.id, state="undoing").update(state="undone")
        if ended:
            record(actor=actor, action="file_import.undone", subject=import_id)
    kept_deleted(run.digest)
    return import_view(import_found(import_id))


def import_discard(*, actor: Actor, import_id: str) -> FileImportView:
    """Throws a file away that was not started. Errors: import_state_unfit."""
    run = _in_state(import_id, OPEN)
    with transaction.atomic():
        gone = FileImport.objects.filter(id=run.id, state__in=OPEN).update(state="discarded")
        if not gone:
            raise ImportStateUnfit(state=import_found(import_id).state, expected="checked")
        run.rejected.all().delete()
        record(actor=actor, action="file_import.discarded", subject=import_id)
    kept_deleted(run.digest)
    return import_view(import_found(import_id))


def file_checked_or_queued(*, actor: Actor, import_id: str) -> FileImportView:
    """The dry run at once, or in the background where the file is large.

    Errors: as `file_check`.
    """
    run = _in_state(import_id, OPEN)
    if run.row_count > ROWS_AT_ONCE:
        with transaction.atomic():
            job_defer_named("file_import.check", import_id=import_id)
        return import_view(run)
    return file_check(actor=actor, import_id=import_id)


def import_begin(*, actor: Actor, import_id: str) -> FileImportView:
    """Starts what was checked, and lets the worker do it. Errors: as `import_start`."""
    with transaction.atomic():
        view = import_start(actor=actor, import_id=import_id)
        job_defer_named("file_import.run", import_id=import_id)
    return view


def import_undo_begin(*, actor: Actor, import_id: str) -> FileImportView:
    """Begins to undo an import, and lets the worker end it.

    Errors: import_built_on, import_state_unfit.
    """
    undo_begin(actor=actor, import_id=import_id)
    with transaction.atomic():
        job_defer_named("file_import.undo", import_id=import_id)
    return import_view(import_found(import_id))


def mapping_save(*, actor: Actor, name: str, import_id: str) -> None:
    """Keeps an import's mapping by name, for the next file of the same system."""
    run = import_found(import_id)
    title = text_checked(name, "name", maximum=60, required=True)
    with transaction.atomic():
        ColumnMapping.objects.update_or_create(
            name=title,
            defaults={
                "kind": run.kind,
                "columns": run.columns,
                "values": run.values,
                "saved_at": clock.now(),
            },
        )
        record(actor=actor, action="file_import.mapping_saved", subject=title)


def _live(digest: str) -> FileImport | None:
    return FileImport.objects.exclude(state__in=OVER).filter(digest=digest).first()


def _added(actor: Actor, kept: Kept, name: str) -> FileImport:
    now = clock.now()
    kind, columns = MEMBERS, {}
    with unit_of_work() as unit:
        by_kind = {
            each: columns_guessed(kept.headings, fields_offered(unit, each))
            for each in (MEMBERS, SALES)
        }
    kind = SALES if {"document", "paid_at", "net"} <= by_kind[SALES].keys() else MEMBERS
    columns = by_kind[kind]
    run = FileImport.objects.create(
        file_name=text_checked(name[-NAME_MAX:], "file", maximum=NAME_MAX),
        digest=kept.digest,
        kind=kind,
        columns=columns,
        headings=kept.headings,
        offsets=kept.offsets,
        row_count=kept.row_count,
        file_totals=kept.totals,
        as_of=clock.business_date(now, shop_known().time_zone),
        created_at=now,
        created_by=str(actor),
    )
    record(actor=actor, action="file_import.added", subject=str(run.id))
    return run


def _in_state(import_id: str, states: tuple[str, ...]) -> FileImport:
    run = import_found(import_id)
    if run.state not in states:
        raise ImportStateUnfit(state=run.state, expected=", ".join(states))
    return run


def _setting(run: FileImport) -> Setting:
    with unit_of_work() as unit:
        return setting_opened(unit, run.kind, run.columns, run.headings, run.as_of, run.values)


def _uuid(import_id: str) -> UUID:
    return import_found(import_id).id


__all__ = [
    "chunks_run",
    "day_read",
    "file_add",
    "file_check",
    "file_checked_or_queued",
    "import_begin",
    "import_discard",
    "import_finish",
    "import_start",
    "import_undo",
    "import_undo_begin",
    "is_for_ever",
    "kept_path",
    "mapping_save",
    "mapping_set",
    "section_register",
    "totals_read",
    "undo_begin",
]
