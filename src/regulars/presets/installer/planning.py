"""What installing a package would do, part by part. Nothing is written here."""

import hashlib
from collections.abc import Mapping

import msgspec

from regulars.foundation.errors import RegularsError, Told
from regulars.foundation.installing import Found, Part, Section, State, sections_registered
from regulars.foundation.texts import LANGUAGES
from regulars.presets.installer.errors import PartInTheWay
from regulars.presets.installer.models import InstalledPart
from regulars.presets.installer.types import Deed, Package, PartView, Plan, Step, Texts

# What packages have put up already, by section and code.
Written = Mapping[tuple[str, str], Part]


def steps_planned(package: Package) -> tuple[Step, ...]:
    """A step for each part, in the order in which they are taken."""
    written = parts_written()
    sections = sections_registered()
    return tuple([_step(sections[section], part, written) for section, part in package.parts])


def steps_dropped(package: Package) -> tuple[Step, ...]:
    """A step for each part that an older version put up and this one leaves out, the last first."""
    wanted = {(section, part["code"]) for section, part in package.parts}
    sections = sections_registered()
    rows = [row for row in parts_ending(package.code) if (row.section, row.code) not in wanted]
    return tuple(
        [_made(sections[row.section], row.content, _name_of(row), Deed.END, None) for row in rows]
    )


def plan_made(package: Package) -> Plan:
    """All that installing would do now, as it would have to be approved."""
    steps, dropped = steps_planned(package), steps_dropped(package)
    done = [step for step in (*steps, *dropped) if step.deed not in (Deed.KEEP, Deed.OWN)]
    parts = [(name, part) for name, part in package.parts]
    told = (package.code, package.version, parts, [_told(step) for step in (*steps, *dropped)])
    return Plan(_digest(told), any(_is_promise(step.section) for step in done), len(done))


def ending_planned(code: str) -> Plan:
    """All that ending a package would end now, as it would have to be approved."""
    rows = [(row.section, row.code, row.content) for row in parts_ending(code)]
    return Plan(_digest((code, rows)), any(_is_promise(row[0]) for row in rows), len(rows))


def _told(step: Step) -> tuple[str, str, str]:
    return step.section, step.code, step.deed.value


def _digest(told: object) -> str:
    plain = msgspec.json.encode(told, order="deterministic")
    return hashlib.blake2b(plain, digest_size=32).hexdigest()


def _is_promise(section: str) -> bool:
    found = sections_registered().get(section)
    return found is not None and found.is_promise


def parts_ending(code: str) -> list[InstalledPart]:
    """What a running package put up that has an end and that no other one needs, the last first."""
    rows = InstalledPart.objects.filter(installation__ended_at=None)
    others = rows.exclude(installation=code).values_list("section", "code")
    shared = set(others)
    order = [name for name, section in sections_registered().items() if section.end]
    found = [
        row
        for row in rows.filter(installation=code, is_ours=True).order_by("code")
        if row.section in order and (row.section, row.code) not in shared
    ]
    return sorted(found, key=lambda row: -order.index(row.section))


def parts_shown(rows: list[InstalledPart]) -> tuple[PartView, ...]:
    """Parts as people know them."""
    sections = sections_registered()
    return tuple(
        [
            PartView(sections[row.section].title, _name_of(row) or {"en": row.code})
            for row in rows
            if row.section in sections
        ]
    )


def _name_of(row: InstalledPart) -> Texts:
    try:
        return sections_registered()[row.section].preview(row.content).name
    except RegularsError:
        return {}


def parts_written() -> dict[tuple[str, str], Part]:
    """What was last put up by any package, by section and code."""
    rows = InstalledPart.objects.order_by("installation__installed_at", "id")
    return {(row.section, row.code): row.content for row in rows}


def _step(section: Section, part: Part, written: Written) -> Step:
    before = written.get((section.name, part["code"]))
    try:
        found = section.preview(part)
        deed = _deed(section, part, found, before)
    except RegularsError as refusal:
        return _made(section, part, part.get("name", {}), Deed.REFUSE, refusal)
    if deed is not Deed.REFUSE:
        return _made(section, part, found.name, deed, None)
    return _made(section, part, found.name, deed, found.refusal or _in_the_way(part, found.name))


def _in_the_way(part: Part, name: Texts) -> PartInTheWay:
    code = str(part["code"])
    told = Told(name.get("en", code), name.get("zh-Hans", code))
    return PartInTheWay(part=code, name=told)


def _deed(section: Section, part: Part, found: Found, before: Part | None) -> Deed:
    """Three sides count: what the shop has, what was put up before, what is to be there now."""
    if found.state is State.SAME:
        return Deed.KEEP
    if found.refusal is not None:
        return Deed.REFUSE
    if found.state is State.ABSENT:
        return Deed.MAKE
    if before is None or section.change is None:
        return Deed.REFUSE
    if found.state is State.ENDED:
        return Deed.RESUME
    if before == part or section.preview(before).state is not State.SAME:
        return Deed.OWN
    return Deed.CHANGE


def _made(
    section: Section, part: Part, name: Texts, deed: Deed, refusal: RegularsError | None
) -> Step:
    reason = {each: refusal.sentence(each) for each in LANGUAGES} if refusal else {}
    return Step(section.name, section.title, part["code"], name, deed, reason)
