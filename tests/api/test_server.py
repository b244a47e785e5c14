"""The doors in the real web server: what a body may be on the wire, and a stop in mid-request."""

import json
import socket
import threading
import time
from contextlib import ExitStack, closing, suppress
from datetime import UTC, date, datetime
from http.client import HTTPConnection

import pytest

from regulars.foundation.actors import SYSTEM
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.ids import public_id
from regulars.organization.apikeys.services import apikey_create
from regulars.organization.apikeys.types import Scope
from tests.api.calls import sale
from tests.foundation.servers import wait_until
from tests.shop import shop_opened

# More than two workers have threads.
SLOW_UPLOADS = 80
WAITING = """
    SELECT count(*) FROM pg_stat_activity
    WHERE wait_event_type = 'Lock' AND datname = current_database()
"""


@pytest.fixture
def open_shop(clean_database):
    """A shop with Mei whose clock is the server's own."""
    shop = shop_opened(date(2014, 1, 1))
    shop.store()
    shop.publish()
    shop.member("mei")
    yield shop
    shop.close()


@pytest.fixture
def key(open_shop):
    return apikey_create(actor=SYSTEM, name="till", source="till", scopes=list(Scope))[1]


@pytest.fixture
def sold_now(open_shop):
    """Makes the body of a sale to Mei, named by id: another server digests numbers otherwise."""
    mei = {"id": public_id("mem", open_shop.members["mei"])}

    def make(number="1"):
        now = datetime.now(UTC).isoformat()
        return json.dumps(sale(mei, number=number, occurred_at=now)).encode()

    return make


def posted(server, key, body, *, path="/api/v1/events", **headers):
    """The status and the problem's code of a post."""
    with closing(HTTPConnection("127.0.0.1", server.port, timeout=60)) as connection:
        chunked = not isinstance(body, bytes)
        fixed = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        connection.request("POST", path, body, fixed | headers, encode_chunked=chunked)
        answer = connection.getresponse()
        found = json.loads(answer.read())
        return answer.status, found.get("code")


def silent_upload(server, key):
    """A connection on which a large body has begun, and nothing more comes."""
    silent = socket.create_connection(("127.0.0.1", server.port))
    head = (
        b"POST /api/v1/events/batch HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3000000\r\n"
        b"Content-Type: application/json\r\nAuthorization: Bearer "
    )
    # Where too many upload already it is turned away before all of this has arrived.
    with suppress(BrokenPipeError, ConnectionResetError):
        silent.sendall(head + key.encode() + b"\r\n\r\n" + b" " * 600_000)
    return silent


def test_bodies_on_the_wire(key, sold_now, live_server_process):
    server = live_server_process
    large = b'{"data":"' + b"x" * 300_000 + b'"}'
    assert posted(server, key, sold_now()) == (201, None)
    assert posted(server, key, large) == (413, "body_too_large")
    assert posted(server, key, iter([sold_now("2")])) == (201, None)
    assert posted(server, key, iter([large])) == (413, "body_too_large")
    assert posted(server, key, b" " * 17_000_000, path="/api/v1/events/batch") == (
        413,
        "body_too_large",
    )
    # A caller that goes away in the middle of its body harms nobody.
    with socket.create_connection(("127.0.0.1", server.port)) as half:
        half.sendall(
            b"POST /api/v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n"
            b"Content-Type: application/json\r\nAuthorization: Bearer "
            + key.encode()
            + b'\r\n\r\n{"'
        )
    assert posted(server, key, sold_now("3")) == (201, None)
    # Nor do more uploads than there are threads keep a till or a page waiting.
    with ExitStack() as uploads:
        for _ in range(SLOW_UPLOADS):
            uploads.enter_context(silent_upload(server, key))
        began = time.monotonic()
        assert posted(server, key, sold_now("4")) == (201, None)
        assert [server.status() for _ in range(4)] == [200] * 4
        assert time.monotonic() - began < 10


def waiting():
    """How many connections wait for a lock now."""
    with unit_of_work() as unit:
        return unit.fetch(WAITING)[0][0]


def test_a_stop_lets_what_was_taken_in_finish(open_shop, key, sold_now, live_server_process):
    """The sale waits for Mei's books while the server is told to stop; it is answered yet.

    Who has fallen silent in the middle of a large body is told so, and nobody is killed for him.
    """
    server = live_server_process
    silent = silent_upload(server, key)
    answers = []
    till = threading.Thread(target=lambda: answers.append(posted(server, key, sold_now())))
    with unit_of_work() as unit:
        mei = open_shop.members["mei"]
        unit.fetch("SELECT id FROM ledger_holder WHERE id = %s FOR UPDATE", mei)
        till.start()
        wait_until(lambda: waiting() == 1)
        server.process.terminate()
        with pytest.raises(AssertionError):
            wait_until(lambda: bool(answers), seconds=1)
        assert server.process.poll() is None
    till.join(30)
    assert answers == [(201, None)]
    assert server.process.wait(30) == 0
    with silent:
        assert silent.recv(12) == b"HTTP/1.1 400"
    assert open_shop.of("mei").balance == 50
