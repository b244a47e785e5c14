"""The laws of the code that no linter knows, as functions over a parsed file.

Each law gives the breaches it finds as `path:line what to do`. None has exceptions: a file that
grows past a limit becomes a folder of the same name.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TypeGuard

FILE_LINES = 400
CLASS_LINES = 200
FUNCTION_LINES = 60
LINE_CHARACTERS = 100

DRAWERS = frozenset({"utils", "util", "helpers", "helper", "common", "misc"})
SIGNAL_MODULES = ("django.db.models.signals", "django.dispatch", "django.core.signals")
CHANCE_MODULES = ("random", "secrets", "uuid", "uuid_utils")
CLOCK_CALLS = frozenset(
    {
        "date.today",
        "datetime.now",
        "datetime.today",
        "datetime.utcnow",
        "os.urandom",
        "time.time",
        "time.time_ns",
        "timezone.localdate",
        "timezone.localtime",
        "timezone.now",
    }
)
# Django is set up first, the commands are imported then: the one import that has to wait.
LATE_IMPORTS = {"src/regulars/__main__.py": "regulars.faces.cli"}
_CODE = re.compile(r"[a-z]+(_[a-z]+)+")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Page:
    """One Python file: its path from the root of the checkout, and its text."""

    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        """The file, parsed."""
        return ast.parse(self.text)

    def breach(self, node: ast.AST, sentence: str) -> str:
        """One line for the person who has to put it right."""
        return f"{self.path}:{getattr(node, 'lineno', 1)} {sentence}"

    def lies_in(self, *folders: str) -> bool:
        """Whether the file lies under one of these folders of the checkout."""
        return any(self.path.startswith(f"{folder}/") for folder in folders)


def sizes(page: Page) -> Iterator[str]:
    """Functions of at most 60 lines, classes 200, files 400, lines of at most 100 characters."""
    lines = page.text.splitlines()
    if len(lines) > FILE_LINES:
        yield f"{page.path}:{len(lines)} is longer than {FILE_LINES} lines: make it a folder"
    for number, line in enumerate(lines, start=1):
        if len(line) > LINE_CHARACTERS:
            yield f"{page.path}:{number} is longer than {LINE_CHARACTERS} characters"
    for node in ast.walk(page.tree):
        if isinstance(node, Function | ast.ClassDef):
            limit = CLASS_LINES if isinstance(node, ast.ClassDef) else FUNCTION_LINES
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > limit:
                yield page.breach(node, f"{node.name} has {length} lines, more than {limit}")


def names(page: Page) -> Iterator[str]:
    """No drawer that takes everything: what a file is about is its name."""
    for part in PurePosixPath(page.path).with_suffix("").parts:
        if part in DRAWERS:
            yield f"{page.path}:1 is called {part}: name it after what it is about"


def imports_on_top(page: Page) -> Iterator[str]:
    """No import inside a function, where a wall could be climbed unseen."""
    allowed = LATE_IMPORTS.get(page.path)
    for function in ast.walk(page.tree):
        if isinstance(function, Function):
            for node, module in imported_modules(function):
                if not (allowed and starts_with(module, [allowed])):
                    yield page.breach(node, f"imports inside {function.name}: move it to the top")


def no_signals(page: Page) -> Iterator[str]:
    """No Django signals: who calls whom must be readable."""
    for node, module in imported_modules(page.tree):
        if starts_with(module, SIGNAL_MODULES):
            yield page.breach(node, f"uses {module}: call the service, or write a notice")


def no_overridden_save(page: Page) -> Iterator[str]:
    """No effect hidden in save or delete: set-based writes would pass it by."""
    for node in ast.walk(page.tree):
        if isinstance(node, ast.ClassDef):
            for part in node.body:
                if isinstance(part, Function) and part.name in {"save", "delete"}:
                    yield page.breach(part, f"{node.name}.{part.name}: put it into a service")


def whole_numbers(page: Page) -> Iterator[str]:
    """No float in the ledger, save for seconds: money and points are integers."""
    if not page.lies_in("src/regulars/ledger"):
        return
    tree = page.tree
    seconds = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign | ast.AnnAssign) and _holds_seconds(node)
        for part in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in seconds:
            continue
        if isinstance(node, ast.Name) and node.id == "float":
            yield page.breach(node, "names float: money and points are integers")
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            yield page.breach(node, f"writes {node.value}: money and points are integers")


def _holds_seconds(node: ast.Assign | ast.AnnAssign) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return all(ast.unparse(target).lower().endswith(("seconds", "_at")) for target in targets)


def time_and_chance(page: Page) -> Iterator[str]:
    """Time, ids and randomness come from foundation, so that a test can hold them still."""
    if not page.lies_in("src") or page.lies_in("src/regulars/foundation"):
        return
    for node, module in imported_modules(page.tree):
        if starts_with(module, CHANCE_MODULES) and module not in {"random.Random", "uuid.UUID"}:
            yield page.breach(node, f"uses {module}: ask foundation for ids and chance")
    for node in ast.walk(page.tree):
        if not isinstance(node, ast.Call):
            continue
        called = ".".join(ast.unparse(node.func).split(".")[-2:])
        if called in CLOCK_CALLS:
            yield page.breach(node, f"calls {called}: ask foundation.clock")
        if called == "Random" and not node.args:
            yield page.breach(node, "makes an unseeded Random: give it a seed")


def told_in_both_languages(page: Page) -> Iterator[str]:
    """What a refusal says in words of ours is a Told: no English inside a Chinese sentence."""
    if not page.lies_in("src"):
        return
    for node in ast.walk(page.tree):
        if not _tells(node) or not isinstance(node.value, ast.Constant | ast.JoinedStr):
            continue
        if _words(node.value):
            yield page.breach(node.value, "tells a problem in one language: use Told")


def _tells(node: ast.AST) -> TypeGuard[ast.keyword | ast.Assign]:
    if isinstance(node, ast.Assign):
        return any(isinstance(each, ast.Name) and each.id == "problem" for each in node.targets)
    return isinstance(node, ast.keyword) and node.arg == "problem"


def _words(text: ast.Constant | ast.JoinedStr) -> bool:
    """Whether there are letters in it beside what is filled in."""
    parts = text.values if isinstance(text, ast.JoinedStr) else [text]
    written = [part.value for part in parts if isinstance(part, ast.Constant)]
    is_code = len(written) == 1 and _CODE.fullmatch(str(written[0]))
    return not is_code and any(
        isinstance(each, str) and any(map(str.isalpha, each)) for each in written
    )


def imported_modules(tree: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """Every import as a dotted name, `from a import b` as a.b."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node, alias.name
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield node, f"{node.module}.{alias.name}"


def starts_with(module: str, families: Iterable[str]) -> bool:
    """Whether the module is one of these or lies inside one."""
    return any(module == family or module.startswith(f"{family}.") for family in families)


LAWS = (
    sizes,
    names,
    imports_on_top,
    no_signals,
    no_overridden_save,
    whole_numbers,
    time_and_chance,
    told_in_both_languages,
)
