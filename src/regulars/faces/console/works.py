"""The pages of jobs: what staff started (with progress and files), and the queue of the house."""

from collections.abc import Mapping, Sequence
from typing import ClassVar
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from regulars.faces.console.exports import TYPES, XLSX, csv_as_xlsx
from regulars.faces.console.queued import QUEUE_STATES, job_words
from regulars.foundation.errors import RegularsError, sentence_of
from regulars.foundation.jobs.queue import job_retry, jobs_by_state, jobs_listed
from regulars.foundation.webkit.blocks import Action, Block, Card, Fact, Figures, Head, blocks_page
from regulars.foundation.webkit.details import log_card
from regulars.foundation.webkit.filters import Filter
from regulars.foundation.webkit.list_pages import EXPORT as LIST_EXPORT
from regulars.foundation.webkit.listing import ListColumn
from regulars.foundation.webkit.listrows import QueryRows
from regulars.foundation.webkit.lists import (
    RoomList,
    Row,
    Viewer,
    list_named,
    list_register,
    list_shown,
)
from regulars.foundation.webkit.numbers import amount_text
from regulars.foundation.webkit.pages import may, reader_language, rights_of, staff_actor
from regulars.foundation.webkit.progress import Progress, progress_page
from regulars.foundation.webkit.screens import Screen, Text, screen_named
from regulars.foundation.webkit.tables import Cell, Column, Empty, Table, Tone
from regulars.foundation.webkit.templatetags.webkit import instant
from regulars.foundation.works.models import Work
from regulars.foundation.works.selectors import (
    work_content,
    work_get,
    work_has_content,
    work_view,
    works_of,
)
from regulars.foundation.works.services import work_again, work_stop
from regulars.foundation.works.tasks import work_queue
from regulars.foundation.works.types import WorkView
from regulars.organization.staff.selectors import staff_list, staff_names
from regulars.rules.simulate.services import SIMULATION, simulation_address

EXPORT = "members.export"
WATCHERS = ("members.manage", "jobs.view")
KINDS: dict[str, Text] = {
    "members.tag": gettext_lazy("Tag members"),
    "members.untag": gettext_lazy("Untag members"),
    "members.freeze": gettext_lazy("Freeze members"),
    "members.release": gettext_lazy("Release members"),
    EXPORT: gettext_lazy("Export members"),
    SIMULATION: gettext_lazy("Try a program on past sales"),
}
ACTS: dict[str, Text] = {
    "work.begun": gettext_lazy("Long work begun"),
    "work.stopped": gettext_lazy("Long work stopped"),
    "work.again": gettext_lazy("Long work begun again"),
}
STATES: dict[str, tuple[Text, Tone]] = {
    "waiting": (gettext_lazy("waiting"), "info"),
    "running": (pgettext_lazy("job", "running"), "info"),
    "done": (gettext_lazy("done"), "good"),
    "failed": (gettext_lazy("failed"), "bad"),
    "stopped": (gettext_lazy("stopped"), "quiet"),
}


class Retries(msgspec.Struct, frozen=True):
    """The jobs that failed for good, each with a button to run it again."""

    template: ClassVar[str] = "console/parts/retry.html"

    jobs: tuple[tuple[int, Text], ...]


def jobs_page(request: HttpRequest) -> HttpResponse:
    """What staff started, and the queue of background jobs; posted, a failed one runs again."""
    if request.method == "POST":
        number = request.POST.get("job", "")
        if number.isascii() and number.isdigit() and len(number) < 19:
            job_retry(actor=staff_actor(request), number=int(number))
        return redirect("console:jobs")
    counts = jobs_by_state()
    facts = tuple(
        Fact(
            QUEUE_STATES[name][0],
            amount_text(counts.get(name, 0)),
            href=f"{reverse('console:jobs-queue')}?state={name}",
            tone=_warned(name, counts),
        )
        for name in QUEUE_STATES
    )
    blocks: list[Block] = [
        Figures(facts),
        Retries(tuple((each.number, job_words(each)) for each in jobs_listed("failed"))),
        list_shown(request, WORKS),
    ]
    lead = _(
        "What takes longer than a moment: exports, bulk acts, and what Regulars does by itself."
    )
    queue = Action(_("In the background"), reverse("console:jobs-queue"))
    return blocks_page(request, Head(_("Jobs"), lead, actions=(queue,)), blocks)


def work_page(request: HttpRequest, work: UUID) -> HttpResponse:
    """How far one work is; posted, a failed one goes on. For who begins or watches such."""
    found = _found(work)
    if not _is_mine(request, found) and not any(may(request, right) for right in WATCHERS):
        raise Http404(str(work))
    if found.kind == SIMULATION:
        return redirect(simulation_address(found))
    if request.method == "POST":
        if request.POST.get("do") == "stop":
            _stopped(request, found)
        else:
            _again(request, found)
        return redirect("console:jobs-work", found.id)
    href = reverse("console:jobs-work", args=[found.id])
    back = Action(_screen_of(found).title, reverse(f"console:{_screen_of(found).name}"))
    actions = [back] if found.is_over else []
    is_there = found.file_name and work_has_content(found.id)
    if found.state == "done" and is_there and _may_take(request, found):
        download = reverse("console:jobs-file", args=[found.id])
        actions.insert(0, Action(_("Download"), download, "main", "download"))
    progress = Progress(
        title=work_title(found),
        href=href,
        state=found.state,
        done=found.done + found.refused,
        total=max(found.total, found.done + found.refused),
        note=_told(found),
        actions=tuple(actions),
        can_stop=_may_steer(request, found),
    )
    history = Card(_("Earlier ones"), (works_table(works_of(found.screen, 20)),), flush=True)
    log = log_card(request, found.id, ACTS)
    return progress_page(request, Head(progress.title), progress, (log, history))


