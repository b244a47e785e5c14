"""A database that accepts everything and answers nothing: who stands at a till is told in seconds,
and what was sent counts once."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlencode

from regulars.faces.pos.doors import DEVICE_COOKIE
from regulars.foundation.actors import SYSTEM
from regulars.organization.devices.services import device_register
from regulars.organization.staff.services import staff_create
from tests.faults.house import key
from tests.faults.test_database_away import cabled, warmed_up  # noqa: F401 - a fixture
from tests.faults.tills import Till

# Two seconds of silence, two for the question whether anybody is there, and a busy machine.
TOLD_SECONDS = 7.0
BACK_SECONDS = 6.0
PASSWORD = "plain-Tea-7781"


class Counter:
    """A browser at a till: signed in, registered, with a number."""

    def __init__(self, house):
        self.house = house
        ann = staff_create(
            actor=SYSTEM,
            username=f"ann-{key()}",
            display_name="Ann",
            password=PASSWORD,
            role="cashier",
        )
        _, secret = device_register(actor=SYSTEM, name="Till 1", kind="till", store="s1")
        self.cookies = {DEVICE_COOKIE: secret, "csrftoken": "a" * 32}
        form = {"username": ann.username, "password": PASSWORD, "csrfmiddlewaretoken": "a" * 32}
        signed_in = self.asked("POST", "/console/sign-in/", urlencode(form))
        for cookie in signed_in.headers.get_all("Set-Cookie"):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value

    def asked(self, method, path, body=None):
        with closing(HTTPConnection("127.0.0.1", self.house.port(), timeout=60)) as connection:
            headers = {"Cookie": "; ".join(f"{name}={is_}" for name, is_ in self.cookies.items())}
            if body:
                headers["Content-Type"] = "application/x-www-form-urlencoded"
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            answer.text = answer.read().decode()
        return answer

    def start(self):
        return self.get("/pos/do/start/")

    def get(self, path):
        """(status, what the page's script or a person reads, seconds)."""
        began = time.monotonic()
        answer = self.asked("GET", path)
        return answer.status, answer.text, time.monotonic() - began


def sent(house, sale):
    began = time.monotonic()
    with closing(Till(house.port(), house.api_key)) as till:
        return till.post("/events", sale), time.monotonic() - began


def test_a_silent_database_is_told_of_in_seconds_and_nothing_counts_twice(cabled):  # noqa: F811
    name = cabled.member(100)
    counter = Counter(cabled)
    warmed_up(cabled, name)
    assert counter.start()[0] == 200, counter.start()
    sale = cabled.sale(name, 1_000)
    cabled.cable.stall()
    with ThreadPoolExecutor(3) as pool:
        asked = pool.submit(sent, cabled, sale)
        started = pool.submit(counter.start)
        shown = pool.submit(counter.get, "/m/sign-in/")
        reply, seconds = asked.result()
        status, text, till_seconds = started.result()
        page_status, page, page_seconds = shown.result()
    print(f"silent: API {seconds:.1f} s, till {till_seconds:.1f} s, phone {page_seconds:.1f} s")
    assert (reply.status, status) == (503, 503)
    assert {reply.json["code"], json.loads(text)["code"]} <= {"database_unavailable", "busy"}
    assert max(seconds, till_seconds, page_seconds) < TOLD_SECONDS
    assert page_status in (200, 503), page

    cabled.cable.flow()
    began = time.monotonic()
    while (reply := sent(cabled, sale)[0]).status == 503:
        assert time.monotonic() - began < BACK_SECONDS
        time.sleep(0.05)
    while counter.start()[0] != 200:
        assert time.monotonic() - began < BACK_SECONDS
        time.sleep(0.05)
    print(f"back after {time.monotonic() - began:.1f} s")
    assert reply.outcome in ("done", "again")
    # Ten yuan are ten beans: once, although it was sent until somebody answered.
    assert cabled.wrong_sums(name, 110) == []
