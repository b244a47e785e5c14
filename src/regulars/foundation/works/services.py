"""The doors for starting long work and for doing it, chunk by chunk."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from regulars.foundation import clock
from regulars.foundation.actors import Actor
from regulars.foundation.audit.services import record
from regulars.foundation.database.session import Statement
from regulars.foundation.errors import RegularsError
from regulars.foundation.works.models import Work, WorkFile
from regulars.foundation.works.registry import work_kind, work_kind_register
from regulars.foundation.works.selectors import work_view
from regulars.foundation.works.types import Chunk, WorkView

FILES_KEPT = timedelta(days=7)
WORKS_KEPT = timedelta(days=90)


def work_begin(
    *,
    actor: Actor,
    kind: str,
    screen: str,
    arguments: dict[str, Any],
    total: int,
    file_name: str = "",
) -> WorkView:
    """Notes a work that is to be done; the caller queues the job in the same transaction.

    `screen` is the page it belongs to, `total` how many it will touch as far as is known now.
    """
    work = Work.objects.create(
        kind=kind,
        screen=screen,
        arguments=arguments,
        total=total,
        file_name=file_name,
        created_at=clock.now(),
        created_by=str(actor),
    )
    record(
        actor=actor,
        action="work.begun",
        subject=str(work.id),
        details={"kind": kind, "total": total},
    )
    return work_view(work)


def work_done(*, work_id: str) -> WorkView:
    """Does what is left of a work. Called again after a broken worker, it goes on.

    A refusal of the whole work ends it as failed, with the refusal's code.
    """
    Work.objects.filter(id=work_id, state="waiting").update(state="running")
    work = Work.objects.get(id=work_id)
    while work.state == "running":
        try:
            _chunk_done(work)
        except RegularsError as refusal:
            Work.objects.filter(id=work.id, state="running").update(
                state="failed", note=refusal.code[:64], finished_at=clock.now()
            )
        work.refresh_from_db()
    return work_view(work)


def _chunk_done(work: Work) -> None:
    kind = work_kind(work.kind)
    if not kind.whole:
        _chunk_kept(work, kind.doing(work_view(work), work.cursor))
        return
    with transaction.atomic():
        if not _chunk_kept(work, kind.doing(work_view(work), work.cursor)):
            transaction.set_rollback(True)  # somebody else did it, or it was stopped meanwhile


@transaction.atomic
def _chunk_kept(work: Work, chunk: Chunk) -> bool:
    """Keeps a chunk's outcome, once: who comes second finds another cursor there."""
    over = {"state": "done", "finished_at": clock.now()} if not chunk.cursor else {}
    note = {"note": chunk.note[:64]} if chunk.note else {}
    kept = Work.objects.filter(id=work.id, state="running", cursor=work.cursor).update(
        cursor=chunk.cursor,
        done=F("done") + chunk.done,
        refused=F("refused") + chunk.refused,
        **over,
        **note,
    )
    if kept and chunk.content:
        number = WorkFile.objects.filter(work_id=work.id).count()
        WorkFile.objects.create(work_id=work.id, number=number, content=chunk.content)
    return bool(kept)


@transaction.atomic
def work_again(*, actor: Actor, work_id: str) -> None:
    """Lets a failed work go on where it stopped; the caller queues the job."""
    again = Work.objects.filter(id=UUID(work_id), state="failed")
    if again.update(state="waiting", note="", finished_at=None):
        record(actor=actor, action="work.again", subject=work_id)


@transaction.atomic
def work_stop(*, actor: Actor, work_id: str) -> None:
    """Stops a work that isn't over: what its chunks have done stays done, the next is not begun."""
    going_on = Work.objects.filter(id=UUID(work_id), state__in=["waiting", "running"])
    if going_on.update(state="stopped", finished_at=clock.now()):
        record(actor=actor, action="work.stopped", subject=work_id)


def work_reported(work_id: str, done: int) -> bool:
    """Tells how much is done in the middle of a long chunk; False when the work was stopped."""
    running = Work.objects.filter(id=UUID(work_id), state="running")
    return bool(running.update(done=done))


def works_forget() -> None:
    """Deletes files after a week and works after three months."""
    now = clock.now()
    WorkFile.objects.filter(work__created_at__lt=now - FILES_KEPT).delete()
    Work.objects.filter(created_at__lt=now - WORKS_KEPT).delete()


def files_emptied_statement() -> Statement:
    """Deletes the files of all works: for who erases a member that may stand in one."""
    return Statement("DELETE FROM work_file")


__all__ = [
    "files_emptied_statement",
    "work_again",
    "work_begin",
    "work_done",
    "work_kind_register",
    "work_reported",
    "work_stop",
    "works_forget",
]
