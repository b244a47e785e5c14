"""`regulars import FILE`, as a person types it: checked, started, undone."""

import pytest
from typer.testing import CliRunner

from regulars.entitlements.tiers.services import ladder_save
from regulars.faces.cli.commands import application
from regulars.foundation.actors import SYSTEM
from regulars.foundation.shop.services import shop_update
from regulars.rules.fileimports.models import FileImport
from tests.fileimports.conftest import GOOD
from tests.fileimports.test_levels import LADDER, stood


@pytest.fixture
def run(shop, monkeypatch, tmp_path):
    """Runs the command on a file in one process, in an English shop; answers its output."""
    shop_update(actor=SYSTEM, language="en")
    monkeypatch.setenv("COLUMNS", "200")
    file = tmp_path / "members.csv"
    file.write_text(GOOD + "V0004,Oz,12,99.99,,5,,\n", encoding="gb18030")

    def command(*options):
        arguments = ["import", str(file), "--processes", "1", *map(str, options)]
        with shop.time():
            result = CliRunner().invoke(application, arguments)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.output

    return command


def test_a_file_is_checked_then_taken_over_then_undone(run, shop, tmp_path):
    output = run("--expect", "principal=1250.49", "--expect", "members=4")
    assert "nothing was written" in output
    assert "row 5: This is not a valid phone number" in output
    assert shop.rows("members_member") == 0
    rejected = tmp_path / "rejected.csv"
    output = run("--expect", "principal=1250.49", "--start", "--rejected", rejected)
    (line,) = [line for line in output.splitlines() if "principal" in line]
    assert line.replace("│", " ").split()[1:] == [
        "1,250.49",
        "1,150.50",
        "99.99",
        "1,250.49",
        "99.99",
    ]
    assert "5,invalid_phone" in rejected.read_text(encoding="utf-8")
    assert shop.rows("members_member") == 3
    # Once more, it changes nothing.
    run("--start")
    assert shop.rows("ledger_entry") == 3
    run("--undo")
    assert FileImport.objects.get().state == "undone"


def test_a_level_and_a_store_are_said_on_the_line_and_stay_said(run, shop, tmp_path):
    with shop.time():
        ladder_save(actor=SYSTEM, content=LADDER)
    text = "会员编号,等级,门店\nB1,金卡,总店\nB2,金卡,总店\nB3,vib,s1\n"
    (tmp_path / "members.csv").write_text(text, encoding="utf-8")
    output = " ".join(run().split())
    assert (
        "等级 “金卡” (2 rows) is unknown: --level 金卡=… with one of Insider (insider), Vib (vib), "
        "Rouge (rouge), @none" in output
    )
    assert "门店 “总店” (2 rows) is unknown: --store 总店=… with one of s1, @none" in output
    output = run("--level", "金卡=Rouge", "--store", "总店=s1")
    assert "unknown" not in output
    assert lines_of(output, "等级") == [
        ["等级", "Rouge", "(rouge)", "2", "0"],
        ["等级", "Vib", "(vib)", "1", "0"],
    ]
    run("--start")
    assert [code for code, _ in stood("B2")] == ["rouge"]
    assert FileImport.objects.get().values == {
        "level:insider": {"金卡": "rouge"},
        "store": {"总店": "s1"},
    }


def lines_of(output, name):
    """The words of a table's lines that begin with a name."""
    lines = [line.replace("│", " ").split() for line in output.splitlines()]
    return [words for words in lines if words and words[0] == name]


def test_columns_that_stay_behind_are_named(run, tmp_path):
    """Money in a column that nobody knows here must not be lost without a word."""
    assert "not imported" not in run()
    (tmp_path / "members.csv").write_text("会员编号,积分,礼品金\nB1,120,88.00\n", encoding="utf-8")
    output = run()
    assert "Columns that are not imported: 礼品金. Balances in them stay behind." in output


def test_tables_speak_of_what_people_know_and_say_which_code_is_typed(run, shop, tmp_path):
    """A code stands in brackets where an option takes it; states and levels have their names."""
    with shop.time():
        ladder_save(actor=SYSTEM, content=LADDER)
    text = "会员编号,等级,积分\nB1,金卡,7\nB2,无,5\n"
    (tmp_path / "members.csv").write_text(text, encoding="utf-8")
    output = run("--expect", "beans=12", "--level", "金卡=rouge")
    assert "members.csv · checked · " in output
    assert lines_of(output, "Members") == [["Members", "(members)", "2", "2", "0", "–", "–"]]
    assert lines_of(output, "beans") == [["beans", "12", "12", "0", "12", "0"]]
    assert ["等级", "left", "empty", "(@none)", "1", "0"] in lines_of(output, "等级")
    shop_update(actor=SYSTEM, language="zh-hans")
    output = run("--expect", "beans=12", "--start")
    assert "members.csv · 已完成 · " in output
    assert lines_of(output, "会员") == [["会员", "(members)", "2", "2", "0", "–", "–"]]
    assert lines_of(output, "豆") == [["豆", "(beans)", "12", "12", "0", "12", "0"]]
    assert lines_of(output, "等级") == [
        ["等级", "留空", "(@none)", "1", "0"],
        ["等级", "rouge", "1", "0"],
    ]
