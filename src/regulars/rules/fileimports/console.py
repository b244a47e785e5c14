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
from regulars.foundation.errors import RegularsError, Told
from regulars.foundation.jobs.registry import job_defer
from regulars.foundation.webkit.blocks import Fact, is_part_wanted, part_page
from regulars.foundation.webkit.confirming import (
    Confirmation,
    confirmation_page,
    is_confirmed,
    reason_for_second_person,
)
from regulars.foundation.webkit.filters import Filter
from regulars.foundation.webkit.listing import ListColumn
from regulars.foundation.webkit.listrows import QueryRows
from regulars.foundation.webkit.lists import RoomList, Row, Viewer, list_register, list_shown
from regulars.foundation.webkit.numbers import amount_text
from regulars.foundation.webkit.pages import (
    merchant_text,
    page,
    reader_language,
    refusal_shown,
    staff_actor,
)
from regulars.foundation.webkit.screens import Screen, screen_register
from regulars.foundation.webkit.tables import Cell, Empty
from regulars.foundation.webkit.templatetags.webkit import instant
from regulars.rules.fileimports.approvals import import_request
from regulars.rules.fileimports.errors import MappingUnfit
from regulars.rules.fileimports.keeping import FILE_BYTES_MAX
from regulars.rules.fileimports.models import FileImport
from regulars.rules.fileimports.selectors import (
    fields_list,
    import_get,
    import_view,
    import_waits,
    mappings_list,
    places_known,
    rejected_csv,
    total_text,
)
from regulars.rules.fileimports.services import (
    file_add,
    file_check,
    import_discard,
    import_start,
    mapping_save,
    mapping_set,
    totals_read,
    undo_begin,
)
from regulars.rules.fileimports.shown import (
    MEMBERS,
    SALES,
    STATES,
    UNDER_WAY,
    UNDOABLE,
    agreement_cell,
    agreement_of,
    differing,
    progress_of,
    rejected_table,
    steps_of,
    total_names,
    totals_table,
    undo_consequences,
)
from regulars.rules.fileimports.tasks import check as check_task
from regulars.rules.fileimports.tasks import run as run_task
from regulars.rules.fileimports.tasks import undo as undo_task
from regulars.rules.fileimports.types import FileImportView

RIGHT = "imports.run"
# More rows than this are checked by the worker, so that no page waits for minutes.
ROWS_AT_ONCE = 20_000
UNDO = "undo"


def imports_page(request: HttpRequest) -> HttpResponse:
    """All imports, and a form for another file."""
    upload = request.FILES.get("file")
    if request.method == "POST" and isinstance(upload, UploadedFile) and upload.file is not None:
        try:
            name = upload.name or "file"
            view = file_add(actor=staff_actor(request), stream=upload.file, name=name)
            return redirect("console:imports-one", view.id)
        except RegularsError as refusal:
            messages.error(request, refusal_shown(refusal))
    return page(
        request,
        "rules_fileimports/imports.html",
        {"title": _("Import from files"), "imports": list_shown(request, IMPORTS)},
    )


def import_page(request: HttpRequest, import_id: str) -> HttpResponse:
    """One import: its mapping, its dry run, its progress and its totals."""
    view = import_get(import_id)
    if is_part_wanted(request) and not request.GET:
        return part_page(request, progress_of(view, _address(view)))
    if UNDO in (request.GET.get("do"), request.POST.get("do")) and view.state in UNDOABLE:
        return _undone(request, view)
    try:
        if request.method == "POST":
            return _done(request, view) or redirect("console:imports-one", import_id)
    except RegularsError as refusal:
        messages.error(request, refusal_shown(refusal))
    return page(request, "rules_fileimports/import.html", _drawn(import_get(import_id)))


def _drawn(view: FileImportView) -> dict[str, Any]:
    with unit_of_work() as unit:
        places = places_known(unit)
        names = total_names(unit, view.kind)
    meant = {heading: name for name, heading in view.columns.items()}
    return {
        "title": view.file_name,
        "view": view,
        "state": STATES[view.state],
        "steps": steps_of(view),
        "is_open": view.state in ("added", "checked"),
        "is_under_way": view.state in UNDER_WAY,
        "is_undoable": view.state in UNDOABLE,
        "progress": progress_of(view, _address(view)),
        "headings": [(heading, meant.get(heading, "")) for heading in view.headings],
        "fields": [(each.name, merchant_text(each.label)) for each in fields_list(view.kind)],
        "mappings": mappings_list(),
        "expected": [
            (name, names[name], total_text(view.expected.get(name), place).replace(",", ""))
            for name, place in places.items()
            if name == MEMBERS or (name in SALES) == (view.kind == "sales")
        ],
        "totals": totals_table(view, places, names),
        "agreement": agreement_of(view),
        "rejected": rejected_table(view),
        "rejected_count": amount_text(view.rejected),
    }


def _undone(request: HttpRequest, view: FileImportView) -> HttpResponse:
    """Asks before the undoing, in figures; then lets it begin."""
    with unit_of_work() as unit:
        places = places_known(unit)
        names = total_names(unit, view.kind)
    confirmation = Confirmation(
        title=_("Undo the whole import?"),
        consequences=undo_consequences(view, places, names),
        button=_("Undo the whole import"),
        back=_address(view),
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


def _address(view: FileImportView) -> str:
    return reverse("console:imports-one", args=[view.id])


def rejected_file(request: HttpRequest, import_id: str) -> HttpResponse:
    """The rejected rows as a CSV file, with what is wrong with each."""
    lines = rejected_csv(import_get(import_id).id, reader_language())
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="rejected-{import_id[:8]}.csv"'
    return answer  # type: ignore[return-value]


def _done(request: HttpRequest, view: FileImportView) -> HttpResponse | None:
    actor, what, import_id = staff_actor(request), request.POST.get("do", ""), view.id
    if what == "check":
        _mapped(request, view)
        if view.row_count > ROWS_AT_ONCE:
            job_defer(check_task, import_id=import_id)
            messages.success(request, _("The file is being checked. Look again in a minute."))
        else:
            file_check(actor=actor, import_id=import_id)
    elif what == "start" and differing(view) and not request.POST.get("agreed"):
        messages.error(request, _("The totals differ. Tick that you know it, or check again."))
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
        back=_address(view),
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


def _mapped(request: HttpRequest, view: FileImportView) -> None:
    """Takes the chosen columns, or those of a kept mapping, and the old system's totals."""
    columns: dict[str, str] = {}
    for place, heading in enumerate(view.headings):
        name = request.POST.get(f"column-{place}", "")
        if name and name in columns:
            raise MappingUnfit(
                field=name, problem=Told("two columns mean the same", "有两列含义相同")
            )
        if name:
            columns[name] = heading
    typed = {
        name.removeprefix("old-"): value
        for name, value in request.POST.items()
        if name.startswith("old-") and isinstance(value, str) and value.strip(" –")
    }
    with unit_of_work() as unit:
        expected = totals_read(unit, typed)
    mapping = request.POST.get("mapping") or None
    kind = request.POST.get("kind", view.kind)
    mapping_set(
        actor=staff_actor(request),
        import_id=view.id,
        kind=kind,
        columns=columns if mapping is None and kind == view.kind else None,
        mapping=mapping,
        expected=expected,
    )


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
