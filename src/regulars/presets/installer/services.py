"""The doors for installing packages and for ending them."""

from pathlib import Path
from typing import LiteralString

from django.db import IntegrityError, connection, transaction

from regulars.foundation import clock
from regulars.foundation.actors import Actor
from regulars.foundation.audit.services import record
from regulars.foundation.errors import Busy
from regulars.foundation.installing import sections_registered
from regulars.foundation.locks import INSTALLING
from regulars.foundation.outbox.services import notice_record
from regulars.foundation.shop.setup import setup_is_unfinished
from regulars.organization.approvals.errors import ApprovedChanged
from regulars.organization.approvals.selectors import approval_gate
from regulars.presets.installer.errors import PresetNotInstalled, PresetRefused
from regulars.presets.installer.models import Installation, InstalledPart
from regulars.presets.installer.packages import SHELF, package_read
from regulars.presets.installer.planning import (
    ending_planned,
    parts_ending,
    plan_made,
    steps_dropped,
    steps_planned,
)
from regulars.presets.installer.selectors import installation_get
from regulars.presets.installer.types import (
    END,
    INSTALL,
    Deed,
    InstallationView,
    Package,
    Step,
)

LOCK: LiteralString = "SELECT pg_advisory_xact_lock(%s)"
DONE = frozenset({Deed.MAKE, Deed.CHANGE, Deed.RESUME})


def preset_install(*, actor: Actor, code: str, shelf: Path = SHELF) -> InstallationView:
    """Puts up everything a package says, or nothing of it. Again, it only adds what is missing.

    A newer version of an installed package changes what the older one put up and the shop left
    as it was. Errors: unknown_preset, preset_refused (with the first reason), and those of the
    rooms whose things it makes. Where the shop wants a second person for what members are
    promised: approval_needed, approval_needs_people (`preset_install_request` asks).
    """
    return preset_put_up(actor=actor, code=code, shelf=shelf)


def preset_put_up(
    *, actor: Actor, code: str, shelf: Path = SHELF, approved: str | None = None
) -> InstallationView:
    """Installs, for this room; with `approved` what was approved, by the digest of its plan.

    Errors: approved_changed, and those of `preset_install`.
    """
    package = package_read(code, shelf)
    try:
        with transaction.atomic():
            _locked()
            steps = _steps(package)
            plan = plan_made(package)
            # While the shop is being set up there is no member yet whom it could promise anything.
            if approved is None and plan.is_promise and not setup_is_unfinished():
                approval_gate(INSTALL, 1, actor)
            if approved not in (None, plan.digest):
                raise ApprovedChanged
            done = _parts_done(actor, package, steps)
            ended = _parts_dropped(actor, package)
            _kept(actor, package, steps, done + ended)
    except IntegrityError:
        # Somebody made one of its things by hand in the same moment.
        raise Busy from None
    return installation_get(code, shelf)


def preset_end(*, actor: Actor, code: str) -> InstallationView:
    """Ends what a package put up, save what another installed package needs too.

    Whatever members were given stays theirs. A second time nothing happens. Errors:
    unknown_preset, preset_not_installed, and those of approvals as on installing.
    """
    return preset_put_to_rest(actor=actor, code=code)


def preset_put_to_rest(*, actor: Actor, code: str, approved: str | None = None) -> InstallationView:
    """Ends a package, for this room; with `approved` what was approved, by its digest.

    Errors: approved_changed, and those of `preset_end`.
    """
    package_read(code)
    with transaction.atomic():
        _locked()
        row = Installation.objects.filter(code=code).first()
        if row is None:
            raise PresetNotInstalled(preset=code)
        plan = ending_planned(code)
        if approved is None and plan.is_promise:
            approval_gate(END, 1, actor)
        if approved not in (None, plan.digest):
            raise ApprovedChanged
        if row.ended_at is None:
            ended = [_ended(actor, part.section, part.code) for part in parts_ending(code)]
            Installation.objects.filter(code=code).update(ended_at=clock.now())
            details = {"version": row.version, "parts": ended}
            record(actor=actor, action="preset.ended", subject=code, details=details)
            _told("preset.ended", code, row.version)
    return installation_get(code)


def _locked() -> None:
    """One installing at a time: packages share parts."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, (INSTALLING,))


def _steps(package: Package) -> tuple[Step, ...]:
    steps = steps_planned(package)
    for step in steps:
        if step.deed is Deed.REFUSE:
            raise PresetRefused(
                preset=package.code, reason=step.reason["en"], reason_zh=step.reason["zh-Hans"]
            )
    return steps


def _parts_done(actor: Actor, package: Package, steps: tuple[Step, ...]) -> list[str]:
    sections = sections_registered()
    done = []
    for (name, part), step in zip(package.parts, steps, strict=True):
        section = sections[name]
        if step.deed is Deed.MAKE:
            section.install(actor, part)
        elif step.deed in DONE and section.change is not None:
            section.change(actor, part)
        else:
            continue
        done.append(f"{name}/{step.code}")
    return done


def _kept(actor: Actor, package: Package, steps: tuple[Step, ...], done: list[str]) -> None:
    before = Installation.objects.filter(code=package.code, ended_at=None).first()
    if before is not None and before.version == package.version and not done:
        return
    values = {
        "version": package.version,
        "installed_at": clock.now(),
        "installed_by": str(actor),
        "ended_at": None,
    }
    row, _ = Installation.objects.update_or_create(code=package.code, defaults=values)
    known = {(part.section, part.code): part for part in row.parts.all()}
    ours = set(InstalledPart.objects.filter(is_ours=True).values_list("section", "code"))
    for (section, part), step in zip(package.parts, steps, strict=True):
        key = (section, step.code)
        is_ours = step.deed in DONE or key in ours
        if step.deed is Deed.OWN and key in known:
            # What was put up then stays on record, so that the shop's change stays visible.
            continue
        InstalledPart.objects.update_or_create(
            installation=row,
            section=section,
            code=step.code,
            defaults={"content": part, "is_ours": is_ours},
        )
    details = {"version": package.version, "parts": done}
    record(actor=actor, action="preset.installed", subject=package.code, details=details)
    _told("preset.installed", package.code, package.version)


def _parts_dropped(actor: Actor, package: Package) -> list[str]:
    dropped = steps_dropped(package)
    for step in dropped:
        InstalledPart.objects.filter(
            installation=package.code, section=step.section, code=step.code
        ).delete()
    return [_ended(actor, step.section, step.code) for step in dropped]


def _ended(actor: Actor, section: str, code: str) -> str:
    end = sections_registered()[section].end
    if end is not None:
        end(actor, code)
    return f"{section}/{code}"


def _told(kind: str, code: str, version: int) -> None:
    notice_record(kind=kind, payload={"preset": code, "version": version})


__all__ = ["preset_end", "preset_install"]
