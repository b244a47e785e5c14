"""Django behind the loop of the web server: bodies and answers of any size, callers that leave."""

import asyncio
import threading
import time

import pytest
from granian.rsgi import ProtocolClosed

from regulars.faces.hotdoor import bridge as bridging
from regulars.faces.hotdoor.bridge import WHOLE_BODY_MAX, Bridge, environ_of
from regulars.faces.hotdoor.refusing import busy_answer


class Headers:
    def __init__(self, *items):
        self._items = list(items)

    def items(self):
        return self._items


class Scope:
    proto, http_version, scheme, authority = "http", "1.1", "http", None
    server, client, query_string = "127.0.0.1:8000", "192.0.2.7:4711", "q=1"

    def __init__(self, method="GET", path="/console/", *headers):
        self.method = method
        self.path = path
        self.headers = Headers(*headers)


class Exchange:
    """A body that comes in pieces, and an answer of which the caller may take only so much.

    With `falls_silent` the last piece is followed by nothing, not even an end.
    """

    def __init__(self, pieces=(), *, takes=1000, falls_silent=False):
        self.pieces = pieces
        self.takes = takes
        self.falls_silent = falls_silent
        self.whole = self.stream = None
        self.parts = []

    async def __call__(self):
        return b"".join(self.pieces)

    async def __aiter__(self):
        for piece in self.pieces:
            yield piece
        if self.falls_silent:
            await asyncio.Event().wait()

    def response_bytes(self, status, headers, body):
        self.whole = (status, headers, body)

    def response_stream(self, status, headers):
        self.stream = (status, headers)
        return self

    async def send_bytes(self, part):
        if len(self.parts) == self.takes:
            raise ProtocolClosed
        self.parts.append(part)


class Streamed(list):
    """An answer that Django makes while it is sent."""

    streaming = True
    closed = False

    def close(self):
        self.closed = True


def carried(application, scope, exchange):
    """What the caller got, once the request is over."""
    bridge = Bridge(application, busy_answer)
    bridge.opened(2)
    asyncio.run(bridge.carried(scope, exchange))
    bridge.close()
    return exchange


def echo(environ, start_response):
    start_response("200 OK", [("X-Length", environ.get("CONTENT_LENGTH", ""))])
    return [environ["wsgi.input"].read()]


@pytest.mark.parametrize("size", [0, 1, WHOLE_BODY_MAX, WHOLE_BODY_MAX + 1, 3_000_000])
def test_a_body_of_any_size_arrives_whole(size):
    body = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    pieces = [body[place : place + 65_521] for place in range(0, size, 65_521)]
    scope = Scope("POST", "/import", ("content-length", str(size)))
    assert carried(echo, scope, Exchange(pieces)).whole == (200, [("X-Length", str(size))], body)


def test_a_body_without_a_length_arrives_too():
    scope = Scope("POST", "/import", ("transfer-encoding", "chunked"))
    assert carried(echo, scope, Exchange([b"a" * 7, b"b" * 9])).whole[2] == b"a" * 7 + b"b" * 9


