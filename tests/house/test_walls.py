"""The walls hold, and they bite: each is broken on purpose in a tiny house and must be named.

The tiny house is called regulars too and is judged by the very contracts of pyproject.toml, so a
contract that is weakened there fails here.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import ROOT, SOURCE

SOUND = {
    "settings": "import regulars.rooms",
    "rooms": "",
    "urls": "from regulars.faces.console import pages",
    "faces.console.pages": "from regulars.faces.api import tokens",
    "faces.api.tokens": "from regulars.rules.intake import services",
    "rules.facts": "",
    "rules.intake.services": "from regulars.ledger.book.services import entry_post",
    "rules.intake.facts": "import regulars.rules.facts",
    "alliances.coalition.facts": "from regulars.rules import facts",
    "outreach.messages.listeners": "from regulars.rules.intake.types import Receipt",
    "rules.intake.types": "class Receipt: pass",
    "ledger.book.services": "def entry_post(): from regulars.ledger.book import models",
    "ledger.book.models": "from regulars.foundation.database import columns",
    "ledger.statements.selectors": "from regulars.ledger.book.types import Entry",
    "ledger.book.types": "class Entry: pass",
    "foundation.database.columns": "",
}

BREAKS = {
    "a lower floor imports a higher one": (
        {"ledger.book.types": "from regulars.rules.intake import types"},
        "Imports only go down, from floor to floor BROKEN",
        "regulars.ledger is not allowed to import regulars.rules",
    ),
    "neighbours import each other": (
        {"outreach.messages.listeners": "from regulars.alliances.coalition import services",
         "alliances.coalition.services": ""},
        "Imports only go down, from floor to floor BROKEN",
        "regulars.outreach is not allowed to import regulars.alliances",
    ),
    "a floor nobody planned": (
        {"attic.boxes.services": ""},
        "Imports only go down, from floor to floor BROKEN",
        "attic",
    ),
    "two rooms in a circle": (
        {"ledger.book.services": "from regulars.ledger.statements import selectors"},
        "Rooms of one floor import each other without a circle BROKEN",
        "regulars.ledger",
    ),
    "a window instead of a door": (
        {"rules.intake.services": "from regulars.ledger.book import models"},
        "A room is entered by its doors only BROKEN",
        "regulars.rules.intake.services:1 imports regulars.ledger.book.models:",
    ),
    "a window of a room on the same floor": (
        {"ledger.statements.selectors": "from regulars.ledger.book.models import Entry"},
        "A room is entered by its doors only BROKEN",
        "enter regulars.ledger.book through one of: errors, selectors, services, types",
    ),
    "a face climbs through a window": (
        {"faces.console.pages": "import regulars.ledger.book.models"},
        "A room is entered by its doors only BROKEN",
        "regulars.faces.console.pages:1 imports regulars.ledger.book.models:",
    ),
    "the room itself is no door": (
        {"faces.console.pages": "import regulars.ledger.book"},
        "A room is entered by its doors only BROKEN",
        "regulars.faces.console.pages:1 imports regulars.ledger.book:",
    ),
    "a floor that knows the wiring": (
        {"foundation.database.columns": "import regulars.settings"},
        "A room is entered by its doors only BROKEN",
        "a floor knows nothing of the wiring above it",
    ),
}  # fmt: skip


def house_build(folder: Path, modules: dict[str, str]) -> None:
    """Write a package called regulars with these modules, named from below regulars."""
    for name, code in modules.items():
        file = folder.joinpath("regulars", *name.split(".")).with_suffix(".py")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(code + "\n")
        for package in file.relative_to(folder).parents[:-1]:
            (folder / package / "__init__.py").touch()


def contracts_check(folder: Path) -> subprocess.CompletedProcess[str]:
    """Judge the package regulars that lies in this folder by the project's own contracts."""
    paths = os.pathsep.join([str(folder), str(ROOT)])
    linter = "from importlinter.cli import lint_imports_command as command; command()"
    return subprocess.run(
        [sys.executable, "-c", linter, "--no-cache", "--config", str(ROOT / "pyproject.toml")],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": paths, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_house_keeps_its_contracts():
    judged = contracts_check(SOURCE.parent)
    assert judged.returncode == 0, judged.stdout + judged.stderr
    assert "Contracts: 3 kept, 0 broken." in judged.stdout


def test_a_sound_house_passes(tmp_path):
    house_build(tmp_path, SOUND)
    judged = contracts_check(tmp_path)
    assert judged.returncode == 0, judged.stdout + judged.stderr
    assert f"Analyzed {sum(1 for _ in tmp_path.rglob('*.py'))} files" in judged.stdout


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_wall_is_named(tmp_path, name):
    modules, contract, sentence = BREAKS[name]
    house_build(tmp_path, SOUND | modules)
    judged = contracts_check(tmp_path)
    assert judged.returncode == 1, judged.stdout + judged.stderr
    assert contract in judged.stdout
    assert sentence in " ".join(judged.stdout.split())


def test_the_rooms_own_pages_may_use_each_other(tmp_path):
    """What is refused from outside is free inside the room: the wall is not merely everywhere."""
    modules = {"ledger.book.services": "from regulars.ledger.book import models"}
    house_build(tmp_path, SOUND | modules)
    assert contracts_check(tmp_path).returncode == 0
