"""The doors of importing: prepare, run the parts, note what they brought, end with an expiry."""

import hashlib
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from uuid import UUID

import msgspec
from django.db import InterfaceError, OperationalError, connection, transaction

from regulars.foundation import clock
from regulars.foundation.actors import Actor
from regulars.foundation.audit.services import record
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.shop.selectors import shop_known
from regulars.ledger.book.services import lots_expire
from regulars.rules.imports import feeding
from regulars.rules.imports.datasets import (
    PRODUCTS,
    TRANSACTIONS,
    dataset_named,
    folder_found,
)
from regulars.rules.imports.errors import ImportStopped
from regulars.rules.imports.feeding import ATTEMPTS_MAX, PAUSE_SECONDS
from regulars.rules.imports.models import ImportRun, RejectedRow
from regulars.rules.imports.preparing import (
    currency_checked,
    members_ready,
    program_ready,
    stores_ready,
)
from regulars.rules.imports.reading import YearFile
from regulars.rules.imports.selectors import run_get
from regulars.rules.imports.types import Asked, BatchReport, Plan, Rejection, RunView

# Changes when the same file would be made into other items, so that no old position is used.
RECIPE = 1
EXPIRED_AT_ONCE = 2000
READ_BYTES = 1 << 20


def import_asked(
    *,
    dataset: str,
    folder: Path | None = None,
    limit: int | None = None,
    seed: int | None = None,
    parts: int = 1,
    batch_size: int = 1000,
) -> Asked:
    """What is to be imported, with its files found. Errors: unknown_dataset, dataset_missing."""
    known = dataset_named(dataset)
    return Asked(known.code, str(folder_found(folder)), limit, seed, parts, batch_size)


def import_begin(*, actor: Actor, asked: Asked, resume: bool = False) -> Plan:
    """Reads and checks the files, then sets up program, stores and members, and the run.

    With `resume` the last unfinished run of the same files goes on from where it was saved;
    without it, or when there is none, a new run begins. Either way each event counts once.
    """
    currency_checked(shop_known().currency)
    dataset = dataset_named(asked.dataset)
    source = YearFile(Path(asked.folder), dataset, asked.limit)
    households = source.households()
    if households:
        program_ready(dataset, actor, min(joined_at for _, joined_at, _ in households))
        stores_ready(source.stores(), actor)
        members_ready(households)
    run = _run_found(actor, asked, resume=resume)
    with transaction.atomic():
        _rejected_saved(run.id, source.rejected)
    return Plan(
        run_id=str(run.id),
        asked=asked,
        positions=tuple(run.positions),
        baskets=source.basket_count,
        lines=source.line_count,
        counts=dict(run.counts),
    )


def part_run(plan: Plan, part: int, report: Callable[[BatchReport], None]) -> None:
    """Imports one part's households; `report` is called after each batch is durable."""
    feeding.part_run(plan, part, shop_known().currency, report)


def batch_noted(*, run_id: str, report: BatchReport) -> None:
    """Saves how far a part is and what its batch brought, both or neither.

    Waits for a database that is being restarted; errors: import_stopped, when it stays away.
    """
    problem = ""
    for attempt in range(ATTEMPTS_MAX):
        if attempt:
            time.sleep(PAUSE_SECONDS)
        try:
            _noted(run_id, report)
        except (OperationalError, InterfaceError) as trouble:
            connection.close()
            problem = str(trouble)
            continue
        return
    raise ImportStopped(problem=problem)


def _noted(run_id: str, report: BatchReport) -> None:
    with transaction.atomic():
        run = ImportRun.objects.select_for_update().get(id=UUID(run_id))
        if report.number <= run.positions[report.part]:
            return
        run.positions[report.part] = report.number
        for name, amount in report.counts.items():
            run.counts[name] = run.counts.get(name, 0) + amount
        ImportRun.objects.filter(id=run.id).update(
            positions=run.positions, counts=run.counts, saved_at=clock.now()
        )
        _rejected_saved(run.id, report.rejected)


def import_finish(*, actor: Actor, run_id: str) -> RunView:
    """Closes a run whose parts are all done."""
    with transaction.atomic():
        ImportRun.objects.filter(id=UUID(run_id)).update(state="finished", saved_at=clock.now())
        view = run_get(run_id)
        details = {"dataset": view.dataset, "counts": view.counts, "rejected": view.rejected}
        record(actor=actor, action="import.finished", subject=run_id, details=details)
    return view


def import_expire(*, dataset: str) -> int:
    """Posts what expired up to the dataset's stated day, for all members; answers how many lots."""
    known = dataset_named(dataset)
    at = clock.midnight_after(known.expire_through, known.time_zone)
    total = 0
    while True:
        with unit_of_work() as unit:
            died = lots_expire(
                unit, at=at, now=clock.now(), actor=str(feeding.ACTOR), limit=EXPIRED_AT_ONCE
            )
        if died == 0:
            return total
        total += died


def _run_found(actor: Actor, asked: Asked, *, resume: bool) -> ImportRun:
    digest = _digest(asked)
    if resume:
        runs = ImportRun.objects.filter(digest=digest, state="running")
        last = runs.order_by("-started_at").first()
        if last is not None:
            return last
    now = clock.now()
    return ImportRun.objects.create(
        dataset=asked.dataset,
        digest=digest,
        positions=[0] * asked.parts,
        counts={},
        started_at=now,
        saved_at=now,
        started_by=str(actor),
    )


def _digest(asked: Asked) -> str:
    """Of the files' bytes and of all that decides which items they become, in which batches."""
    digest = hashlib.blake2b(digest_size=32)
    wanted = (RECIPE, asked.dataset, asked.limit, asked.seed, asked.parts, asked.batch_size)
    digest.update(msgspec.json.encode(wanted))
    for name in (TRANSACTIONS, PRODUCTS):
        with (Path(asked.folder) / name).open("rb") as file:
            while block := file.read(READ_BYTES):
                digest.update(block)
    return digest.hexdigest()


def _rejected_saved(run_id: UUID, rejected: Iterable[Rejection]) -> None:
    RejectedRow.objects.bulk_create(
        [
            RejectedRow(run_id=run_id, row=each.row, key=each.key, code=each.code, text=each.text)
            for each in rejected
        ],
        ignore_conflicts=True,
    )
