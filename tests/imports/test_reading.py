"""Reading the file: doubles become cents once, times become instants, bad rows are told."""

from datetime import UTC, date, datetime
from importlib import import_module

import pytest

from regulars.foundation import clock
from regulars.foundation.errors import RegularsError
from regulars.rules.imports import reading
from regulars.rules.imports.datasets import DATASETS, folder_found
from regulars.rules.imports.reading import YearFile
from tests.imports.independent import sales_of
from tests.imports.year import NEW_YORK, Year

NOON = datetime(2017, 3, 1, 12, tzinfo=NEW_YORK)


def year_of(*baskets, **products):
    """Baskets as (number, household, at, lines)."""
    year = Year()
    year.products = [{"product_id": 1, "department": "PRODUCE"}]
    for basket in baskets:
        year.basket(*basket)
    return year


def read(year, folder, **columns):
    return YearFile(year.write(folder, **columns), DATASETS["completejourney"], None)


def test_a_basket_is_read_with_its_lines_in_their_order(tmp_path):
    lines = [(1, 2, 2.5), (7, 1, 0.99), (1, 0, 0.0)]
    file = read(year_of((31, 900, NOON, lines)), tmp_path)
    (basket,) = file.baskets()
    assert file.rejected == []
    assert (basket.id, basket.household, basket.store) == ("31", "900", "303")
    assert basket.at == datetime(2017, 3, 1, 17, tzinfo=UTC)
    assert (basket.row, basket.net_minor) == (1, 349)
    assert [(line.line, line.sku, line.category) for line in basket.lines] == [
        ("1", "1", "PRODUCE"),
        ("2", "7", ""),
        ("3", "1", "PRODUCE"),
    ]
    assert [(line.quantity, line.net_minor) for line in basket.lines] == [(2, 250), (1, 99), (0, 0)]


def test_a_double_near_a_cent_is_that_cent_and_one_further_off_is_refused(tmp_path):
    near = [(1, 1, 0.1 + 0.2), (1, 1, 1.15), (1, 1, 4.35), (1, 1, 840.0 - 1e-10)]
    far = [(1, 1, 1.0), (1, 1, 1.00000002)]
    file = read(year_of((31, 1, NOON, near), (32, 1, NOON, far)), tmp_path)
    (basket,) = file.baskets()
    assert [line.net_minor for line in basket.lines] == [30, 115, 435, 84_000]
    (row,) = file.rejected
    assert (row.row, row.code) == (6, "amount_off_cent")
    assert "1.00000002" in row.text["en"] and "basket 32 is left out" in row.text["en"]
    assert "32" in row.text["zh-Hans"]


BAD = {
    "amount_unfit": {"sales_value": -1.0},
    "quantity_unfit": {"quantity": -1},
    "basket_torn": {"household_id": 2},
    "value_missing": {"product_id": None},
    "basket_missing": {"basket_id": None},
}


@pytest.mark.parametrize("code", BAD)
def test_a_basket_with_a_bad_row_is_left_out_whole_and_the_row_is_named(tmp_path, code):
    lines = [(1, 1, 1.0), (1, 1, 2.0), (1, 1, 3.0)]
    year = year_of((31, 1, NOON, lines), (32, 1, NOON, lines))
    year.rows[1] |= BAD[code]
    file = read(year, tmp_path)
    assert [(row.row, row.code) for row in file.rejected] == [(2, code)]
    for language in ("en", "zh-Hans"):
        assert len(file.rejected[0].text[language]) > 20
    documents = [basket.id for basket in file.baskets()]
    # A row without a basket belongs to nobody: the others are whole without it.
    assert documents == (["31", "32"] if code == "basket_missing" else ["32"])
    assert file.basket_count == len(documents)


@pytest.mark.parametrize("amount", [float("nan"), float("inf"), 1e15])
def test_an_amount_that_is_none_is_refused(tmp_path, amount):
    file = read(year_of((31, 1, NOON, [(1, 1, amount)])), tmp_path)
    assert [row.code for row in file.rejected] == ["amount_unfit"]
    assert list(file.baskets()) == []


