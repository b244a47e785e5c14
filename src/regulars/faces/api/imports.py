"""Imports of files over the API: upload, mapping, dry run, start, progress, totals, undo."""

import io
from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta
from ninja import Query, Router

from regulars.faces.api.answers import Answer
from regulars.faces.api.bodies import Strict
from regulars.faces.api.decoding import body_read, decoded
from regulars.faces.api.description import KeyPlace
from regulars.faces.api.hot import EVENT_BYTES_MAX
from regulars.faces.api.routes import KeyRequest, route, struct_answer, written_once
from regulars.organization.apikeys.types import Scope
from regulars.rules.fileimports.selectors import (
    import_get,
    imports_list,
    mappings_list,
    rejected_list,
    values_list,
)
from regulars.rules.fileimports.services import (
    file_add,
    file_checked_or_queued,
    import_begin,
    import_discard,
    import_undo_begin,
    mapping_set,
)
from regulars.rules.fileimports.types import (
    ColumnValues,
    FileImportView,
    MappingView,
    Rejected,
)

FILE_BYTES_MAX = 64 * 1024 * 1024

router = Router(tags=["imports"])

Name = Annotated[str, Meta(min_length=1, max_length=60)]
Heading = Annotated[str, Meta(max_length=200)]
Value = Annotated[str, Meta(min_length=1, max_length=80)]


class MappingBody(Strict, frozen=True):
    """What the columns mean: a saved mapping by name, or field to heading, else guessed.

    `values` says what the file's levels and stores become, by field (`level:@` is the one column of
    levels) and value: a code, `@none`, or `@reject` for rows that are not to be taken. What nobody
    says is known by its name, else such rows are rejected. `expected` are the old system's totals
    in whole units, `members` among them.
    """

    mapping: Name | None = None
    kind: Literal["members", "sales"] | None = None
    columns: dict[str, Heading] | None = None
    values: dict[str, dict[str, Value]] | None = None
    expected: dict[str, int] | None = None
    as_of: date | None = None


class ImportBody(Strict, frozen=True):
    """A file: its name, and its bytes as base64 (CSV, JSONL or XLSX; at most 48 MB of file)."""

    file_name: Annotated[str, Meta(min_length=1, max_length=200)]
    content: bytes
    mapping: Name | None = None


class ImportDeedBody(Strict, frozen=True):
    """An empty object."""


class ImportsAnswer(msgspec.Struct, frozen=True):
    """The newest imports first."""

    items: tuple[FileImportView, ...]


class MappingsAnswer(msgspec.Struct, frozen=True):
    """Saved mappings by name, then the examples that come with Regulars."""

    items: tuple[MappingView, ...]


class ValuesAnswer(msgspec.Struct, frozen=True):
    """The columns whose values become something here."""

    items: tuple[ColumnValues, ...]


class RejectedAnswer(msgspec.Struct, frozen=True):
    """Rows that were not taken, in the file's order, each with why."""

    items: tuple[Rejected, ...]


_IMPORT = msgspec.json.Decoder(ImportBody)
_MAPPING = msgspec.json.Decoder(MappingBody)
_DEED = msgspec.json.Decoder(ImportDeedBody)
LIMIT = Query(ge=1, le=1000)


@route(
    router,
    "GET",
    "/imports",
    "List imports",
    scope=Scope.IMPORTS,
    answers={200: ImportsAnswer},
)
def imports_read(request: KeyRequest) -> Answer:
    """The newest twenty imports with their counts and totals."""
    return struct_answer(ImportsAnswer(tuple(imports_list())))


@route(
    router,
    "GET",
    "/import-mappings",
    "List saved mappings",
    scope=Scope.IMPORTS,
    answers={200: MappingsAnswer},
)
def import_mappings_read(request: KeyRequest) -> Answer:
    """What columns of known files mean."""
    return struct_answer(MappingsAnswer(tuple(mappings_list())))


@route(
    router,
    "POST",
    "/imports",
    "Upload a file to be imported",
    scope=Scope.IMPORTS,
    body=ImportBody,
    answers={201: FileImportView, 200: FileImportView},
    key=KeyPlace.HEADER,
)
def import_new(request: KeyRequest) -> Answer:
    """Keeps the file and says what its columns mean; nothing is imported yet.

    The same file again answers the import that there is.
    """
    body = decoded(_IMPORT, body_read(request.environ, FILE_BYTES_MAX))
    actor = request.auth.actor
    # The same file is one import, whatever the key: it is added before its answer is kept.
    added = file_add(actor=actor, stream=io.BytesIO(body.content), name=body.file_name)
    if body.mapping is not None:
        added = mapping_set(actor=actor, import_id=added.id, mapping=body.mapping)
    return written_once(request, (added.id, body.mapping), lambda: (201, added))


