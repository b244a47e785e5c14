"""Reading how imports stand and which rows they could not take."""

from uuid import UUID

from regulars.rules.imports.models import ImportRun, RejectedRow
from regulars.rules.imports.types import Rejection, RunView


def run_get(run_id: str) -> RunView:
    """One run."""
    return _view(ImportRun.objects.get(id=UUID(run_id)))


def runs_list(limit: int = 20) -> list[RunView]:
    """Runs, newest first."""
    return [_view(run) for run in ImportRun.objects.order_by("-started_at")[:limit]]


def rejected_list(run_id: str, limit: int = 1000) -> list[Rejection]:
    """The rows of a run that were not booked, in the file's order."""
    rows = RejectedRow.objects.filter(run_id=UUID(run_id)).order_by("row", "key")[:limit]
    return [Rejection(row.row, row.key, row.code, row.text) for row in rows]


def _view(run: ImportRun) -> RunView:
    return RunView(
        id=str(run.id),
        dataset=run.dataset,
        state=run.state,
        counts=dict(run.counts),
        positions=tuple(run.positions),
        rejected=run.rejected.count(),
        started_at=run.started_at,
        saved_at=run.saved_at,
    )
