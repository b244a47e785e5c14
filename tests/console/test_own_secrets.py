"""One's own password and PIN: who finds a session open guesses five times, then no more."""

import pytest

from regulars.organization.overrides.selectors import pin_is_set
from tests.console.conftest import PASSWORD

NEW = {"new": "another-Tea-99", "pin": "285930", "do": "set"}
CHANGE = {"password/": "change", "pin/": "set"}


@pytest.mark.parametrize(("page", "field"), [("password/", "old"), ("pin/", "password")])
def test_guesses_at_ones_own_password_are_counted(li, staff, page, field):
    for guess in range(5):
        answer = li.post(page, {**NEW, field: f"guess-{guess}", "do": CHANGE[page]})
        assert answer.status_code == 422
    # From now on not even the right one is looked at.
    answer = li.post(page, {**NEW, field: PASSWORD, "do": CHANGE[page]})
    assert answer.status_code == 422
    assert "15 minutes" in answer.content.decode()
    assert not pin_is_set(str(staff["li"].id))
    assert not li.client.login(username="li", password=NEW["new"])


def test_both_pages_count_the_same_guesses(li):
    for page, field in (("password/", "old"), ("pin/", "password")) * 3:
        li.post(page, {**NEW, field: "a guess", "do": CHANGE[page]})
    assert "15 minutes" in li.post("pin/", {**NEW, "password": PASSWORD}).content.decode()


def test_the_right_password_begins_the_count_anew(li, staff):
    for _turn in range(2):
        for guess in range(4):
            li.post("pin/", {**NEW, "password": f"guess-{guess}"})
        assert li.post("pin/", {**NEW, "password": PASSWORD}).status_code == 302
    assert pin_is_set(str(staff["li"].id))


def test_the_pin_goes_only_by_the_password(li, staff):
    li.post("pin/", {**NEW, "password": PASSWORD})
    for given in ({}, {"password": "a guess"}):
        assert li.post("pin/", {"do": "remove", **given}).status_code == 422
        assert pin_is_set(str(staff["li"].id))
    assert li.post("pin/", {"do": "remove", "password": PASSWORD}).status_code == 302
    assert not pin_is_set(str(staff["li"].id))
