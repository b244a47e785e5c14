"""The front door without a network: its loop in a thread, its protocol played from WSGI.

Whatever calls a WSGI application can call this one; what it sees is what the web server would get.
"""

import asyncio
import threading
from http import HTTPStatus

from regulars.faces.hotdoor.front import front_door as door

PIECE = 64 * 1024


class _Scope:
    """What the web server tells of a request."""

    proto, http_version, rsgi_version = "http", "1.1", "1.5"
    server, client, scheme, authority = "testserver:80", "192.0.2.7:4711", "http", None

    def __init__(self, environ, body):
        self.method = environ["REQUEST_METHOD"]
        self.path = environ["PATH_INFO"].encode("latin-1").decode(errors="replace")
        self.query_string = environ.get("QUERY_STRING", "")
        self.headers = _Headers(environ, body)


class _Headers:
    def __init__(self, environ, body):
        named = {
            name.removeprefix("HTTP_").replace("_", "-").lower(): value
            for name, value in environ.items()
            if name.startswith("HTTP_") or (name in ("CONTENT_TYPE", "CONTENT_LENGTH") and value)
        }
        if body and "content-length" not in named:
            named["transfer-encoding"] = "chunked"
        # The web server lets nothing but ASCII through.
        self._items = [(name, value) for name, value in named.items() if value.isascii()]

    def items(self):
        return self._items


class _Protocol:
    """The other end of a request: its body, and what is answered."""

    def __init__(self, body):
        self._body = body
        self.status = self.headers = None
        self.content = b""

    async def __call__(self):
        return self._body

    async def __aiter__(self):
        for place in range(0, len(self._body), PIECE):
            yield self._body[place : place + PIECE]

    def response_bytes(self, status, headers, body):
        # As the web server does where nobody said so.
        if not any(name.lower() == "content-length" for name, _ in headers):
            headers = [*headers, ("Content-Length", str(len(body)))]
        self.status, self.headers, self.content = status, headers, body

    def response_stream(self, status, headers):
        self.status, self.headers = status, headers
        return self

    async def send_bytes(self, part):
        self.content += part


class _Loop:
    """The loop that the web server would run, started at the first request."""

    running = None
    starting = threading.Lock()


def _loop():
    with _Loop.starting:
        if _Loop.running is None:
            loop = asyncio.new_event_loop()
            door.__rsgi_init__(loop)
            threading.Thread(target=loop.run_forever, name="front", daemon=True).start()
            _Loop.running = loop
        return _Loop.running


def front_door(environ, start_response):
    """Serves one request, and waits for its answer."""
    body = environ["wsgi.input"].read()
    protocol = _Protocol(body)
    served = door.__rsgi__(_Scope(environ, body), protocol)
    asyncio.run_coroutine_threadsafe(served, _loop()).result()
    start_response(f"{protocol.status} {HTTPStatus(protocol.status).phrase}", protocol.headers)
    return [protocol.content]