@route(
    router,
    "GET",
    "/imports/{import_id}",
    "Look at an import",
    scope=Scope.IMPORTS,
    answers={200: FileImportView},
)
def import_read(request: KeyRequest, import_id: str) -> Answer:
    """How far it is (`rows_done` of `row_count`), and its totals beside the old system's."""
    return struct_answer(import_get(import_id))


@route(
    router,
    "GET",
    "/imports/{import_id}/values",
    "List what levels and stores of the file become",
    scope=Scope.IMPORTS,
    answers={200: ValuesAnswer},
)
def import_values_read(request: KeyRequest, import_id: str) -> Answer:
    """Each level and store that the file names, how often, and what it becomes here.

    Empty once the file is imported or discarded.
    """
    return struct_answer(ValuesAnswer(tuple(values_list(import_id))))


@route(
    router,
    "GET",
    "/imports/{import_id}/rejected",
    "List rows that were not taken",
    scope=Scope.IMPORTS,
    answers={200: RejectedAnswer},
)
def import_rejected_read(
    request: KeyRequest, import_id: str, limit: Annotated[int, LIMIT] = 100
) -> Answer:
    """The rejected rows with their cells and reasons, in the file's order."""
    return struct_answer(RejectedAnswer(tuple(rejected_list(import_id, limit))))


@route(
    router,
    "POST",
    "/imports/{import_id}/mapping",
    "Say what the columns mean",
    scope=Scope.IMPORTS,
    body=MappingBody,
    answers={200: FileImportView},
    key=KeyPlace.HEADER,
)
def import_mapped(request: KeyRequest, import_id: str) -> Answer:
    """Takes a mapping and the old system's totals; a dry run has to follow."""
    body = decoded(_MAPPING, body_read(request.environ, EVENT_BYTES_MAX))

    def mapped() -> tuple[int, FileImportView]:
        found = import_get(import_id)
        view = mapping_set(
            actor=request.auth.actor,
            import_id=import_id,
            kind=body.kind or found.kind,
            columns=body.columns,
            mapping=body.mapping,
            values=body.values,
            expected=body.expected,
            as_of=body.as_of,
        )
        return 200, view

    return written_once(request, body, mapped)


@route(
    router,
    "POST",
    "/imports/{import_id}/check",
    "Make the dry run",
    scope=Scope.IMPORTS,
    body=ImportDeedBody,
    answers={200: FileImportView},
    key=KeyPlace.HEADER,
)
def import_checked(request: KeyRequest, import_id: str) -> Answer:
    """Counts, totals and rejected rows, without a member or an entry being made.

    A large file is checked in the background: its state is `checked` when that is done.
    """
    body = decoded(_DEED, body_read(request.environ, EVENT_BYTES_MAX))
    view = file_checked_or_queued(actor=request.auth.actor, import_id=import_id)
    return written_once(request, body, lambda: (200, view))


@route(
    router,
    "POST",
    "/imports/{import_id}/start",
    "Start an import that was checked",
    scope=Scope.IMPORTS,
    body=ImportDeedBody,
    answers={200: FileImportView},
    key=KeyPlace.HEADER,
)
def import_started(request: KeyRequest, import_id: str) -> Answer:
    """Imports in the background; starting twice changes nothing."""
    body = decoded(_DEED, body_read(request.environ, EVENT_BYTES_MAX))

    def started() -> tuple[int, FileImportView]:
        return 200, import_begin(actor=request.auth.actor, import_id=import_id)

    return written_once(request, body, started)


@route(
    router,
    "POST",
    "/imports/{import_id}/undo",
    "Undo a whole import",
    scope=Scope.IMPORTS,
    body=ImportDeedBody,
    answers={200: FileImportView},
    key=KeyPlace.HEADER,
)
def import_undone(request: KeyRequest, import_id: str) -> Answer:
    """Takes everything back in the background, while nothing has been built on it."""
    body = decoded(_DEED, body_read(request.environ, EVENT_BYTES_MAX))
    view = import_undo_begin(actor=request.auth.actor, import_id=import_id)
    return written_once(request, body, lambda: (200, view))


@route(
    router,
    "POST",
    "/imports/{import_id}/discard",
    "Throw a file away that was not started",
    scope=Scope.IMPORTS,
    body=ImportDeedBody,
    answers={200: FileImportView},
    key=KeyPlace.HEADER,
)
def import_discarded(request: KeyRequest, import_id: str) -> Answer:
    """The file and its rejected rows are forgotten."""
    body = decoded(_DEED, body_read(request.environ, EVENT_BYTES_MAX))

    def discarded() -> tuple[int, FileImportView]:
        return 200, import_discard(actor=request.auth.actor, import_id=import_id)

    return written_once(request, body, discarded)
