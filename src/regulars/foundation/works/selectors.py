"""The doors for reading works and their files."""

from collections.abc import Iterator
from uuid import UUID

from regulars.foundation.works.errors import UnknownWork
from regulars.foundation.works.models import Work, WorkFile
from regulars.foundation.works.types import WorkView


def work_get(work_id: str) -> WorkView:
    """One work. Errors: unknown_work."""
    try:
        return work_view(Work.objects.get(id=UUID(work_id)))
    except (ValueError, Work.DoesNotExist):
        raise UnknownWork from None


def works_of(screen: str, limit: int = 50) -> list[WorkView]:
    """The works that were started on a screen, newest first."""
    found = Work.objects.filter(screen=screen).order_by("-created_at", "-id")[:limit]
    return [work_view(each) for each in found]


def works_with(argument: str, value: str, limit: int = 50) -> list[str]:
    """The ids of the works that were begun with a value of an argument, newest first."""
    found = Work.objects.filter(**{f"arguments__{argument}": value}).order_by("-created_at", "-id")
    return [str(each) for each in found.values_list("id", flat=True)[:limit]]


def work_content(work_id: str) -> Iterator[bytes]:
    """The file of a work, piece by piece; nothing when it has none any more."""
    pieces = WorkFile.objects.filter(work_id=UUID(work_id)).order_by("number")
    for content in pieces.values_list("content", flat=True).iterator(chunk_size=8):
        yield bytes(content)


def work_has_content(work_id: str) -> bool:
    """Whether the file is still there."""
    return WorkFile.objects.filter(work_id=UUID(work_id)).exists()


def work_view(work: Work) -> WorkView:
    """A row as others see it."""
    return WorkView(
        id=str(work.id),
        kind=work.kind,
        screen=work.screen,
        arguments=work.arguments,
        state=work.state,  # type: ignore[arg-type]
        done=work.done,
        total=work.total,
        refused=work.refused,
        note=work.note,
        created_at=work.created_at,
        created_by=work.created_by,
        finished_at=work.finished_at,
        file_name=work.file_name,
    )
