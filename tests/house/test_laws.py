"""The laws hold in every file, and each is seen to bite on a file that breaks it."""

from textwrap import dedent

import pytest

from tests.house import laws
from tests.house.tree import python_files, shown

PAGES = [laws.Page(shown(file), file.read_text(encoding="utf-8")) for file in python_files()]


@pytest.mark.parametrize("law", laws.LAWS, ids=lambda law: law.__name__)
def test_every_file_keeps_the_law(law):
    breaches = [breach for page in PAGES for breach in law(page)]
    assert not breaches, "\n" + "\n".join(breaches)


def test_the_laws_are_asked_of_all_the_code():
    paths = {page.path for page in PAGES}
    assert {"src/regulars/__init__.py", "tests/house/test_laws.py"} <= paths
    assert any(path.startswith("scripts/") for path in paths)


def breaches_of(law, code, path="src/regulars/ledger/book/services.py"):
    return list(law(laws.Page(path, dedent(code))))


def function_of(lines):
    return "def long():\n" + "    pass\n" * (lines - 1)


def test_a_function_of_61_lines_is_too_long():
    assert breaches_of(laws.sizes, function_of(60)) == []
    (breach,) = breaches_of(laws.sizes, function_of(61))
    assert "long has 61 lines, more than 60" in breach


def test_a_class_of_201_lines_is_too_long():
    assert breaches_of(laws.sizes, "class Long:\n" + "    a = 1\n" * 199) == []
    (breach,) = breaches_of(laws.sizes, "class Long:\n" + "    a = 1\n" * 200)
    assert "Long has 201 lines, more than 200" in breach


def test_a_file_of_401_lines_is_too_long():
    assert breaches_of(laws.sizes, "a = 1\n" * 400) == []
    (breach,) = breaches_of(laws.sizes, "a = 1\n" * 401)
    assert "make it a folder" in breach


def test_a_line_of_101_characters_is_too_long():
    assert breaches_of(laws.sizes, "a = '" + "x" * 94 + "'") == []
    (breach,) = breaches_of(laws.sizes, "a = '" + "x" * 95 + "'")
    assert breach.startswith("src/regulars/ledger/book/services.py:1 ")


@pytest.mark.parametrize("drawer", sorted(laws.DRAWERS))
@pytest.mark.parametrize("path", ["src/regulars/ledger/{}.py", "tests/{}/test_points.py"])
def test_a_drawer_is_refused(drawer, path):
    assert breaches_of(laws.names, "", path.format("points")) == []
    (breach,) = breaches_of(laws.names, "", path.format(drawer))
    assert f"is called {drawer}" in breach


def test_an_import_inside_a_function_is_refused():
    code = """
        import json
        class Till:
            async def open(self):
                if json:
                    from datetime import date
    """
    (breach,) = breaches_of(laws.imports_on_top, code)
    assert ":6 imports inside open" in breach


def test_the_command_line_is_imported_late_and_nothing_else_is():
    code = """
        def main():
            from regulars.faces.cli.commands import application
    """
    main = "src/regulars/__main__.py"
    assert breaches_of(laws.imports_on_top, code, main) == []
    assert len(breaches_of(laws.imports_on_top, code, "src/regulars/wsgi.py")) == 1
    assert len(breaches_of(laws.imports_on_top, code.replace("faces", "rules"), main)) == 1


@pytest.mark.parametrize(
    "code",
    [
        "from django.db.models.signals import post_save",
        "from django.db.models import signals",
        "import django.dispatch",
        "from django.dispatch import receiver",
    ],
)
def test_a_signal_is_refused(code):
    assert breaches_of(laws.no_signals, "from django.db import models") == []
    assert len(breaches_of(laws.no_signals, code)) == 1


@pytest.mark.parametrize("name", ["save", "delete"])
def test_an_overridden_save_is_refused(name):
    code = f"""
        class Account(Model):
            def {name}(self):
                pass
    """
    (breach,) = breaches_of(laws.no_overridden_save, code)
    assert f"Account.{name}" in breach


@pytest.mark.parametrize("code", ["a = float(b)", "def f(a: float): pass", "a = 1.5", "a = 1e3"])
def test_a_float_is_refused_in_the_ledger_only(code):
    assert len(breaches_of(laws.whole_numbers, code)) == 1
    assert breaches_of(laws.whole_numbers, "a = 3 // 2") == []
    assert breaches_of(laws.whole_numbers, "FRESH_SECONDS = 2.5") == []
    assert breaches_of(laws.whole_numbers, code, "src/regulars/insights/metrics.py") == []


@pytest.mark.parametrize(
    "code",
    [
        "import random",
        "import secrets",
        "from uuid import uuid4",
        "from uuid_utils.compat import uuid7",
        "from random import choice",
        "a = datetime.now()",
        "a = datetime.datetime.now(tz=UTC)",
        "a = date.today()",
        "a = timezone.now()",
        "a = time.time()",
        "a = Random()",
    ],
)
def test_time_and_chance_come_from_foundation(code):
    assert len(breaches_of(laws.time_and_chance, code)) == 1
    assert breaches_of(laws.time_and_chance, code, "src/regulars/foundation/clock.py") == []


@pytest.mark.parametrize(
    "code", ["from uuid import UUID", "from random import Random", "a = Random(7)", "clock.now()"]
)
def test_the_type_of_an_id_and_a_seeded_chance_are_free(code):
    assert breaches_of(laws.time_and_chance, code) == []


def test_a_problem_told_in_one_language_is_refused():
    code = """
        raise InvalidInput(field="a", problem=Told("is missing", "缺失"))
        raise InvalidInput(field="a", problem=f"{place}: {told}")
        raise InvalidInput(field="a", problem="is missing")
        raise InvalidInput(field="a", problem=f"there is no {place}")
        problem = "is missing"
    """
    found = breaches_of(laws.told_in_both_languages, code)
    assert sorted(breach.split(" ")[0].rpartition(":")[2] for breach in found) == ["4", "5", "6"]