@pytest.mark.parametrize(
    "headers",
    [
        [("transfer-encoding", "chunked"), ("content-length", "3")],
        [],
    ],
)
@pytest.mark.parametrize("size", [16, 3_000_000])
def test_a_body_counts_by_what_comes_and_not_by_what_is_said_besides(headers, size):
    """Chunks go before a length; in HTTP/2 neither need be told."""
    pieces = [b"a" * (size // 2), b"", b"b" * (size // 2)]
    for method in ("POST", "DELETE"):
        found = carried(echo, Scope(method, "/import", *headers), Exchange(pieces)).whole
        assert found == (200, [("X-Length", "")], b"".join(pieces))


UPLOAD = Scope("POST", "/import", ("content-length", "3000000"))


def read(environ, start_response):
    """Says how the reading of the body went."""
    try:
        environ["wsgi.input"].read()
    except OSError as trouble:
        start_response("400 Bad Request", [])
        return [str(trouble).encode()]
    start_response("200 OK", [])
    return [b"whole"]


def test_a_body_that_is_cut_off_is_not_taken_as_whole():
    exchange = carried(read, UPLOAD, Exchange([b"a" * 1_000_000, b"b" * 1_999_999]))
    assert exchange.whole == (400, [], b"the body ends before its announced length")
    assert carried(read, UPLOAD, Exchange([b"a" * 3_000_000])).whole[2] == b"whole"


def test_who_falls_silent_in_an_upload_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(bridging, "PIECE_SECONDS", 0.1)
    monkeypatch.setattr(bridging, "LOOK_SECONDS", 0.02)
    exchange = carried(read, UPLOAD, Exchange([b"a" * 1_000_000], falls_silent=True))
    assert exchange.whole == (400, [], b"nobody sends or takes any more")


def test_a_stop_ends_the_waiting_for_an_upload(monkeypatch):
    monkeypatch.setattr(bridging, "STOP_SECONDS", 0.1)
    monkeypatch.setattr(bridging, "LOOK_SECONDS", 0.02)
    exchange = Exchange([b"a" * 1_000_000], falls_silent=True)

    async def stopped():
        bridge = Bridge(read, busy_answer)
        bridge.opened(2)
        upload = asyncio.ensure_future(bridge.carried(UPLOAD, exchange))
        await asyncio.sleep(0.05)
        bridge.stop_heard()
        await upload
        bridge.close()

    began = time.monotonic()
    asyncio.run(stopped())
    assert time.monotonic() - began < 5
    assert exchange.whole[0] == 400


def test_an_end_does_not_wait_for_a_request_that_hangs(monkeypatch):
    """The loop has ended and can't help the thread, which can't end by itself."""
    monkeypatch.setattr(bridging, "CLOSE_SECONDS", 0.1)
    go_on = threading.Event()

    def hanging(_, start_response):
        start_response("200 OK", [])
        go_on.wait(20)
        return []

    async def begun():
        bridge.opened(2)
        task = asyncio.ensure_future(bridge.carried(Scope(), Exchange()))
        await asyncio.sleep(0.05)
        task.cancel()

    bridge = Bridge(hanging, busy_answer)
    asyncio.run(begun())
    began = time.monotonic()
    bridge.close()
    assert time.monotonic() - began < 5
    go_on.set()


def test_slow_uploads_keep_nobody_from_being_served():
    """All of them wait for their callers; a page and a small body get through."""

    async def served():
        bridge = Bridge(echo, busy_answer)
        bridge.opened(8)
        uploads = [
            asyncio.ensure_future(
                bridge.carried(UPLOAD, Exchange([b"a" * 1_000_000], falls_silent=True))
            )
            for _ in range(32)
        ]
        await asyncio.sleep(0.05)
        page = Exchange()
        await asyncio.wait_for(bridge.carried(Scope(), page), 5)
        for upload in uploads:
            upload.cancel()
        bridge.close()
        return page.whole[0]

    assert asyncio.run(served()) == 200


@pytest.mark.parametrize(
    ("path", "language", "kind", "text"),
    [
        ("/api/v1/members", "en", "application/problem+json", '"code":"busy"'),
        ("/console/", "en", "text/html; charset=utf-8", "Load this page again in a moment"),
        ("/console/", "zh-CN", "text/html; charset=utf-8", "请稍后重新载入本页"),
    ],
)
def test_when_too_many_wait_the_next_is_told_so(monkeypatch, path, language, kind, text):
    monkeypatch.setattr(bridging, "WAITING_FOR_EACH", 1)
    go_on = threading.Event()

    def waiting(_, start_response):
        go_on.wait(10)
        start_response("200 OK", [])
        return []

    async def served():
        bridge = Bridge(waiting, busy_answer)
        bridge.opened(2)  # of which one is for large bodies
        exchanges = [Exchange() for _ in range(3)]
        scope = Scope("GET", path, ("accept-language", language))
        asked = [asyncio.ensure_future(bridge.carried(scope, each)) for each in exchanges]
        await asyncio.sleep(0.05)
        refused = exchanges[2].whole
        go_on.set()
        await asyncio.gather(*asked)
        bridge.close()
        assert [each.whole[0] for each in exchanges] == [200, 200, 503]
        return refused

    status, headers, body = asyncio.run(served())
    assert (status, dict(headers)["Content-Type"]) == (503, kind)
    assert dict(headers)["Retry-After"] == "1"
    assert text in body.decode()


@pytest.mark.parametrize(
    ("client", "address"),
    [
        ("192.0.2.7:4711", "192.0.2.7"),
        ("[::1]:4711", "::1"),
        ("[2001:db8::7]:4711", "2001:db8::7"),
        ("[::ffff:192.0.2.7]:4711", "192.0.2.7"),
    ],
)
def test_a_caller_has_the_address_that_everybody_knows(client, address):
    scope = Scope()
    scope.client = client
    found = environ_of(scope)
    assert (found["REMOTE_ADDR"], found["REMOTE_PORT"]) == (address, "4711")


def test_lines_of_a_large_body_are_read_one_by_one():
    def lines(environ, start_response):
        start_response("200 OK", [])
        return [str(len(list(environ["wsgi.input"]))).encode()]

    pieces = [b"member,1\n" * 10_000] * 10
    scope = Scope("POST", "/import", ("content-length", "900000"))
    assert carried(lines, scope, Exchange(pieces)).whole[2] == b"100000"


def test_a_streamed_answer_is_sent_part_by_part_and_closed():
    answer = Streamed([b"one", b"", b"two"])

    def streaming(_, start_response):
        start_response("200 OK", [("Content-Type", "text/csv")])
        return answer

    exchange = carried(streaming, Scope(), Exchange())
    assert exchange.stream == (200, [("Content-Type", "text/csv")])
    assert exchange.parts == [b"one", b"two"]
    assert exchange.whole is None
    assert answer.closed


def test_an_answer_whose_caller_left_is_closed_and_no_error():
    made = []

    def rows():
        for number in range(100):
            made.append(number)
            yield b"row"

    class Rows:
        streaming = True
        closed = False

        def __iter__(self):
            return rows()

        def close(self):
            self.closed = True

    answer = Rows()

    def streaming(_, start_response):
        start_response("200 OK", [])
        return answer

    carried(streaming, Scope(), Exchange(takes=3))
    assert made == [0, 1, 2, 3]
    assert answer.closed


def test_headers_become_variables_and_none_passes_for_another():
    scope = Scope(
        "GET",
        "/熟客",
        ("host", "shop.example"),
        ("x-forwarded-for", "192.0.2.1"),
        ("x_forwarded_for", "203.0.113.9"),
        ("accept", "text/html"),
        ("accept", "*/*"),
        ("cookie", "a=1"),
        ("cookie", "b=2"),
        ("content-type", "text/plain"),
    )
    environ = environ_of(scope)
    wanted = {
        "PATH_INFO": "/熟客".encode().decode("latin-1"),
        "HTTP_HOST": "shop.example",
        "HTTP_X_FORWARDED_FOR": "192.0.2.1",
        "HTTP_ACCEPT": "text/html,*/*",
        "HTTP_COOKIE": "a=1; b=2",
        "CONTENT_TYPE": "text/plain",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "REMOTE_ADDR": "192.0.2.7",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "QUERY_STRING": "q=1",
    }
    assert {name: environ[name] for name in wanted} == wanted
