"""From the console to the counter: who sells there finds it in the navigation and by searching."""

from django.test import Client

from tests.console.conftest import Desk


def counter_in(html):
    return 'href="/pos/"' in html


def test_a_cashier_is_led_to_the_counter_and_an_auditor_is_not(shop, desk):
    desk.sign_in("ann")
    assert counter_in(desk.text("members/"))
    assert counter_in(desk.text("search/?q=counter").partition("<main")[2])
    assert not counter_in(desk.text("search/?q=today").partition("<main")[2])
    other = Desk(shop, Client())
    other.sign_in("oz")
    assert not counter_in(other.text("members/"))
    assert not counter_in(other.text("search/?q=counter"))


def test_a_person_of_the_staff_is_found_by_who_may_see_the_staff(desk):
    desk.sign_in("ann")
    found = desk.text("search/?q=oz").partition("<main")[2]
    assert "/console/staff/" not in found
    assert "last four digits of the phone" in found


def test_what_was_found_is_not_buried_under_nobody(li):
    found = li.text("search/?q=oz").partition("<main")[2]
    assert "/console/staff/" in found
    assert "last four digits of the phone" not in found
