"""What is committed beside the code agrees with the code."""

import re
import subprocess

import pytest
from django.apps import apps

from regulars import __version__
from regulars.rooms import ROOMS
from scripts import generate_docs
from tests.house.tree import ROOT


@pytest.mark.parametrize("name", generate_docs.DOCUMENTS)
def test_a_generated_document_is_up_to_date(name):
    committed = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert committed == generate_docs.DOCUMENTS[name](), "run `make docs` and look at the diff"


def test_every_app_of_ours_is_a_room_and_says_what_it_is_about():
    ours = {config.name for config in apps.get_app_configs() if config.name.startswith("regulars.")}
    assert ours - {"regulars.foundation.discovery"} == set(ROOMS)
    row_pattern = re.compile(r"^\| (\S+) \| `(\w+)` \| (.*) \|$", re.MULTILINE)
    rows = row_pattern.findall(generate_docs.apps_document())
    assert [row[0].replace("/", ".") for row in rows] == [
        room.removeprefix("regulars.") for room in ROOMS
    ]
    silent = [room for room, _, about in rows if len(about) < 20]
    assert not silent, f"write a docstring into the __init__.py of: {silent}"


def test_make_help_lists_every_target_of_the_readme():
    told = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    for document in ("README.md", "CONTRIBUTING.md"):
        text = (ROOT / document).read_text(encoding="utf-8")
        named = set(re.findall(r"\bmake ([a-z-]+)`", text)) | set(
            re.findall(r"^make ([a-z-]+)", text, re.MULTILINE)
        )
        assert named, f"{document} names no command"
        for target in named:
            assert f"make {target} " in told.stdout, f"{document} names make {target}"


def test_the_changelog_has_a_place_for_this_version():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    heading = "Unreleased" if "dev" in __version__ else __version__
    assert f"\n## [{heading}]" in changelog


def test_decisions_are_numbered_without_a_gap_and_listed():
    files = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    numbers = [int(file.name[:4]) for file in files]
    assert numbers == list(range(1, len(files) + 1))
    index = (ROOT / "docs" / "decisions" / "README.md").read_text(encoding="utf-8")
    for file in files:
        title = file.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
        assert f"[{title}]({file.name})" in index


def links_of(text):
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    return [
        link.split("#")[0]
        for link in re.findall(r"\]\(([^)\s]+)\)", text)
        if "://" not in link and not link.startswith(("#", "mailto:"))
    ]


@pytest.mark.parametrize(
    "document",
    [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))],
    ids=lambda file: file.relative_to(ROOT).as_posix(),
)
def test_every_link_of_a_document_leads_somewhere(document):
    broken = [
        link
        for link in links_of(document.read_text(encoding="utf-8"))
        if not (document.parent / link).exists()
    ]
    assert not broken


def test_a_broken_link_is_seen():
    assert links_of("[a](docs/none.md#b) [c](https://example.org/d.md)") == ["docs/none.md"]


def test_every_test_that_a_document_names_is_there():
    text = (ROOT / "docs" / "proofs.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/\S+\.py)`: `(\w+)`", text)
    assert named
    for file, name in named:
        assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8"), f"{file}: {name}"
