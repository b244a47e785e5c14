"""`regulars preset`: the whole life of a package at the command line."""

from contextlib import nullcontext
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from regulars.faces.cli import running
from regulars.faces.cli.commands import application
from regulars.foundation import clock
from regulars.foundation.actors import SYSTEM
from regulars.foundation.shop.services import shop_update

# Seven in the morning of the 2nd in Shanghai.
EARLY = datetime(2025, 3, 1, 23, tzinfo=UTC)


@pytest.fixture
def typed(empty_shop, monkeypatch):
    """What a command answers, in the shop's early morning."""
    monkeypatch.setattr(running, "database_running", lambda _: nullcontext())
    monkeypatch.setenv("COLUMNS", "200")

    def said(*arguments, language="en"):
        shop_update(actor=SYSTEM, language=language)
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
    assert line.startswith("Tea shop (tea-shop) ") and line.endswith("installed on 2025-03-02")
    assert "ended on 2025-03-02" in typed("end", "tea-shop")
    chinese = typed("list", language="zh-hans")
    assert "茶饮店 (tea-shop)" in chinese and "已于 2025-03-02 结束" in chinese
