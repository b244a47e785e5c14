"""The navigation shows each role where it has something to do, and every line of it opens."""

import re

import pytest
from django.test import Client

from regulars.foundation.actors import SYSTEM
from regulars.organization.staff.rights import READY_MADE
from regulars.organization.staff.services import staff_create
from tests.console.conftest import PASSWORD, Desk


def lines(desk):
    """The addresses in the navigation of whoever is signed in."""
    page = desk.get().content.decode()
    navigation = re.search(r'<nav class="nav".*?</nav>', page, re.DOTALL)[0]
    return re.findall(r'<a href="([^"]+)"', navigation)


@pytest.fixture
def signed_in(shop):
    """Signs somebody in who has one role, at all stores or at one."""

    def made(role, store=None):
        with shop.time():
            staff_create(
                actor=SYSTEM,
                username="kim",
                display_name="Kim",
                password=PASSWORD,
                role=role,
                store=store,
                language="en",
            )
        desk = Desk(shop, Client())
        desk.sign_in("kim")
        return desk.read_in("en")

    return made


@pytest.mark.parametrize("store", [None, "s1"])
@pytest.mark.parametrize("role", sorted(READY_MADE))
def test_every_line_of_the_navigation_opens(signed_in, role, store):
    desk = signed_in(role, store)
    found = lines(desk)
    assert "/console/" in found
    with desk.shop.time():
        # A till that is not registered yet is led to its registration.
        answers = {href: desk.client.get(href, follow=True).status_code for href in found}
    assert {href: status for href, status in answers.items() if status != 200} == {}


def test_a_cashier_is_led_to_the_counter_and_not_to_what_others_set_up(signed_in):
    found = lines(signed_in("cashier"))
    assert "/pos/" in found and "/console/members/" in found
    assert not {"/console/phone/", "/console/event-kinds/"} & set(found)


def test_a_manager_finds_the_poster_and_the_event_kinds(signed_in):
    assert {"/console/phone/", "/console/event-kinds/"} <= set(lines(signed_in("manager")))
