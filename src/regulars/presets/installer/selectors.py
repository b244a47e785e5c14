"""The doors for reading packages: the shelf, what one would do, and what is installed."""

import re
from pathlib import Path

from regulars.foundation.shop.selectors import shop_known
from regulars.foundation.shop.setup import setup_is_unfinished
from regulars.foundation.texts import LANGUAGES
from regulars.foundation.webkit.numbers import money_shown
from regulars.organization.approvals.selectors import approval_needed
from regulars.presets.installer.errors import PresetNotInstalled
from regulars.presets.installer.examples import Example, example_told, package_example
from regulars.presets.installer.models import Installation, InstalledPart
from regulars.presets.installer.packages import SHELF, package_codes, package_read
from regulars.presets.installer.planning import (
    ending_planned,
    parts_ending,
    parts_shown,
    plan_made,
    steps_dropped,
    steps_planned,
)
from regulars.presets.installer.types import (
    END,
    INSTALL,
    Deed,
    InstallationView,
    Package,
    PartView,
    PresetPreview,
    PresetView,
    Texts,
)

TRADE = "trade"
# How a package's texts write money: minor units in braces.
MONEY = re.compile(r"\{(\d+)\}")


def presets_listed(shelf: Path = SHELF) -> tuple[PresetView, ...]:
    """All packages, those for a whole trade first, each with how it is installed."""
    packages = [package_read(code, shelf) for code in package_codes(shelf)]
    packages.sort(key=lambda package: (package.kind != TRADE, package.code))
    return tuple([_view(package, shelf) for package in packages])


def preset_preview(code: str, shelf: Path = SHELF) -> PresetPreview:
    """What installing a package would make, change and leave. Errors: unknown_preset."""
    package = package_read(code, shelf)
    steps = steps_planned(package) + steps_dropped(package)
    view = _view(package, shelf)
    there = view.installation
    is_newest = there is not None and not there.ended_at and there.version == package.version
    idle = all(step.deed in (Deed.KEEP, Deed.OWN) for step in steps)
    return PresetPreview(
        preset=view,
        steps=steps,
        is_installable=all(step.deed is not Deed.REFUSE for step in steps),
        is_up_to_date=is_newest and idle,
    )


def preset_ending(code: str) -> tuple[tuple[PartView, ...], tuple[PartView, ...]]:
    """What would end if a running package were ended, and what of it would stay."""
    ending = parts_ending(code)
    gone = {row.pk for row in ending}
    staying = InstalledPart.objects.filter(installation=code).exclude(pk__in=gone)
    return parts_shown(ending), parts_shown(list(staying.order_by("id")))


def install_waits(code: str) -> bool:
    """Whether installing would wait for a second person. Errors: unknown_preset."""
    if setup_is_unfinished() or not approval_needed(INSTALL, 1):
        return False
    return plan_made(package_read(code)).is_promise


def end_waits(code: str) -> bool:
    """Whether ending would wait for a second person."""
    return approval_needed(END, 1) and ending_planned(code).is_promise


def installations_listed(shelf: Path = SHELF) -> tuple[InstallationView, ...]:
    """What is installed or was, newest first."""
    rows = Installation.objects.order_by("-installed_at", "code")
    return tuple([_installation(row, shelf) for row in rows])


def installation_get(code: str, shelf: Path = SHELF) -> InstallationView:
    """One installation, ended or not; else `preset_not_installed`."""
    row = Installation.objects.filter(code=code).first()
    if row is None:
        raise PresetNotInstalled(preset=code[:40])
    return _installation(row, shelf)


def _view(package: Package, shelf: Path) -> PresetView:
    row = Installation.objects.filter(code=package.code).first()
    texts = package.texts
    return PresetView(
        preset=package.code,
        version=package.version,
        kind=package.kind,
        name=_name(package),
        about={each: _money_told(texts[each].about) for each in LANGUAGES},
        promises={
            each: tuple([_money_told(line) for line in texts[each].promises]) for each in LANGUAGES
        },
        waits_for={
            each: tuple([_money_told(line) for line in texts[each].waits_for.values()])
            for each in LANGUAGES
        },
        includes=package.includes,
        installation=_installation(row, shelf) if row else None,
    )


def _money_told(line: str) -> str:
    """A text with its amounts as this shop writes money: what 100 minor units are differs."""
    currency = shop_known().currency
    return MONEY.sub(lambda found: money_shown(int(found[1]), currency), line)


def _installation(row: Installation, shelf: Path) -> InstallationView:
    known = row.code in package_codes(shelf)
    name = _name(package_read(row.code, shelf)) if known else {"en": row.code}
    return InstallationView(row.code, name, row.version, row.installed_at, row.ended_at)


def _name(package: Package) -> Texts:
    return {each: package.texts[each].name for each in LANGUAGES}


__all__ = [
    "Example",
    "end_waits",
    "example_told",
    "install_waits",
    "installation_get",
    "installations_listed",
    "package_example",
    "preset_ending",
    "preset_preview",
    "presets_listed",
]
