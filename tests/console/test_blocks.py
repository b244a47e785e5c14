"""The blocks of screens: what they show, what they read, what they refuse."""

from datetime import date

import pytest
from django.test import Client

from tests.console import gallery

pytestmark = pytest.mark.urls("tests.console.gallery")
GIVEN = {
    "do": "open",
    "code": "s2",
    "name_zh": "二店",
    "name_en": "",
    "kind": "own",
    "group": "",
    "scopes": ["read"],
    "limit": "1234,5",
    "days": "30",
    "opens": "2025-04-01",
    "note": "",
    "password": "",
    "is_main": "on",
}


@pytest.fixture
def reader(clean_database):
    gallery.DONE.clear()
    client = Client()
    client.cookies["django_language"] = "en"
    return client


def text(answer, status=200):
    assert answer.status_code == status, answer
    return answer.content.decode()


def test_every_block_is_drawn(reader):
    shown = text(reader.get("/gallery/"))
    for words in ("Store 3", "+120 beans", "Not a Monday", "No stores yet", "Good to know."):
        assert words in shown
    assert 'hx-target="#dialog-body"' in shown


def test_a_form_reads_each_kind_of_field(reader):
    assert reader.post("/gallery/form/", GIVEN).status_code == 302
    (values,) = gallery.DONE
    assert values == {
        "code": "s2",
        "name": {"zh-Hans": "二店"},
        "kind": "own",
        "group": "",
        "scopes": ["read"],
        "limit": 123_450,
        "days": 30,
        "opens": date(2025, 4, 1),
        "note": "",
        "password": "",
        "is_main": True,
        "logo": None,
    }


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("code", "", "Fill this in."),
        ("code", "nine-long", "Shorten it: at most 8 characters fit."),
        ("name_zh", "", "Fill this in, in one language at least."),
        ("kind", "rented", "Choose one of the list."),
        ("scopes", "everything", "Tick at least one."),
        ("limit", "12.345", "Type an amount such as 12.50."),
        ("limit", "0", "At least 1."),
        ("limit", "1,234.50", "Type an amount such as 12.50."),
        ("days", "1e3", "Type a whole number."),
        ("days", "400", "At most 366."),
        ("opens", "1/4/2025", "Type a day such as 2026-03-31."),
    ],
)
def test_what_cannot_be_read_is_told_beside_its_field(reader, field, typed, sentence):
    shown = text(reader.post("/gallery/form/", {**GIVEN, field: typed}), 422)
    asked = field.partition("_")[0]
    assert gallery.DONE == []
    before, found, _after = shown.partition(sentence)
    assert found, shown
    assert f'id="open_{asked}_error"' in before[-260:]


def test_a_refusal_stands_beside_its_field_and_what_was_typed_stays(reader):
    given = {**GIVEN, "code": "s1", "note": "<b>", "password": "secret-word"}
    shown = text(reader.post("/gallery/form/", given), 422)
    assert 'id="open_code_error"' in shown
    assert "&lt;b&gt;</textarea>" in shown
    assert 'value="二店"' in shown
    assert "secret-word" not in shown


def test_a_tab_has_an_address_and_only_the_open_one_is_drawn(reader):
    assert "Store 3" in text(reader.get("/gallery/detail/"))
    log = text(reader.get("/gallery/detail/?tab=log"))
    assert "Store 3" not in log
    assert "Every change is listed here" in log
    assert "Store 3" in text(reader.get("/gallery/detail/?tab=nonsense"))


def test_a_confirmation_names_figures_and_wants_the_word(reader):
    whole = text(reader.get("/gallery/confirm/"))
    part = text(reader.get("/gallery/confirm/", headers={"HX-Request": "true"}))
    assert "<html" in whole
    assert "<html" not in part
    assert "1,204" in part
    answer = {"confirmed": "yes", "key": "k-1", "typed": "s9"}
    text(reader.post("/gallery/confirm/", answer), 422)
    assert gallery.DONE == []
    assert reader.post("/gallery/confirm/", {**answer, "typed": "s1"}).status_code == 302
    assert gallery.DONE == [{"closed": "k-1"}]


def test_progress_asks_again_until_it_is_over(reader):
    part = text(reader.get("/gallery/work/", headers={"HX-Request": "true"}))
    assert 'hx-trigger="every 2s"' in part
    assert 'value="50"' in part


def test_filters_lie_in_the_address_and_can_be_taken_off_one_by_one(reader):
    shown = text(reader.get("/gallery/?store=s2&joined_from=2025-03-01&name=&colour=red"))
    assert '<option value="s2" selected>' in shown
    assert 'href="?sort=name&amp;joined_from=2025-03-01"' in shown
    assert 'href="?sort=name&amp;store=s2"' in shown
    assert "colour" not in shown.partition('class="chips"')[2]
    assert "chips" not in text(reader.get("/gallery/?store=s9&joined_from=never"))


def test_a_wizard_keeps_the_answers_but_no_secret(reader):
    assert "Step 1 of 3" in text(reader.get("/gallery/wizard/?step=password"))
    assert reader.post("/gallery/wizard/", {"name": ""}).status_code == 422
    gone = reader.post("/gallery/wizard/", {"name": "Tea"})
    assert gone["Location"] == "/gallery/wizard/?step=day"
    assert "When does Tea open?" in text(reader.get("/gallery/wizard/"))
    assert 'value="Tea"' in text(reader.get("/gallery/wizard/?step=name"))
    reader.post("/gallery/wizard/?step=day", {"day": "2025-04-01"})
    assert "2025-04-01" in text(reader.get("/gallery/wizard/"))
    assert reader.post("/gallery/wizard/", {"secret": "hush-hush"}).status_code == 302
    assert gallery.DONE == [{"name": {"name": "Tea"}, "day": {"day": "2025-04-01"}, "password": {}}]
    assert "Step 1 of 3" in text(reader.get("/gallery/wizard/"))
