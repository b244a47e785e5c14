"""Finding a member by whatever the counter knows."""

import re

import pytest

from tests.console.conftest import enrolled


def names(page):
    return re.findall(r'<span class="name">(.*?)</span>', page)


@pytest.mark.parametrize(
    "text", ["梅小雨", "梅", "meixiaoyu", "mxy", "8000", "13800138000", "138 0013 8000", "mei"]
)
def test_mei_is_found_by(li, text):
    page = li.text(f"search/?q={text}")
    assert names(page) == ["梅小雨"]
    assert "1 member found" in page


def test_bo_is_found_by_the_number_of_another_system(li):
    assert names(li.text("search/?q=HH-000123")) == ["Bo Wang"]


def test_numbers_are_masked_everywhere(li, shop):
    for path in ("search/?q=bo", f"members/{shop.members['bo']}/"):
        page = li.text(path)
        assert "139****5678" in page and "HH****0123" in page
        assert "13912345678" not in page and "HH-000123" not in page


def test_what_can_be_spent_stands_beside_the_name(li, shop):
    shop.one(shop.sale("mei", 12_000))
    page = li.text("search/?q=mei")
    assert re.search(r'<span class="note">beans</span>120</span>', page)


def test_without_a_question_the_newest_come_first(li, shop):
    enrolled(shop, "gu", "Gu")
    page = li.text("search/")
    assert "Newest members" in page
    assert names(page)[0] == "Gu" and len(names(page)) == 3


def test_more_than_twenty_are_cut_and_said_so(li, shop):
    for number in range(21):
        enrolled(shop, f"m{number}", f"Same Name {number:02}")
    page = li.text("search/?q=Same")
    assert len(names(page)) == 20
    assert "More than 20 members: type a little more" in page


def test_nobody_found_says_what_to_try(li):
    page = li.text("search/?q=zhang")
    assert "0 members found" in page and "last four digits of the phone" in page


def test_htmx_gets_the_list_alone(li):
    answer = li.get("search/?q=mei", **{"HX-Request": "true"})
    page = answer.content.decode()
    assert page.strip().startswith('<div class="stack" id="results"') and "<html" not in page
    assert names(page) == ["梅小雨"]


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\"'><svg/onload=1>"]
)
def test_a_name_is_text_and_never_a_script(li, shop, name):
    oz = enrolled(shop, "villain", name, phone="13700137000")
    shop.one(shop.sale("villain", 1_000, "<b>R-1</b>"))
    for path in ("search/?q=7000", f"members/{oz.public_id}/", f"search/?q={name}"):
        page = li.text(path)
        assert name not in page
        assert "<b>R-1</b>" not in page
        assert "&lt;" in page


@pytest.mark.parametrize("text", ["\0", "%00", "%", "_", "'", "\\", "😀", "a" * 500, "  "])
def test_odd_questions_are_answered_calmly(li, text):
    answer = li.client.get("/console/search/", {"q": text})
    assert answer.status_code == 200