def test_a_store_may_name_its_zone_and_an_unknown_one_is_refused(tmp_path):
    one = [(1, 1, 1.0)]
    year = year_of((4, 1, NOON, one), (5, 1, NOON, one), (8, 1, NOON, one), (6, 1, NOON, one))
    zones = ["America/Chicago", "Mars/Olympus", "America/Denver", None]
    file = read(year, tmp_path, store_time_zone=zones)
    assert [(row.row, row.code) for row in file.rejected] == [
        (2, "zone_unknown"),
        (3, "store_in_two_zones"),
        (4, "zone_unknown"),
    ]
    assert "Mars/Olympus" in file.rejected[0].text["en"]
    assert file.stores() == [("300", "America/Chicago")]


def test_the_days_of_the_file_are_the_days_of_its_stores(small_year):
    """By the zone each basket's day agrees with the file's own week; by UTC many do not."""
    source = YearFile(small_year, DATASETS["completejourney"], None)
    zone = DATASETS["completejourney"].time_zone
    weeks = {sale.document: sale.week for sale in sales_of(small_year)}
    monday = date(2016, 12, 26)
    wrong = {"store": 0, "utc": 0}
    for basket in source.baskets():
        local = clock.business_date(basket.at, zone)
        wrong["store"] += (local - monday).days // 7 + 1 != weeks[basket.id]
        wrong["utc"] += (basket.at.date() - monday).days // 7 + 1 != weeks[basket.id]
    assert wrong["store"] == 0
    assert wrong["utc"] > 20


def test_both_hours_of_the_night_the_clock_is_put_back_are_that_day(tmp_path):
    first = datetime(2017, 11, 5, 1, 30, tzinfo=NEW_YORK)
    second = first.replace(fold=1)
    one = [(1, 1, 1.0)]
    file = read(year_of((31, 1, first, one), (32, 1, second, one)), tmp_path)
    instants = [basket.at for basket in file.baskets()]
    assert [at.hour for at in instants] == [5, 6]
    assert {clock.business_date(at, "America/New_York") for at in instants} == {date(2017, 11, 5)}


def test_a_limit_takes_the_earliest_baskets(tmp_path):
    one = [(1, 1, 1.0)]
    year = year_of(*[(30 + hour, 1, NOON.replace(hour=23 - hour), one) for hour in range(10)])
    file = YearFile(year.write(tmp_path), DATASETS["completejourney"], 3)
    assert [basket.id for basket in file.baskets()] == ["39", "38", "37"]


def test_parts_have_all_households_between_them(small_year):
    source = YearFile(small_year, DATASETS["completejourney"], None)
    parts = [list(source.baskets(part, 3)) for part in range(3)]
    households = [{basket.household for basket in part} for part in parts]
    assert sum(len(part) for part in parts) == source.basket_count
    assert sum(len(part) for part in households) == len(set.union(*households)) == 60


def refusal_of(call):
    with pytest.raises(RegularsError) as refused:
        call()
    return refused.value


def test_a_file_without_a_column_is_refused_by_its_name(tmp_path):
    year = year_of((31, 1, NOON, [(1, 1, 1.0)]))
    pl = import_module("polars")
    path = year.write(tmp_path) / "transactions.parquet"
    pl.read_parquet(path).drop("basket_id").write_parquet(path)
    refusal = refusal_of(lambda: YearFile(tmp_path, DATASETS["completejourney"], None))
    assert refusal.code == "column_missing" and "basket_id" in refusal.sentence()


def test_a_file_that_is_no_parquet_is_refused(tmp_path):
    year_of((31, 1, NOON, [(1, 1, 1.0)])).write(tmp_path)
    (tmp_path / "transactions.parquet").write_bytes(b"household,store\n1,2\n")
    refusal = refusal_of(lambda: YearFile(tmp_path, DATASETS["completejourney"], None))
    assert refusal.code == "file_unreadable"


def test_a_folder_without_the_files_is_refused(tmp_path):
    assert refusal_of(lambda: folder_found(tmp_path)).code == "file_missing"


def test_without_the_reader_it_says_how_to_get_it(small_year, monkeypatch):
    def absent(_name):
        raise ImportError

    monkeypatch.setattr(reading, "import_module", absent)
    refusal = refusal_of(lambda: YearFile(small_year, DATASETS["completejourney"], None))
    assert refusal.code == "reader_missing"
    for language in ("en", "zh-Hans"):
        assert "make dataset" in refusal.sentence(language)
