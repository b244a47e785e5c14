"""The queue of the house, page by page: what Regulars does by itself, and how far it is."""

from collections.abc import Sequence

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from procrastinate.contrib.django.models import ProcrastinateJob

from regulars.faces.console.job_words import JOBS
from regulars.foundation.jobs.queue import JobView, job_view, jobs_open
from regulars.foundation.webkit.blocks import Action, Head, blocks_page
from regulars.foundation.webkit.filters import Filter
from regulars.foundation.webkit.listing import ListColumn
from regulars.foundation.webkit.listrows import QueryRows
from regulars.foundation.webkit.lists import RoomList, Row, Viewer, list_register, list_shown
from regulars.foundation.webkit.numbers import amount_text
from regulars.foundation.webkit.screens import Text
from regulars.foundation.webkit.tables import Cell, Empty, Tone
from regulars.foundation.webkit.templatetags.webkit import instant

QUEUE_STATES: dict[str, tuple[Text, Tone]] = {
    "todo": (gettext_lazy("waiting"), "info"),
    "doing": (pgettext_lazy("job", "running"), "info"),
    "failed": (gettext_lazy("failed"), "bad"),
}


def queue_page(request: HttpRequest) -> HttpResponse:
    """What waits, runs and failed of the jobs that nobody of the staff started."""
    head = Head(
        _("In the background"),
        _("What Regulars does by itself: notices, expiry, seals, imports."),
        back=Action(_("Jobs"), reverse("console:jobs")),
    )
    return blocks_page(request, head, [list_shown(request, QUEUE)])


def job_words(job: JobView) -> Text:
    """What a job does, in plain words."""
    return JOBS.get(job.name, job.name)


def _rows(found: Sequence[ProcrastinateJob]) -> list[Row]:
    return [_row(job_view(each)) for each in found]


def _row(job: JobView) -> Row:
    words, tone = QUEUE_STATES[job.state]
    return Row(
        str(job.number),
        {
            "job": Cell(job_words(job)),
            "number": Cell(str(job.number)),
            "state": Cell(words, tone=tone),
            "attempts": Cell(amount_text(job.attempts)),
            "due": Cell(instant(job.due_at) if job.due_at else _("now")),
        },
    )


def _filters(_viewer: Viewer) -> tuple[Filter, ...]:
    states = tuple([(name, words) for name, (words, _tone) in QUEUE_STATES.items()])
    return (
        Filter("state", gettext_lazy("State"), states),
        Filter("job", gettext_lazy("Job"), tuple(JOBS.items())),
        Filter("due", gettext_lazy("Due"), kind="days"),
    )


QUEUE = list_register(
    RoomList(
        screen="jobs-queue",
        title=gettext_lazy("In the background"),
        columns=(
            ListColumn("job", gettext_lazy("Job"), words=True),
            ListColumn("number", gettext_lazy("Number"), numeric=True, sort=True),
            ListColumn("state", gettext_lazy("State")),
            ListColumn("attempts", gettext_lazy("Attempts"), numeric=True),
            ListColumn("due", gettext_lazy("Due")),
        ),
        order="-number",
        rows=QueryRows(
            query=jobs_open,
            rows=_rows,
            orders={"number": "id"},
            where={
                "state": lambda state: Q(status=state),
                "job": lambda name: Q(task_name=name),
            },
            days={"due": "scheduled_at"},
        ),
        empty=Empty(gettext_lazy("Nothing waits"), gettext_lazy("All background jobs are done.")),
        filters=_filters,
        export="jobs.view",
        by_store=False,
    )
)
