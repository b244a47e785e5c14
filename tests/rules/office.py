"""Li's office: where programs are drafted, published and ended, with the clock standing still."""

from datetime import UTC, datetime, timedelta

from regulars.foundation.actors import Actor, ActorKind
from regulars.foundation.audit.models import AuditRecord
from regulars.foundation.database.session import unit_of_work
from regulars.ledger.book.services import assets_known
from regulars.rules.programs.models import ProgramDraft, ProgramEnding, ProgramVersion
from regulars.rules.programs.selectors import programs_in_force
from regulars.rules.programs.services import (
    program_draft_save,
    program_publish,
    starter_content,
)

LI = Actor(ActorKind.STAFF, "li")
ANN = Actor(ActorKind.STAFF, "ann")
NOW = datetime(2025, 3, 1, 4, tzinfo=UTC)


def beans(**parts):
    return starter_content("beans") | parts


def published(code="beans", actor=LI, **parts):
    program_draft_save(actor=actor, code=code, content=beans(**parts))
    return program_publish(actor=actor, code=code)


def holding(at=NOW):
    with unit_of_work() as unit:
        return [program.label for program in programs_in_force(unit, at)]


def later(**more):
    return NOW + timedelta(**more)


def kept():
    """What the house has of programs and assets: nothing of it may move on a refusal."""
    with unit_of_work() as unit:
        assets = sorted(asset.code for asset in assets_known(unit).values())
    rows = [ProgramVersion.objects.count(), ProgramDraft.objects.count()]
    return assets, rows, ProgramEnding.objects.count(), AuditRecord.objects.count()