def file_page(request: HttpRequest, work: UUID) -> HttpResponse:
    """The file that a work has left, for who began it or may export the whole of it."""
    found = _found(work)
    if not work_has_content(found.id) or not _may_take(request, found):
        raise Http404(str(work))
    suffix = found.file_name.rpartition(".")[2]
    content = b"".join(work_content(found.id))
    answer = HttpResponse(csv_as_xlsx(content) if suffix == XLSX else content, TYPES[suffix])
    answer["Content-Disposition"] = f'attachment; filename="{found.file_name}"'
    return answer


def works_table(works: list[WorkView]) -> Table:
    """Earlier works of one page, newest first."""
    names = staff_names([each.created_by for each in works])
    rows = [_cells(each, names) for each in works]
    return Table(
        columns=tuple([Column(each.label, each.numeric) for each in WORKS.columns]),
        rows=tuple([tuple([row[each.name] for each in WORKS.columns]) for row in rows]),
        empty=WORKS.empty,
    )


def _cells(work: WorkView, names: Mapping[str, str]) -> dict[str, Cell]:
    words, tone = STATES[work.state]
    return {
        "what": Cell(work_title(work), href=reverse("console:jobs-work", args=[work.id])),
        "state": Cell(words, tone=tone),
        "done": Cell(f"{amount_text(work.done)} / {amount_text(work.total)}"),
        "who": Cell(names.get(work.created_by, work.created_by.partition(":")[2])),
        "when": Cell(instant(work.created_at)),
    }


def _rows(found: Sequence[Work]) -> list[Row]:
    names = staff_names([each.created_by for each in found])
    return [Row(str(each.id), _cells(work_view(each), names)) for each in found]


def _filters(_viewer: Viewer) -> tuple[Filter, ...]:
    people = [(f"staff:{each.id}", each.display_name) for each in staff_list()]
    kinds = [(LIST_EXPORT, gettext_lazy("Export of a list")), *KINDS.items()]
    states = [(code, words) for code, (words, _tone) in STATES.items()]
    return (
        Filter("what", gettext_lazy("What"), tuple(kinds)),
        Filter("state", gettext_lazy("State"), tuple(states)),
        Filter("who", gettext_lazy("Who"), tuple(people)),
        Filter("when", gettext_lazy("Started by staff"), kind="days"),
    )


WORKS = list_register(
    RoomList(
        screen="jobs",
        title=gettext_lazy("Started by staff"),
        columns=(
            ListColumn("what", gettext_lazy("What")),
            ListColumn("state", gettext_lazy("State")),
            ListColumn("done", gettext_lazy("Done"), numeric=True),
            ListColumn("who", gettext_lazy("Who")),
            ListColumn("when", gettext_lazy("When"), sort=True),
        ),
        order="-when",
        rows=QueryRows(
            query=Work.objects.all,
            rows=_rows,
            orders={"when": "created_at"},
            where={
                "what": lambda kind: Q(kind=kind),
                "state": lambda state: Q(state=state),
                "who": lambda who: Q(created_by=who),
            },
            days={"when": "created_at"},
        ),
        empty=Empty(
            gettext_lazy("Nothing was started yet"),
            gettext_lazy("Exports and what is done with many members at once are listed here."),
        ),
        filters=_filters,
        export="jobs.view",
        by_store=False,
    )
)


def _is_mine(request: HttpRequest, work: WorkView) -> bool:
    return work.created_by == str(staff_actor(request))


def _may_take(request: HttpRequest, work: WorkView) -> bool:
    """Whether a file is for the reader: she has its right, and what stands in it is hers to see."""
    declared = list_named(work.screen) if work.kind == LIST_EXPORT else None
    right = declared.export if declared else "members.erase"
    return rights_of(request).may(right) or (_is_mine(request, work) and may(request, right))


def work_title(work: WorkView) -> Text:
    """What kind of work it is, in words."""
    declared = list_named(work.screen) if work.kind == LIST_EXPORT else None
    if declared is None:
        return KINDS.get(work.kind, work.kind)
    return _("Export: %(list)s") % {"list": declared.title}


def _screen_of(work: WorkView) -> Screen:
    return screen_named(work.screen)


def _told(work: WorkView) -> Text:
    if work.state == "failed":
        return _("It stopped: %(why)s") % {"why": sentence_of(work.note, reader_language())}
    if work.refused:
        words = _("%(count)s were passed over, because it can't be done with them. %(why)s")
        why = sentence_of(work.note, reader_language()) if work.note else ""
        return words % {"count": amount_text(work.refused), "why": why}
    return ""


def _warned(name: str, counts: dict[str, int]) -> Tone:
    return "bad" if name == "failed" and counts.get(name) else ""


def _may_steer(request: HttpRequest, work: WorkView) -> bool:
    return _is_mine(request, work) or may(request, "members.manage")


def _stopped(request: HttpRequest, work: WorkView) -> None:
    if _may_steer(request, work):
        work_stop(actor=staff_actor(request), work_id=work.id)


@transaction.atomic
def _again(request: HttpRequest, work: WorkView) -> None:
    if work.state == "failed" and _may_steer(request, work):
        work_again(actor=staff_actor(request), work_id=work.id)
        work_queue(work.id)


def _found(work: UUID) -> WorkView:
    try:
        return work_get(str(work))
    except RegularsError:
        raise Http404(str(work)) from None
