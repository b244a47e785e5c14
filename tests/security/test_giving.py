"""Who can give value away shows a second factor; the till is no way around it."""

import json

import pytest
from django.test import Client, override_settings

from regulars.foundation.actors import SYSTEM
from regulars.organization.staff.rights import GIVING, READY_MADE, Right
from regulars.organization.staff.services import staff_create
from tests.security.stage import PASSWORD, signed_in

# What gives nothing away: reading, selling at the price, and the house itself.
GIVES_NOTHING = {
    *(each for each in Right if each.endswith(".view")),
    Right.FIELDS_MANAGE,
    Right.PROGRAMS_SIMULATE,
    Right.STORES_MANAGE,
    Right.DEVICES_MANAGE,
    Right.JOBS_MANAGE,
    Right.SETTINGS_MANAGE,
    Right.COUNTER_SELL,
}


def test_each_right_either_gives_value_away_or_does_not():
    assert set(Right) == GIVING | GIVES_NOTHING
    assert not GIVING & GIVES_NOTHING
    assert [role for role, rights in READY_MADE.items() if not rights & GIVING] == ["auditor"]


def asked_at_the_till(stage, client):
    """The till's page, a sheet of paper, and a deed."""
    secret, terminal = stage.devices["s1"]
    client.cookies["regulars_till"] = secret
    headers = {"X-Terminal": str(terminal)}
    with stage.shop.time():
        return (
            client.get("/pos/"),
            client.get(f"/pos/receipts/{stage.tickets['s1']}/"),
            client.get("/pos/do/tickets/", headers=headers),
        )


@pytest.mark.parametrize("role", ["owner", "cashier_s1"])
def test_the_till_opens_after_the_second_factor_only(stage, role):
    with signed_in(stage, role) as client:
        assert [each.status_code for each in asked_at_the_till(stage, client)] == [200, 200, 200]
        with override_settings(SECOND_FACTOR="required"):
            page, paper, deed = asked_at_the_till(stage, client)
    assert page["Location"] == paper["Location"] == "/console/security/"
    assert (deed.status_code, json.loads(deed.content)["code"]) == (403, "first_step_missing")


def test_the_till_opens_after_a_password_of_ones_own_only(stage):
    with stage.shop.time():
        staff_create(
            actor=SYSTEM,
            username="newcomer",
            display_name="Newcomer",
            password=PASSWORD,
            role="cashier",
            store="s1",
            must_change_password=True,
        )
        client = Client()
        client.post("/console/sign-in/", {"username": "newcomer", "password": PASSWORD})
    page, paper, deed = asked_at_the_till(stage, client)
    assert page["Location"] == paper["Location"] == "/console/password/"
    assert (deed.status_code, json.loads(deed.content)["code"]) == (403, "first_step_missing")
