"""`regulars preset`: the whole life of a package at the command line."""

from contextlib import nullcontext
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from regulars.faces.cli import preset as command
from regulars.faces.cli import words
from regulars.faces.cli.commands import application
from regulars.foundation import clock

# Seven in the morning of the 2nd in Shanghai.
EARLY = datetime(2025, 3, 1, 23, tzinfo=UTC)


@pytest.fixture
def typed(empty_shop, monkeypatch):
    """What a command answers, in the shop's early morning."""
    monkeypatch.setattr(command, "database_running", lambda _: nullcontext())

    def said(*arguments, language="en"):
        for module in (words, command):
            monkeypatch.setattr(module, "chinese", lambda: language == "zh-hans")
        with clock.stopped_at(EARLY):
            told = CliRunner().invoke(application, ["preset", *arguments])
        assert told.exit_code == 0, told.output
        return told.output

    return said


def test_a_package_is_looked_at_installed_listed_and_ended(typed, empty_shop):
    assert "installed on" not in typed("list")
    preview = typed("preview", "tea-shop")
    assert "make" in preview and "in a later version" in preview
    assert empty_shop.rows("rules_program") == 0
    assert "version 2, installed on 2025-03-02" in typed("install", "tea-shop")
    assert "there already" in typed("preview", "tea-shop")
    (line,) = [each for each in typed("list").splitlines() if "installed on" in each]
    assert line.startswith("tea-shop ") and line.endswith("installed on 2025-03-02")
    assert "ended on 2025-03-02" in typed("end", "tea-shop")
    assert "已于 2025-03-02 结束" in typed("list", language="zh-hans")
