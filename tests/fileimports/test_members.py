"""Members with balances, lots and cards from a file: to the cent and the point, each row once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connection
from psycopg.errors import DivisionByZero

from regulars.foundation import clock
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.ids import new_id
from regulars.ledger.book.selectors import lots_open
from regulars.ledger.proofs.services import ledger_prove
from regulars.members.cards.selectors import card_presented, cards_of
from regulars.members.cards.services import card_bind, card_report_lost, cards_make
from regulars.members.profiles.selectors import member_find
from regulars.rules.fileimports import chunks, selectors, services
from regulars.rules.fileimports.errors import ImportStateUnfit, MappingUnfit
from regulars.rules.fileimports.keeping import kept_path
from regulars.rules.fileimports.models import FileImport
from tests.fileimports.conftest import (
    GOOD,
    HEAD,
    LI,
    added,
    checked,
    finished,
    imported,
    owned,
    totals,
)


def test_a_counters_list_is_guessed_checked_and_taken_to_the_cent(shop, tmp_path):
    view = added(shop, GOOD)
    assert view.columns == {
        "card": "会员卡号",
        "name": "会员姓名",
        "phone": "手机号码",
        "amount:principal": "储值余额",
        "amount:bonus": "赠送余额",
        "amount:beans": "可用积分",
        "joined_on": "开卡日期",
        "store": "开卡门店",
    }
    expected = {"members": 3, "principal": 115_050, "bonus": 2_000, "beans": 1_230}
    dry = checked(shop, view, columns=view.columns, expected=expected)
    assert dry.counts["new"] == 3
    assert totals(dry)["principal"] == (115_050, 115_050, 0, 115_050, 0)
    assert shop.rows("members_member") == shop.rows("ledger_entry") == 0
    done = finished(shop, dry)
    assert done.state == "finished"
    assert totals(done) == {
        "members": (3, 3, 0, 3, 0),
        "beans": (1_230, 1_230, 0, 1_230, 0),
        "bonus": (2_000, 2_000, 0, 2_000, 0),
        "principal": (115_050, 115_050, 0, 115_050, 0),
    }
    assert owned(shop, "phone", "13800138000") == {
        "beans": 1_200,
        "principal": 15_050,
        "bonus": 2_000,
    }
    mei = member_find("card", "V0001")
    assert mei.display_name == "梅小雨"
    assert clock.business_date(mei.joined_at, "Asia/Shanghai") == date(2023, 5, 1)
    assert card_presented("v0001") == mei.id
    assert [card.state for card in cards_of(mei.id)] == ["bound"]
    assert not kept_path(FileImport.objects.get().digest).exists()
    ledger_prove(roots_file=tmp_path / "roots.jsonl")


def test_a_row_brings_three_lots_of_an_asset_each_with_its_last_day(shop):
    text = """手机号码,积分,积分到期日,积分2,积分2到期日,积分3,积分3有效期
