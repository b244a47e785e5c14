"""No committed text tells of one person's machine, nor where packages happen to come from."""

import re

import pytest

from tests.house.tree import ROOT, shown

FOLDERS = ("src", "tests", "docs", "scripts", "requirements", ".ci")
SUFFIXES = {".py", ".md", ".txt", ".toml", ".html", ".css", ".js", ".json", ".yaml", ".yml", ".po"}

# Put together here, so that this file does not name what it looks for.
HOME_FOLDERS = ("work", "root", r"home/\w+", r"Users/\w+", "tmp")
REGISTRIES = (
    ("files.python", "hosted.org"),
    ("pypi", r"\.org"),
    ("registry.npm", r"js\.org"),
    ("deb.debian", r"\.org"),
    ("archive.ubuntu", r"\.com"),
    ("crates", r"\.io"),
)
FOREIGN = re.compile(
    rf"(?<![\w./:-])/(?:{'|'.join(HOME_FOLDERS)})(?:/|\b(?![\w-]))"
    rf"|{'|'.join(''.join(parts) for parts in REGISTRIES)}"
)


def committed_texts():
    """Every text of ours, whether git is there to list it or not."""
    files = [file for file in ROOT.iterdir() if file.is_file() and file.name != ".git"]
    for folder in FOLDERS:
        files += [file for file in (ROOT / folder).rglob("*") if file.is_file()]
    return [
        file
        for file in sorted(files)
        if (file.suffix in SUFFIXES or not file.suffix) and "__pycache__" not in file.parts
    ]


def foreign_lines(name, text):
    return [
        f"{name}:{number} {line.strip()[:80]}"
        for number, line in enumerate(text.splitlines(), start=1)
        if FOREIGN.search(line)
    ]


def test_no_text_names_a_machine_or_a_registry():
    texts = committed_texts()
    names = {shown(file) for file in texts}
    assert {"Makefile", ".ci/run", "README.md", "requirements/runtime.txt"} <= names
    found = []
    for file in texts:
        found += foreign_lines(shown(file), file.read_text(encoding="utf-8"))
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize(
    "line",
    [
        "see /" + "work/main/src",
        'open("/' + 'home/mei/notes.txt")',
        "cd /" + "root",
        "--index https://pypi" + ".org/simple",
        "url = https://files.python" + "hosted.org/packages/1",
        "log in /" + "tmp/regulars.log",
    ],
)
def test_a_foreign_line_is_seen(line):
    assert foreign_lines("a.md", f"first\n{line}\n") == [f"a.md:2 {line}"]


@pytest.mark.parametrize(
    "line",
    ["/var/lib/regulars/18", "GET /api/v1/work", "/workers", "docs/work/plan.md", "/rooted"],
)
def test_our_own_paths_are_free(line):
    assert foreign_lines("a.md", line) == []
