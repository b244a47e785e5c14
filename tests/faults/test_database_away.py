"""While the database is away every door says so at once, and all is well when it is back."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from regulars.foundation.database.connections import APP_ROLE, OWNER_ROLE
from tests.faults.cable import Cable
from tests.faults.house import House, key
from tests.faults.tills import Till
from tests.foundation.servers import server_start

CLIENTS = 40
# The first ones wait a moment, for a database that is only being started again.
FIRST_ANSWER_SECONDS = 8.0
LATER_ANSWER_SECONDS = 2.0
AWAY_SECONDS = 9.0
BACK_SECONDS = 3.0
WARM_SECONDS = 30.0


@pytest.fixture
def cabled(django_db_setup, worker_database, django_db_blocker, tmp_path):
    """A house whose server reaches the database through a cable."""
    cable = Cable(tmp_path, worker_database.places.sockets)
    host = str(tmp_path).replace("/", "%2F")
    environment = {
        name: f"postgresql://{role}@{host}:5432/{worker_database.name}"
        for name, role in (
            ("DATABASE_URL", APP_ROLE),
            ("REGULARS_OWNER_DATABASE_URL", OWNER_ROLE),
        )
    }
    environment["REGULARS_SECOND_FACTOR"] = "offered"
    server = server_start(environment, tmp_path / "server", "--workers", "2", "--no-jobs")
    with django_db_blocker.unblock():
        house = House(worker_database, tmp_path)
        house.servers[""] = server
        house.cable = cable
        try:
            server.wait_ready()
            yield house
        finally:
            house.close()
            cable.pull_out()
            worker_database.clean()


def asked_by_all(house, name, sales):
    """Every client asks something else at once; answers (reply, seconds) of each."""
    member = house.public(name)

    def ask(place):
        began = time.monotonic()
        with closing(Till(house.port(), house.api_key)) as till:
            if place % 4 == 0:
                reply = till.redeem(member, 1, key=key())
            elif place % 4 == 1:
                reply = till.get(f"/members/{member}/balances")
            elif place % 4 == 2:
                reply = till.post("/members", {"display_name": "Bo"}, key=key())
            else:
                reply = till.post("/events", sales[place])
        return reply, time.monotonic() - began

    with ThreadPoolExecutor(CLIENTS) as pool:
        return list(pool.map(ask, range(CLIENTS)))


def warmed_up(house, name):
    """Both workers have their connections: this is about losing them, not about a cold start."""
    member = house.public(name)

    def seen(_):
        with closing(Till(house.port(), house.api_key)) as till:
            return till.get(f"/members/{member}/balances").outcome

    until = time.monotonic() + WARM_SECONDS
    with ThreadPoolExecutor(CLIENTS) as pool:
        while set(pool.map(seen, range(CLIENTS))) != {"done"}:
            assert time.monotonic() < until


def test_every_door_answers_while_the_database_is_away_and_recovers_by_itself(cabled):
    name = cabled.member(100)
    warmed_up(cabled, name)
    sales = [cabled.sale(name, 1_000) for _ in range(CLIENTS)]
    assert {reply.outcome for reply, _ in asked_by_all(cabled, name, sales)} == {"done"}
    cabled.cable.pull_out()
    away_at = time.monotonic()
    sales = [cabled.sale(name, 1_000) for _ in range(CLIENTS)]
    for limit in (FIRST_ANSWER_SECONDS, LATER_ANSWER_SECONDS):
        answers = asked_by_all(cabled, name, sales)
        print(f"away: {max(seconds for _, seconds in answers):.2f} s")
        assert {reply.status for reply, _ in answers} == {503}
        assert {reply.outcome for reply, _ in answers} <= {
            "503 busy",
            "503 database_unavailable",
        }
        assert all("retry-after" in reply.headers for reply, _ in answers)
        assert max(seconds for _, seconds in answers) < limit
    assert cabled.servers[""].status() == 503

    # Who waits twice as long after every failure tries after 1, 3, 7 and 15 seconds.
    time.sleep(max(0.0, away_at + AWAY_SECONDS - time.monotonic()))
    cabled.cable.plug_in()
    began = time.monotonic()
    with closing(Till(cabled.port(), cabled.api_key)) as till:
        while (reply := till.post("/events", sales[3])).outcome != "done":
            assert reply.status == 503
            assert time.monotonic() - began < BACK_SECONDS
            time.sleep(0.05)
    print(f"back after {time.monotonic() - began:.2f} s")
    assert cabled.wrong_sums(name, 100 + 10 * 10 - 10 + 10) == []