13800138000,100,2025-12-31,40,2025-08-31,7,永久
13912345678,,,25,2026-01-31,,
合计,100,,65,,7,
"""
    done = imported(shop, text)
    assert totals(done)["beans"] == (172, 172, 0, 172, 0)
    assert lots_of(shop, "13800138000") == [
        (40, date(2025, 8, 31)),
        (100, date(2025, 12, 31)),
        (7, None),
    ]
    assert lots_of(shop, "13912345678") == [(25, date(2026, 1, 31))]


def lots_of(shop, phone):
    """What is left of each lot and its last day in Shanghai."""
    with unit_of_work() as unit:
        lots = lots_open(unit, member_find("phone", phone).id, shop.now)
    moment = timedelta(seconds=1)
    return [
        (
            lot.remaining,
            lot.expires_at and clock.business_date(lot.expires_at - moment, "Asia/Shanghai"),
        )
        for lot in lots
    ]


def test_old_totals_that_differ_are_named_with_the_part_in_rejected_rows(shop):
    text = GOOD + "V0004,Oz,12,99.99,,5,2024-01-01,s1\n合计,,,1250.50,20.00,1235,,\n"
    done = imported(shop, text)
    # The file's own row of totals: 1,250.49 stood in the rows, 99.99 of it in a rejected one.
    assert totals(done)["principal"] == (125_049, 115_050, 9_999, 125_050, 10_000)
    assert totals(done)["beans"] == (1_235, 1_230, 5, 1_235, 5)
    assert [(each.row, each.code) for each in selectors.rejected_list(done.id)] == [
        (5, "invalid_phone")
    ]


BAD = [
    (",Mei,,1,,,,", "member_unnamed"),
    ("V0001,Mei,13800138000,-1,,,,", "import_amount_unfit"),
    ("V0001,Mei,13800138000,1.005,,,,", "import_amount_unfit"),
    ("V0001,Mei,13800138000,1.2.3,,,,", "import_amount_unfit"),
    ("V0001,Mei,13800138000,,,1.5,,", "import_amount_unfit"),
    ("V0001,Mei,13800138000,,,1,03/04/2025,", "import_date_unfit"),
    ("V0001,Mei,13800138000,,,1,2025-02-30,", "import_date_unfit"),
    ("V0001,Mei,13800138000,,,1,2026-01-01,", "import_future"),
    ("V0001,Mei,13800138000,,,1,,nowhere", "import_store_unknown"),
    ("V1,Mei,13800138000,,,1,,", "invalid_card_number"),
    ("V0001,Mei,13800138000,,,1,,s1,too much", "row_ragged"),
    (f"V0001,{'x' * 501},13800138000,,,1,,s1", "cell_too_long"),
    (f"V0001,{'x' * 130},13800138000,,,1,,s1", "text_too_long"),
]


def test_bad_rows_are_rejected_in_the_dry_run_and_in_earnest_and_leave_nothing(shop):
    good = "V0009,Bo,13912345678,1.00,,,,s1"
    text = "\n".join([HEAD, *(line for line, _ in BAD), good])
    codes = [(row, code) for row, (_, code) in enumerate(BAD, start=2)]
    dry = checked(shop, added(shop, text))
    assert [(each.row, each.code) for each in selectors.rejected_list(dry.id)] == codes
    done = finished(shop, dry)
    assert [(each.row, each.code) for each in selectors.rejected_list(done.id)] == codes
    assert (done.counts["taken"], done.counts["rejected"]) == (1, len(BAD))
    assert shop.rows("members_member") == shop.rows("ledger_entry") == 1
    assert owned(shop, "phone", "13912345678") == {"principal": 100}


def test_a_day_ahead_is_named_as_the_shop_has_it(shop):
    """Half past six in the morning of the 2nd in Shanghai is the 1st still in Greenwich."""
    dry = checked(shop, added(shop, f"{HEAD}\nV0001,Mei,13800138000,,,1,2025-07-02 06:30,\n"))
    (row,) = selectors.rejected_list(dry.id)
    assert row.code == "import_future"
    assert row.text["en"] == "开卡日期: 2025-07-02 lies ahead. Correct it."


def test_who_is_named_twice_counts_once_and_who_is_there_keeps_her_own(shop):
    shop.member("bo", phone="13912345678", external_id="B1")
    lines = ["V0001,Mei,13800138000,,,10,,", "V0007,Mei,13800138000,,,7,,", ",Bo,13912345678,,,5,,"]
    done = imported(shop, "\n".join([HEAD, *lines]))
    assert [(each.row, each.code) for each in selectors.rejected_list(done.id)] == [
        (3, "member_twice")
    ]
    assert done.counts["new"] == 1
    assert owned(shop, "phone", "13800138000") == {"beans": 10}
    assert owned(shop, "external_id", "B1") == {"beans": 5}


def test_cards_made_before_are_bound_and_lost_ones_refused(shop):
    shop.member("bo")
    with shop.time(), unit_of_work() as unit:
        cards_make(unit=unit, actor=LI, name="old", prefix="V", first=1, count=2, digits=4)
        bo = shop.members["bo"]
        card_bind(unit=unit, actor=LI, member_id=bo, number="V0002")
        card_report_lost(unit=unit, actor=LI, member_id=bo, number="V0002")
    done = imported(shop, f"{HEAD}\nV0001,Mei,13800138000,,,5,,\nV0002,Oz,,,,9,,\n")
    assert [(each.row, each.code) for each in selectors.rejected_list(done.id)] == [
        (3, "card_lost")
    ]
    assert card_presented("V0001") == member_find("phone", "13800138000").id
    assert shop.rows("members_card") == shop.rows("members_member") == 2


def test_lots_keep_the_days_of_the_old_system(shop):
    text = (
        "手机号,积分,积分到期日,积分获得日期\n"
        "13800138000,100,2025-12-31,2024-03-01\n"
        "13912345678,50,永久,\n"
        "13712345678,9,2025-06-30,\n"
    )
    done = imported(shop, text)
    assert [each.code for each in selectors.rejected_list(done.id)] == ["import_expired"]
    mei, bo = member_find("phone", "13800138000"), member_find("phone", "13912345678")
    with unit_of_work() as unit:
        (lot,) = lots_open(unit, mei.id, shop.now)
        (endless,) = lots_open(unit, bo.id, shop.now)
    assert lot.expires_at == clock.midnight_after(date(2025, 12, 31), "Asia/Shanghai")
    assert endless.expires_at is None
    with unit_of_work() as unit:
        rows = unit.fetch("SELECT earned_at::date, amount FROM ledger_lot ORDER BY amount DESC")
    assert [(str(day), amount) for day, amount in rows] == [("2024-03-01", 100), ("2025-07-01", 50)]


def test_killed_in_the_middle_it_goes_on_and_each_row_counts_once(shop, monkeypatch):
    monkeypatch.setattr("regulars.rules.fileimports.keeping.CHUNK_ROWS", 10)
    lines = [f"1380013{number:04},5" for number in range(35)]
    view = checked(shop, added(shop, "手机号,积分\n" + "\n".join(lines)))
    taken = []

    class Killed(Exception):
        pass

    def dies_after_two(report):
        taken.append(report.number)
        if len(taken) == 2:
            raise Killed

    with shop.time():
        services.import_start(actor=LI, import_id=view.id)
        with pytest.raises(Killed):
            services.chunks_run(import_id=view.id, report=dies_after_two)
        half = services.import_finish(actor=LI, import_id=view.id)
    assert (half.state, half.rows_done) == ("running", 20)
    done = finished(shop, view)
    assert (done.state, done.rows_done, done.counts["taken:beans"]) == ("finished", 35, 175)
    assert shop.rows("members_member") == shop.rows("ledger_entry") == 35


def run_alone(import_id):
    """A run in a thread, which leaves no connection behind."""
    try:
        services.chunks_run(import_id=import_id)
    finally:
        connection.close()


def raced(shop, monkeypatch):
    """The same import run by two at once; answers how many entries there are of 40 rows."""
    monkeypatch.setattr("regulars.rules.fileimports.keeping.CHUNK_ROWS", 10)
    lines = [f"1380013{number:04},5" for number in range(40)]
    text = "手机号,积分\n" + "\n".join(lines)
    first, second = added(shop, text), added(shop, text)
    assert first.id == second.id
    view = checked(shop, first)
    with shop.time():
        services.import_start(actor=LI, import_id=view.id)
        with ThreadPoolExecutor(2) as both:
            runs = [both.submit(run_alone, view.id) for _ in range(2)]
            for run in runs:
                run.result()
        services.import_finish(actor=LI, import_id=view.id)
    return shop.rows("ledger_entry")


def test_two_users_with_the_same_file_at_once_have_one_effect(shop, monkeypatch):
    assert raced(shop, monkeypatch) == 40


def test_without_the_chunks_row_the_race_shows_itself(shop, monkeypatch):
    always = "SELECT 1 FROM (SELECT %s::int, %s::timestamptz, %s::uuid) AS x"
    monkeypatch.setattr(chunks, "BEGIN", always)
    monkeypatch.setattr(chunks, "key_id", lambda *_: new_id())
    monkeypatch.setattr(chunks, "THERE", "SELECT '' WHERE %s::uuid IS NULL AND %s::uuid[] IS NULL")
    assert raced(shop, monkeypatch) > 40


def test_nothing_starts_unchecked_and_a_mapping_must_fit_the_file(shop):
    view = added(shop, GOOD)
    with pytest.raises(ImportStateUnfit):
        services.import_start(actor=LI, import_id=view.id)
    for columns in (
        {"name": "会员姓名"},
        {"phone": "nope"},
        {"phone": "手机号码", "luck": "可用积分"},
    ):
        with pytest.raises(MappingUnfit):
            services.mapping_set(actor=LI, import_id=view.id, columns=columns)
    checked(shop, view)
    changed = services.mapping_set(
        actor=LI, import_id=view.id, columns={"phone": "手机号码", "amount:beans": "可用积分"}
    )
    assert changed.state == "added"
    services.mapping_save(actor=LI, name="our old till", import_id=view.id)
    again = services.mapping_set(actor=LI, import_id=view.id, mapping="our old till")
    assert again.columns == {"phone": "手机号码", "amount:beans": "可用积分"}
    example = services.mapping_set(actor=LI, import_id=view.id, mapping="example-counter-card")
    assert example.columns["amount:principal"] == "储值余额"
    services.import_discard(actor=LI, import_id=view.id)
    assert added(shop, GOOD).id != view.id


def test_rejected_rows_come_as_csv_without_formulas(shop):
    done = imported(shop, f"{HEAD}\n=1+2,+Mei,@bad,,,1,-x,s1\n")
    lines = list(selectors.rejected_csv(done.id, "en"))
    assert lines[0].startswith("\ufeffrow,code,reason,会员卡号")
    assert lines[1].startswith("2,invalid_phone,")
    assert ",'=1+2,'+Mei,'@bad,,,1,'-x,s1" in lines[1]


def test_nobody_whom_a_row_makes_is_looked_for_among_the_rows_before(shop, monkeypatch):
    """It was the dearest part of a large import, and grew with each chunk."""
    monkeypatch.setattr(chunks, "THERE", f"SELECT 1 / 0 FROM ({chunks.THERE}) AS t HAVING true")
    done = imported(shop, GOOD)
    assert (done.counts["new"], shop.rows("members_member")) == (3, 3)
    # Who was there is looked for: she may stand in an earlier chunk.
    with pytest.raises(DivisionByZero):
        imported(shop, GOOD.replace("1200", "7"))
    assert shop.rows("ledger_entry") == 3
