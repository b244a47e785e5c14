"""Reading packages from the shelf: a folder each, with its data and its texts."""

from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from regulars.foundation.errors import Told
from regulars.foundation.installing import Part, sections_registered
from regulars.foundation.texts import LANGUAGES
from regulars.presets.installer.errors import PresetUnreadable, UnknownPreset
from regulars.presets.installer.types import Package, PackageFile, PackageTexts

SHELF = Path(__file__).parents[1] / "shelf"
FILE = "preset.json"

_File = TypeVar("_File", PackageFile, PackageTexts)


def package_codes(shelf: Path = SHELF) -> tuple[str, ...]:
    """The codes of all packages on the shelf."""
    return tuple(sorted(file.parent.name for file in shelf.glob(f"*/{FILE}")))


@lru_cache(maxsize=256)
def package_read(code: str, shelf: Path = SHELF) -> Package:
    """A package with everything it includes. Errors: unknown_preset, preset_unreadable."""
    if code not in package_codes(shelf):
        raise UnknownPreset(preset=code[:40], known=", ".join(package_codes(shelf)))
    folder = shelf / code
    file = _read(folder / FILE, PackageFile)
    texts = {each: _read(folder / f"{each}.json", PackageTexts) for each in LANGUAGES}
    _texts_agree(code, file, texts)
    included = [package_read(each, shelf) for each in file.includes]
    return Package(
        code=code,
        version=file.version,
        kind=file.kind,
        includes=file.includes,
        parts=_parts(code, file, included),
        texts={each: _texts_whole(each, texts[each], included) for each in LANGUAGES},
    )


def _read(path: Path, kind: type[_File]) -> _File:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, msgspec.MsgspecError) as problem:
        raise PresetUnreadable(preset=path.parent.name, problem=f"{path.name}: {problem}") from None


def _texts_agree(code: str, file: PackageFile, texts: dict[str, PackageTexts]) -> None:
    for language, each in texts.items():
        if set(each.waits_for) != set(file.waits_for):
            problem = Told(
                f"{language}.json: waits_for differs from {FILE}",
                f"{language}.json 的 waits_for 与 {FILE} 不同",
            )
            raise PresetUnreadable(preset=code, problem=problem)
    if len({len(each.promises) for each in texts.values()}) > 1:
        raise PresetUnreadable(
            preset=code,
            problem=Told("promises differ between the languages", "两种语言的承诺条数不同"),
        )


def _parts(code: str, file: PackageFile, included: list[Package]) -> tuple[tuple[str, Part], ...]:
    """What the included packages bring, then its own, in the order of the sections."""
    found: dict[tuple[str, str], Part] = {}
    for package in included:
        for section, part in package.parts:
            found[section, part["code"]] = part
    for section, parts in file.parts.items():
        for part in parts:
            found[section, part["code"]] = part
    order = list(sections_registered())
    unknown = {section for section, _ in found} - set(order)
    if unknown:
        names = ", ".join(sorted(unknown))
        raise PresetUnreadable(
            preset=code, problem=Told(f"no section {names}", f"没有栏目 {names}")
        )
    keys = sorted(found, key=lambda key: order.index(key[0]))
    return tuple((section, found[section, part]) for section, part in keys)


def _texts_whole(language: str, own: PackageTexts, included: list[Package]) -> PackageTexts:
    """The package's texts, with the promises of what it includes after its own."""
    others = [package.texts[language] for package in included]
    promises = [*own.promises, *(line for other in others for line in other.promises)]
    waits: dict[str, Any] = {key: line for other in others for key, line in other.waits_for.items()}
    return msgspec.structs.replace(
        own, promises=tuple(dict.fromkeys(promises)), waits_for=waits | own.waits_for
    )
