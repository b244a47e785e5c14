"""Reading programs: the versions in force for the engine, views for people."""

from datetime import datetime
from typing import Any

from django.db.models import Min, Prefetch, QuerySet

from regulars.foundation import clock
from regulars.rules.programs.budgets import BudgetView, budgets_in_force
from regulars.rules.programs.errors import UnknownProgram
from regulars.rules.programs.in_force import programs_in_force
from regulars.rules.programs.models import Program, ProgramDraft, ProgramVersion
from regulars.rules.programs.offering import redemption_told
from regulars.rules.programs.types import (
    DraftView,
    ProgramView,
    VersionState,
    VersionView,
)

__all__ = [
    "BudgetView",
    "budgets_in_force",
    "content_names",
    "program_get",
    "programs_in_force",
    "programs_listed",
    "programs_naming",
    "redemption_told",
    "version_content",
]


def programs_listed() -> list[ProgramView]:
    """All programs with their drafts and versions, in the order of their codes."""
    found = Program.objects.order_by("code").select_related("draft")
    now = clock.now()
    return [_program_view(program, now) for program in _with_versions(found)]


def programs_naming(variable: str, value: str) -> list[ProgramView]:
    """Programs whose draft, or a version that counts or will, compares `variable` with `value`.

    Whoever takes the value away has to look at them first.
    """
    found = []
    for program in programs_listed():
        counting = (VersionState.IN_FORCE, VersionState.SCHEDULED)
        contents = [each.content for each in program.versions if each.state in counting]
        contents += [program.draft.content] if program.draft else []
        if any(content_names(content, variable, value) for content in contents):
            found.append(program)
    return found


def content_names(part: Any, variable: str, value: str) -> bool:
    """Whether some expression in a content mentions the variable beside the quoted value."""
    if isinstance(part, str):
        return variable in part and (f'"{value}"' in part or f"'{value}'" in part)
    if isinstance(part, dict):
        return any(content_names(each, variable, value) for each in part.values())
    return isinstance(part, list) and any(content_names(each, variable, value) for each in part)


def program_get(code: str) -> ProgramView:
    """One program with its draft and versions; `unknown_program` if there is none."""
    found = Program.objects.filter(code=code).select_related("draft")
    for program in _with_versions(found):
        return _program_view(program, clock.now())
    raise UnknownProgram(program=code[:40])


def version_content(code: str, version: int) -> Any:
    """What a published version says; None where there is no such version."""
    rows = ProgramVersion.objects.filter(program__code=code, version=version)
    return rows.values_list("content", flat=True).first()


def _with_versions(programs: QuerySet[Program]) -> QuerySet[Program]:
    versions = ProgramVersion.objects.order_by("-version").annotate(ends=Min("endings__ended_at"))
    return programs.prefetch_related(Prefetch("versions", versions))


def _program_view(program: Program, now: datetime) -> ProgramView:
    views = []
    holding = False
    for row in program.versions.all():
        view = _version_view(program.code, row, now, superseded=holding)
        holding = holding or view.state is VersionState.IN_FORCE
        views.append(view)
    return ProgramView(
        code=program.code,
        name=program.name,
        draft=_draft_view(program.code, getattr(program, "draft", None)),
        versions=tuple(views),
    )


def _draft_view(code: str, draft: ProgramDraft | None) -> DraftView | None:
    if draft is None:
        return None
    return DraftView(
        program=code,
        revision=draft.revision,
        content=draft.content,
        saved_at=draft.saved_at,
        saved_by=draft.saved_by,
    )


def _version_view(
    code: str, row: ProgramVersion, now: datetime, *, superseded: bool
) -> VersionView:
    ends = [each for each in (row.valid_until, getattr(row, "ends", None)) if each]
    until = min(ends) if ends else None
    state = VersionState.SUPERSEDED if superseded else VersionState.IN_FORCE
    if until is not None and (until <= now or until <= row.valid_from):
        state = VersionState.ENDED
    elif row.valid_from > now:
        state = VersionState.SCHEDULED
    return VersionView(
        program=code,
        version=row.version,
        state=state,
        valid_from=row.valid_from,
        valid_until=until,
        published_at=row.published_at,
        published_by=row.published_by,
        digest=row.digest,
        content=row.content,
    )
