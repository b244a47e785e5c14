"""The jobs of file imports: what would keep a page waiting, and keeping nothing too long."""

from datetime import timedelta
from typing import LiteralString

from regulars.foundation import clock
from regulars.foundation.actors import job as job_actor
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.jobs.registry import job
from regulars.rules.fileimports.models import FileImport
from regulars.rules.fileimports.services import (
    chunks_run,
    file_check,
    import_discard,
    import_finish,
    import_undo,
)

ACTOR = job_actor("file-import")
KEPT_DAYS = 30
FORGET: LiteralString = """
    DELETE FROM rules_file_import_rejection r USING rules_file_import i
    WHERE i.id = r.file_import_id AND i.created_at < %s
"""


@job("file_import.check")
def check(import_id: str) -> None:
    """The dry run of a large file."""
    file_check(actor=ACTOR, import_id=import_id)


@job("file_import.run")
def run(import_id: str) -> None:
    """Runs what is left of an import; again after a broken worker, with one effect."""
    chunks_run(import_id=import_id)
    import_finish(actor=ACTOR, import_id=import_id)


@job("file_import.undo")
def undo(import_id: str) -> None:
    """Goes on with an undoing that was begun."""
    import_undo(actor=ACTOR, import_id=import_id)


@job("file_import.forget", cron="40 18 * * *")
def forget() -> None:
    """Forgets rejected rows, and files that nobody started, after thirty days."""
    before = clock.now() - timedelta(days=KEPT_DAYS)
    old = FileImport.objects.filter(state__in=("added", "checked"), created_at__lt=before)
    for each in old:
        import_discard(actor=ACTOR, import_id=str(each.id))
    with unit_of_work() as unit:
        unit.fetch(FORGET, before)
