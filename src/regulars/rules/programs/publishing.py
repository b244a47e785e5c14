"""Saving drafts, publishing versions, ending them. Back-office writes through the ORM."""

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import IntegrityError, transaction
from django.db.models import F, Min

from regulars.foundation import clock
from regulars.foundation.actors import Actor
from regulars.foundation.audit.services import record
from regulars.foundation.errors import Busy, InvalidInput, Told
from regulars.ledger.book.selectors import assets_stored
from regulars.ledger.book.services import asset_create
from regulars.organization.approvals.errors import ApprovedChanged
from regulars.organization.approvals.selectors import approval_gate
from regulars.rules.programs.checking import content_checked
from regulars.rules.programs.content import CODE_PATTERN, Content, content_to_json
from regulars.rules.programs.errors import (
    DraftChanged,
    EndsInPast,
    NoDraft,
    NothingChanged,
    ProgramInvalid,
    UnknownProgram,
    UnknownVersion,
    VersionEnded,
)
from regulars.rules.programs.in_force import programs_forgotten
from regulars.rules.programs.models import Program, ProgramDraft, ProgramEnding, ProgramVersion
from regulars.rules.programs.selectors import program_get
from regulars.rules.programs.shapes import CODE_EXPECTED
from regulars.rules.programs.types import DraftView, VersionView
from regulars.rules.programs.validity import ends_before, starts_at

# What a second person may have to approve, by the names of `approvals.py`.
PUBLISH = "program.publish"
END = "program.end"


def program_draft_save(
    *, actor: Actor, code: str, content: Any, revision: int | None = None
) -> DraftView:
    """Keeps what the program's next version shall say, after checking all of it.

    A program of a new code is made. With `revision` (the one the editor opened; 0 for none) a
    draft that someone else saved meanwhile is not overwritten: `draft_changed`.
    """
    if not re.fullmatch(CODE_PATTERN, code):
        raise ProgramInvalid(where="code", problem=CODE_EXPECTED)
    checked = content_checked(content, assets_stored())
    with transaction.atomic():
        program = _program(code, checked)
        _draft_stored(actor, program, content_to_json(checked), revision)
        record(actor=actor, action="program.draft_saved", subject=code)
    return _draft(code)


def program_publish(
    *, actor: Actor, code: str, revision: int | None = None, reason: str = ""
) -> VersionView:
    """Makes the draft the program's next version, which nobody can change afterwards.

    Assets it declares and the ledger lacks are created with it. In force at an instant is the
    highest version with valid_from ≤ instant < valid_until. Where the shop wants a second person
    for it: approval_needed, approval_needs_people (`program_publish_request` asks).
    """
    approval_gate(PUBLISH, 1, actor)
    return version_put_in_force(actor=actor, code=code, revision=revision, reason=reason)


def version_put_in_force(
    *,
    actor: Actor,
    code: str,
    revision: int | None = None,
    digest: str | None = None,
    reason: str = "",
) -> VersionView:
    """Publishes without asking anybody, for this room: what was approved, or a package's part.

    With `digest` only a draft of that content. Errors: approved_changed, and `program_publish`'s.
    """
    now = clock.now()
    with transaction.atomic():
        draft = _draft_taken(code, revision)
        if digest is not None and content_digest(draft.content) != digest:
            raise ApprovedChanged
        content = content_checked(draft.content, assets_stored())
        _assets_created(content)
        version = _version_stored(actor, draft, content, now)
        Program.objects.filter(id=draft.program_id).update(name=content.name)
        record(
            actor=actor,
            action="program.published",
            subject=code,
            reason=reason,
            details={
                "version": version.version,
                "digest": version.digest,
                "valid_from": version.valid_from.isoformat(),
            },
        )
        programs_forgotten()
    return _version(code, version.version)


def program_end(
    *,
    actor: Actor,
    code: str,
    version: int | None = None,
    ends_at: datetime | None = None,
    reason: str = "",
) -> tuple[VersionView, ...]:
    """Ends a program at an instant (now, if none is named); answers the versions it ended.

    With `version` only that one ends, and an earlier one that still holds counts again. What is
    judged already stays; an end can be moved forward, never back. Where the shop wants a second
    person for what holds: approval_needed, approval_needs_people (`program_end_request` asks).
    """
    approval_gate(END, 1, actor)
    return versions_ended(actor=actor, code=code, version=version, ends_at=ends_at, reason=reason)


def versions_ended(
    *,
    actor: Actor,
    code: str,
    version: int | None = None,
    ends_at: datetime | None = None,
    only: Sequence[int] | None = None,
    reason: str = "",
) -> tuple[VersionView, ...]:
    """Ends versions without asking anybody, for this room; with `only` just if it is those.

    Errors: approved_changed, and those of `program_end`.
    """
    now = clock.now()
    at = ends_at or now
    if at.tzinfo is None:
        raise InvalidInput(
            field="ends_at",
            problem=Told("needs a time zone, such as +08:00", "须带时区，如 +08:00"),
        )
    if at < now:
        raise EndsInPast
    with transaction.atomic():
        ended = [row for row in _versions(code, version) if _is_open(row, at)]
        if not ended:
            raise _ended_already(code, version)
        if only is not None and [row.version for row in ended] != list(only):
            raise ApprovedChanged
        for row in ended:
            ProgramEnding.objects.create(
                version=row, ended_at=at, recorded_at=now, recorded_by=str(actor)
            )
        numbers = [row.version for row in ended]
        record(
            actor=actor,
            action="program.ended",
            subject=code,
            reason=reason,
            details={"versions": numbers, "ended_at": at.isoformat()},
        )
        programs_forgotten()
    return tuple(_version(code, number) for number in numbers)


