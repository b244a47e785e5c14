"""Where the house's own texts lie, found from this file so that a test runs from any folder."""

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "regulars"
CODE_FOLDERS = ("src", "tests", "scripts")


def python_files(*folders: str) -> list[Path]:
    """Every Python file in the named folders of the checkout, in order."""
    files: list[Path] = []
    for folder in folders or CODE_FOLDERS:
        files += (ROOT / folder).rglob("*.py")
    return sorted(file for file in files if "__pycache__" not in file.parts)


def shown(file: Path) -> str:
    """The path as a reader knows it: from the root of the checkout."""
    return file.relative_to(ROOT).as_posix()


@cache
def contracts() -> dict[str, dict[str, list[str]]]:
    """The import contracts of pyproject.toml, by id."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        found = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    return {contract["id"]: contract for contract in found}


@cache
def floor_heights() -> dict[str, int]:
    """Each floor's height above the ground, which is 0. Floors of one height are neighbours."""
    rows = reversed(contracts()["floors"]["layers"])
    return dict(_named_floors(rows))


def _named_floors(rows: Iterator[str]) -> Iterator[tuple[str, int]]:
    for height, row in enumerate(rows):
        for floor in row.split("|"):
            yield floor.strip(" ()"), height
