"""The bench says what it could not measure; its shop under the full program gives what it must."""

import json

import msgspec
import pytest

from regulars.faces.bench.figures import GOALS, Figures
from regulars.faces.bench.full import shop_filled
from regulars.faces.bench.loading import sale_body
from regulars.faces.bench.pages import OWN, PAGES, PORTRAIT, pages_measured
from regulars.faces.bench.people import SEARCHED, name_of
from regulars.faces.bench.scanning import counter_scan_p95
from regulars.faces.bench.searching import member_search_p95
from regulars.faces.bench.stage import members_enrolled, shop_opened
from regulars.foundation import clock
from regulars.foundation.actors import job
from regulars.foundation.ids import new_id
from regulars.members.profiles.selectors import member_search
from regulars.rules.intake.services import process
from regulars.rules.intake.types import EventDocument


def test_a_figure_that_fails_is_told_with_its_error_and_the_run_goes_on(tmp_path):
    figures = Figures()
    figures.add("cold_start", 3.0)
    with figures.trying("import"):
        raise LookupError("no such table")
    with figures.trying("ledger_post"):
        raise SystemExit("A bench process failed; look at its output above.")
    figures.add("prove_1m_entries", 61.0)
    figures.complete()
    figures.write(tmp_path / "bench.json")
    rows = {row["name"]: row for row in json.loads((tmp_path / "bench.json").read_text())}
    assert rows.keys() == GOALS.keys()
    assert (rows["cold_start"]["value"], rows["cold_start"]["pass"]) == (3.0, True)
    assert (rows["prove_1m_entries"]["value"], rows["prove_1m_entries"]["pass"]) == (61.0, False)
    assert rows["import"]["value"] is None and rows["import"]["pass"] is False
    assert rows["import"]["error"] == "LookupError: no such table"
    assert rows["ledger_post"]["error"].startswith("SystemExit: A bench process failed")
    assert rows["http_batch_full"]["error"] == "not measured"
    assert not figures.all_good


def test_an_interruption_by_hand_ends_the_run():
    with pytest.raises(KeyboardInterrupt), Figures().trying("import"):
        raise KeyboardInterrupt


def test_scans_that_no_browser_could_show_are_told_as_such(empty_shop, monkeypatch):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    shop_opened()
    members_enrolled(range(24), [new_id() for _ in range(24)])
    with pytest.raises(SystemExit, match="There is no Chromium here"):
        counter_scan_p95(port=1, members=24)


def test_the_shop_of_the_bench_gives_by_the_full_program(empty_shop):
    shop_opened()
    members_enrolled(range(24), [new_id() for _ in range(24)])
    shop_filled()
    decoder = msgspec.json.Decoder(EventDocument)
    # A sale's text has whole seconds, and would be older than the program of a moment ago.
    sales = [
        msgspec.structs.replace(
            decoder.decode(sale_body("full", str(number), number)), occurred_at=clock.now()
        )
        for number in range(24)
    ]
    receipts = process(sales, source="bench", actor=job("bench"))
    given = []
    for receipt in receipts:
        (entry,) = json.loads(receipt.body)["entries"]
        given.append({each["rule"]: each["amount"] for each in entry["movements"]})
    # 100.00 of books counts twice: the first 30.00 reach the 60 of a day. The other 93.45 earn
    # one for 2.00. Tea counts three times towards goods: (100.00 + 3 × 23.45) ÷ 2.00 = 85.2.
    assert {each["beans@2/base"] for each in given} == {60 + 46}
    assert {each["beans@2/growth"] for each in given} == {123}
    assert {each["beans@2/goods"] for each in given} == {85}
    assert sum("beans@2/insiders" in each for each in given) == 8


def test_what_is_searched_is_there_but_for_what_nobody_is_called(empty_shop):
    members_enrolled(range(500), [new_id() for _ in range(500)])
    assert len({name_of(number) for number in range(8_000)}) == 8_000
    found = {text: len(member_search(text)) for text in SEARCHED}
    assert found["王建华"] + found["陈"] > 0
    assert (found["欧阳修"], found["zzzzz"]) == (0, 0)
    assert found["0420"] > 0
    assert member_search_p95(SEARCHED, rounds=1) > 0
    pages = pages_measured(rounds=1)
    assert len({each.path for each in pages}) == len(PAGES) + len(PORTRAIT) + len(OWN)
    assert pages[0].p95_ms >= pages[-1].p95_ms > 0