def versions_running(code: str) -> list[int]:
    """The versions that an end concerns now. Errors: unknown_program, version_ended."""
    now = clock.now()
    found = [row.version for row in _versions(code, None) if _is_open(row, now)]
    if not found:
        raise _ended_already(code, None)
    return found


def content_digest(plain: dict[str, Any]) -> str:
    """BLAKE2b over the canonical JSON of a content."""
    canonical = msgspec.json.encode(plain, order="deterministic")
    return hashlib.blake2b(canonical, digest_size=32).hexdigest()


def _program(code: str, content: Content) -> Program:
    program, _ = Program.objects.get_or_create(
        code=code, defaults={"name": content.name, "created_at": clock.now()}
    )
    return program


def _draft_stored(
    actor: Actor, program: Program, plain: dict[str, Any], revision: int | None
) -> None:
    values = {"content": plain, "saved_at": clock.now(), "saved_by": str(actor)}
    drafts = ProgramDraft.objects.filter(program=program)
    mine = drafts if revision is None else drafts.filter(revision=revision)
    if mine.update(revision=F("revision") + 1, **values):
        return
    if revision or drafts.exists():
        raise DraftChanged
    try:
        with transaction.atomic():
            ProgramDraft.objects.create(program=program, **values)
    except IntegrityError:
        raise DraftChanged from None


def _draft_taken(code: str, revision: int | None) -> ProgramDraft:
    """Removes the draft and hands it out: of two who publish at once only one gets it."""
    draft = ProgramDraft.objects.select_related("program").filter(program__code=code).first()
    if draft is None:
        raise NoDraft(program=code[:40])
    if revision is not None and revision != draft.revision:
        raise DraftChanged
    taken, _ = ProgramDraft.objects.filter(id=draft.id, revision=draft.revision).delete()
    if not taken:
        raise DraftChanged
    return draft


def _version_stored(
    actor: Actor, draft: ProgramDraft, content: Content, now: datetime
) -> ProgramVersion:
    digest = content_digest(draft.content)
    latest = ProgramVersion.objects.filter(program=draft.program).order_by("-version").first()
    if latest and latest.digest == digest and _is_open(latest, now):
        raise NothingChanged(version=latest.version)
    zone = content.time_zone
    since = starts_at(content.valid_from, zone) if content.valid_from else now
    until = ends_before(content.valid_until, zone) if content.valid_until else None
    if until and until <= since:
        raise ProgramInvalid(
            where="valid_until",
            problem=Told("is over already; choose a later day", "已经过去；请选择更晚的日期"),
        )
    try:
        with transaction.atomic():
            return ProgramVersion.objects.create(
                program=draft.program,
                version=latest.version + 1 if latest else 1,
                content=draft.content,
                digest=digest,
                valid_from=since,
                valid_until=until,
                published_at=now,
                published_by=str(actor),
            )
    except IntegrityError:
        raise Busy from None


def _versions(code: str, version: int | None) -> list[ProgramVersion]:
    if not Program.objects.filter(code=code).exists():
        raise UnknownProgram(program=code[:40])
    rows = ProgramVersion.objects.filter(program__code=code).order_by("version")
    if version is not None:
        rows = rows.filter(version=version)
    found = list(rows)
    if not found:
        raise UnknownVersion(program=code, version=version or 1)
    return found


def _end_of(row: ProgramVersion) -> datetime | None:
    early = row.endings.aggregate(at=Min("ended_at"))["at"]
    known = [each for each in (row.valid_until, early) if each]
    return min(known) if known else None


def _is_open(row: ProgramVersion, at: datetime) -> bool:
    end = _end_of(row)
    return end is None or end > at


def _ended_already(code: str, version: int | None) -> VersionEnded:
    last = _versions(code, version)[-1]
    ended_at = _end_of(last)
    return VersionEnded(
        program=code,
        version=last.version,
        ended_at=ended_at.isoformat() if ended_at else "",
    )


def _assets_created(content: Content) -> None:
    known = {asset.code for asset in assets_stored().values()}
    for asset in content.assets:
        if asset.code in known:
            continue
        try:
            with transaction.atomic():
                asset_create(
                    code=asset.code,
                    name=asset.name,
                    kind=asset.kind,
                    time_zone=content.time_zone,
                    expiry=asset.expiry,
                    spend_order=asset.spend_order,
                    shortfall=asset.shortfall,
                    transferable=asset.transferable,
                    currency=asset.currency,
                    scale=asset.scale,
                )
        except IntegrityError:
            raise Busy from None


def _draft(code: str) -> DraftView:
    draft = program_get(code).draft
    if draft is None:
        raise NoDraft(program=code)
    return draft


def _version(code: str, number: int) -> VersionView:
    for version in program_get(code).versions:
        if version.version == number:
            return version
    raise UnknownVersion(program=code, version=number)
