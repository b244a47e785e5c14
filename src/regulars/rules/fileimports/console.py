"""The console's pages of imports: upload, say what columns mean, dry run, start, result, undo."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.foundation.database.session import unit_of_work
from regulars.foundation.errors import RegularsError
from regulars.foundation.jobs.registry import job_defer
from regulars.foundation.webkit.blocks import (
    Block,
    Fact,
    Head,
    blocks_page,
    is_part_wanted,
    part_page,
)
from regulars.foundation.webkit.confirming import (
    Confirmation,
    confirmation_page,
    is_confirmed,
    reason_for_second_person,
)
from regulars.foundation.webkit.details import log_card
from regulars.foundation.webkit.filters import Filter
from regulars.foundation.webkit.forms import Asked, Form, Values, forms_answered
from regulars.foundation.webkit.listing import ListColumn
from regulars.foundation.webkit.listrows import QueryRows
from regulars.foundation.webkit.lists import RoomList, Row, Viewer, list_register, list_shown
from regulars.foundation.webkit.numbers import amount_text
from regulars.foundation.webkit.pages import (
    page,
    reader_language,
    refusal_shown,
    staff_actor,
)
from regulars.foundation.webkit.screens import Screen, Text, screen_register
from regulars.foundation.webkit.tables import Cell, Empty
from regulars.foundation.webkit.templatetags.webkit import instant
from regulars.rules.fileimports.approvals import import_request
from regulars.rules.fileimports.keeping import FILE_BYTES_MAX
from regulars.rules.fileimports.models import FileImport
from regulars.rules.fileimports.naming import STATES, total_names
from regulars.rules.fileimports.selectors import (
    import_get,
    import_view,
    import_waits,
    places_known,
    rejected_csv,
)
from regulars.rules.fileimports.services import (
    file_add,
    file_check,
    import_discard,
    import_start,
    mapping_save,
    undo_begin,
)
from regulars.rules.fileimports.shown import (
    UNDOABLE,
    agreement_cell,
    progress_of,
    undo_consequences,
)
from regulars.rules.fileimports.tasks import check as check_task
from regulars.rules.fileimports.tasks import run as run_task
from regulars.rules.fileimports.tasks import undo as undo_task
from regulars.rules.fileimports.typed import (
    REDRAW,
    import_address,
    import_drawn,
    mapping_taken,
    typed_wrong,
)
from regulars.rules.fileimports.types import FileImportView

RIGHT = "imports.run"
# More rows than this are checked by the worker, so that no page waits for minutes.
ROWS_AT_ONCE = 20_000
UNDO = "undo"
ACTS: dict[str, Text] = {
    "file_import.added": gettext_lazy("File added for import"),
    "file_import.started": gettext_lazy("Import of a file started"),
    "file_import.finished": gettext_lazy("Import of a file finished"),
    "file_import.discarded": gettext_lazy("File discarded"),
    "file_import.undone": gettext_lazy("Import of a file undone"),
}


def imports_page(request: HttpRequest) -> HttpResponse:
    """All imports, and a form for another file."""
    added: list[FileImportView] = []

    def add(given: Values) -> None:
        file: UploadedFile = given["file"]
        name, stream = file.name or "file", file.file
        if stream is not None:
            added.append(file_add(actor=staff_actor(request), stream=stream, name=name))

    answered = forms_answered(request, lambda: (_upload_form(),), {"add": add})
    if added:
        return redirect("console:imports-one", added[0].id)
    lead = _(
        "Members with balances, cards and levels, or past sales, from the export of another "
        "system. Nothing is written before you start it."
    )
    blocks: list[Block] = [*answered.forms, list_shown(request, IMPORTS)]
    return blocks_page(request, Head(_("Import from files"), lead), blocks, status=answered.status)


def _upload_form() -> Form:
    file = Asked("file", _("CSV, JSONL or XLSX"), kind="file", accept=".csv,.txt,.jsonl,.xlsx")
    places = dict.fromkeys(
        ("import_file_unreadable", "import_file_too_large", "import_file_empty"), "file"
    )
    return Form("add", _("Upload a file"), _("Upload"), (file,), places=places)


def import_page(request: HttpRequest, import_id: str) -> HttpResponse:
    """One import: its mapping, its dry run, its progress and its totals."""
    view = import_get(import_id)
    if is_part_wanted(request) and request.method == "GET" and not request.GET:
        return part_page(request, progress_of(view, import_address(view)))
    if UNDO in (request.GET.get("do"), request.POST.get("do")) and view.state in UNDOABLE:
        return _undone(request, view)
    try:
        if request.POST.get("do") == REDRAW:
            context = import_drawn(view, request.POST, typed_wrong(request.POST, view))
            return _drawn(request, context)
        if request.method == "POST":
            if wrong := typed_wrong(request.POST, view):
                context = import_drawn(view, request.POST, wrong)
                return _drawn(request, context, 422)
            return _done(request, view) or redirect("console:imports-one", import_id)
    except RegularsError as refusal:
        messages.error(request, refusal_shown(refusal))
    return _drawn(request, import_drawn(import_get(import_id)))


def _drawn(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    log = log_card(request, context["view"].id, ACTS)
    shown = {**context, "log": log}
    return page(request, "rules_fileimports/import.html", shown, status=status)


def _undone(request: HttpRequest, view: FileImportView) -> HttpResponse:
    """Asks before the undoing, in figures; then lets it begin."""
    with unit_of_work() as unit:
        places = places_known(unit)
        names = total_names(unit, view.kind)
    confirmation = Confirmation(
        title=_("Undo the whole import?"),
        consequences=undo_consequences(view, places, names),
        button=_("Undo the whole import"),
        back=import_address(view),
        warning=_(
            "Members whom this import made are withdrawn, and what it credited is taken back. It "
            "is refused once something was built on it."
        ),
        carried=(("do", UNDO),),
    )
    if request.method != "POST" or not is_confirmed(request, confirmation):
        return confirmation_page(request, confirmation)
    try:
        undo_begin(actor=staff_actor(request), import_id=view.id)
        job_defer(undo_task, import_id=view.id)
    except RegularsError as refusal:
        messages.error(request, refusal_shown(refusal))
    return redirect("console:imports-one", view.id)


def rejected_file(request: HttpRequest, import_id: str) -> HttpResponse:
    """The rejected rows as a CSV file, with what is wrong with each."""
    lines = rejected_csv(import_get(import_id).id, reader_language())
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="rejected-{import_id[:8]}.csv"'
    return answer  # type: ignore[return-value]


def _done(request: HttpRequest, view: FileImportView) -> HttpResponse | None:
    actor, what, import_id = staff_actor(request), request.POST.get("do", ""), view.id
    if what == "check":
        mapping_taken(staff_actor(request), request.POST, view)
        if view.row_count > ROWS_AT_ONCE:
            job_defer(check_task, import_id=import_id)
            messages.success(request, _("The file is being checked. Look again in a minute."))
        else:
            file_check(actor=actor, import_id=import_id)
    elif what == "start" and import_waits(import_id, actor):
        return _asked(request, view)
    elif what in ("start", "go on"):
        import_start(actor=actor, import_id=import_id)
        job_defer(run_task, import_id=import_id)
    elif what == "discard":
        import_discard(actor=actor, import_id=import_id)
    elif what == "keep":
        mapping_save(actor=actor, name=request.POST.get("name", ""), import_id=import_id)
        messages.success(request, _("The mapping is kept."))
    return None


def _asked(request: HttpRequest, view: FileImportView) -> HttpResponse | None:
    """Asks for the reason that a second person is to read, then for her word."""
    confirmation = Confirmation(
        title=_("Import “%(name)s”?") % {"name": view.file_name},
        consequences=(
            Fact(_("Rows"), amount_text(view.row_count)),
            Fact(_("Rejected"), amount_text(view.rejected)),
        ),
        button=_("Ask for approval"),
        back=import_address(view),
        is_final=False,
        carried=(("do", "start"), ("agreed", request.POST.get("agreed", ""))),
        form=reason_for_second_person(),
    )
    if not is_confirmed(request, confirmation):
        return confirmation_page(request, confirmation)
    given = {name: request.POST.get(name, "") for name in ("reason", "key")}
    import_request(actor=staff_actor(request), import_id=view.id, **given)
    messages.success(
        request, _("A second person has to approve it. It starts as soon as she does.")
    )
    return None


def _rows(found: Sequence[FileImport]) -> list[Row]:
    return [_row(import_view(each)) for each in found]


def _row(each: FileImportView) -> Row:
    words, tone = STATES[each.state]
    href = reverse("console:imports-one", args=[each.id])
    return Row(
        each.id,
        {
            "file": Cell(each.file_name, href=href),
            "added": Cell(instant(each.created_at)),
            "state": Cell(words, tone=tone),
            "rows": Cell(amount_text(each.row_count)),
            "rejected": Cell(amount_text(each.rejected)),
            "agreement": agreement_cell(each),
        },
    )


def _filters(_viewer: Viewer) -> tuple[Filter, ...]:
    states = tuple([(code, words) for code, (words, _tone) in STATES.items()])
    return (
        Filter("q", gettext_lazy("File"), kind="text"),
        Filter("state", gettext_lazy("State"), states),
        Filter("added", gettext_lazy("Added"), kind="days"),
    )


IMPORTS = list_register(
    RoomList(
        screen="imports",
        title=gettext_lazy("Import from files"),
        columns=(
            ListColumn("file", gettext_lazy("File")),
            ListColumn("added", gettext_lazy("Added"), sort=True),
            ListColumn("state", gettext_lazy("State")),
            ListColumn("rows", gettext_lazy("Rows"), numeric=True),
            ListColumn("rejected", gettext_lazy("Rejected"), numeric=True),
            ListColumn("agreement", gettext_lazy("Against the old system")),
        ),
        order="-added",
        rows=QueryRows(
            query=FileImport.objects.all,
            rows=_rows,
            orders={"added": "created_at"},
            where={
                "q": lambda words: Q(file_name__icontains=words),
                "state": lambda state: Q(state=state),
            },
            days={"added": "created_at"},
        ),
        empty=Empty(
            gettext_lazy("Nothing was imported yet"),
            gettext_lazy("Upload a file above: it is only looked at until you start it."),
        ),
        filters=_filters,
        export=RIGHT,
        by_store=False,
    )
)

screen_register(
    screen=Screen(
        name="imports",
        path="imports/",
        view=imports_page,
        title=gettext_lazy("Import from files"),
        section="settings",
        icon="import",
        right=RIGHT,
        place=60,
        files_max=FILE_BYTES_MAX,
    )
)
screen_register(
    screen=Screen(
        name="imports-one",
        path="imports/<uuid:import_id>/",
        view=lambda request, import_id: import_page(request, str(import_id)),
        title=gettext_lazy("Import from files"),
        right=RIGHT,
    )
)
screen_register(
    screen=Screen(
        name="imports-rejected",
        path="imports/<uuid:import_id>/rejected.csv",
        view=lambda request, import_id: rejected_file(request, str(import_id)),
        title=gettext_lazy("Import from files"),
        right=RIGHT,
    )
)
