"""Django behind the event loop: each request in a thread of its own, bodies streamed both ways.

The web server speaks to one loop (RSGI); Django wants a thread and blocking calls (WSGI). A
request crosses once on its way in and once on its way out; only large bodies cross piece by piece.
"""

import asyncio
import io
import math
import sys
import time
from collections.abc import Callable, Coroutine, Iterable, Sequence
from contextlib import closing
from functools import lru_cache
from typing import Any, TypeVar
from wsgiref.types import StartResponse

# granian passes these names on without saying so to a type checker.
from granian.rsgi import HTTPProtocol, ProtocolClosed, Scope  # type: ignore[attr-defined]

from regulars.faces.api.answers import Answer
from regulars.faces.hotdoor.threads import Threads
from regulars.foundation.errors import Busy

__all__ = [
    "Bridge",
    "Environ",
    "HTTPProtocol",
    "ProtocolClosed",
    "Scope",
    "announced_length",
    "header_variables",
    "is_bodiless",
]

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]
Result = TypeVar("Result")

# A body of this size is taken whole before a thread is; larger ones are read as Django asks.
WHOLE_BODY_MAX = 512 * 1024
# Of the threads, one in so many is for large bodies, whose callers decide how long they take.
ONE_FOR_LARGE = 8
# For each thread so many requests may wait; beyond, nobody is kept waiting for nothing.
WAITING_FOR_EACH = 8
# How long a caller may take for the next piece of a large body.
PIECE_SECONDS = 30.0
LOOK_SECONDS = 0.25
# From being asked to stop: so long large bodies and streamed answers go on, and then the rest.
# Both together stay below what the web server waits before it kills.
STOP_SECONDS = 3.0
CLOSE_SECONDS = 1.0
BODILESS = frozenset({"GET", "HEAD", "OPTIONS"})

_FIXED: Environ = {
    "GATEWAY_INTERFACE": "CGI/1.1",
    "SCRIPT_NAME": "",
    "wsgi.errors": sys.stderr,
    "wsgi.input_terminated": True,
    "wsgi.multiprocess": True,
    "wsgi.multithread": True,
    "wsgi.run_once": False,
    "wsgi.version": (1, 0),
}
_BARE = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}


class CrossingEnded(OSError):
    """A caller took too long for a piece, cut its body off, or the process is to end."""


class Bridge:
    """A WSGI application on the other side of a loop, in at most so many threads.

    `refused` makes the answer for a request that finds too many waiting.
    """

    def __init__(self, application: Application, refused: Callable[[Environ], Answer]) -> None:
        self._application = application
        self._refused = refused
        self._threads: Threads | None = None
        self._for_large: Threads | None = None
        self.ends_at = math.inf

    def opened(self, threads: int) -> None:
        """Makes room for so many requests at a time; their threads start when they are needed."""
        large = max(1, threads // ONE_FOR_LARGE)
        few = max(1, threads - large)
        self._threads = Threads(few, "django", waiting_max=few * WAITING_FOR_EACH)
        self._for_large = Threads(large, "large", waiting_max=large * WAITING_FOR_EACH)
        self.ends_at = math.inf

    def stop_heard(self) -> None:
        """From soon on no thread waits for its caller any more, so that the process can end."""
        self.ends_at = min(self.ends_at, time.monotonic() + STOP_SECONDS)

    def close(self) -> None:
        """Waits a moment for what is being done; the loop does nothing any more."""
        self.ends_at = time.monotonic()
        for threads in (self._threads, self._for_large):
            if threads is not None:
                threads.stop(CLOSE_SECONDS / 2)

    async def carried(self, scope: Scope, protocol: HTTPProtocol) -> None:
        """Serves one request."""
        environ = environ_of(scope)
        loop = asyncio.get_running_loop()
        crossing = _Crossing(self, self._application, protocol, loop)
        try:
            body = await _body_of(environ, protocol, crossing)
            environ["wsgi.input"] = body
            threads = self._threads if isinstance(body, io.BytesIO) else self._for_large
            whole = await loop.run_in_executor(threads, crossing.carried, environ)
            if whole is not None:
                protocol.response_bytes(*whole)
        except Busy:
            given = self._refused(environ)
            protocol.response_bytes(given.status, list(given.headers), given.body)
        except (ProtocolClosed, CrossingEnded):
            return  # the caller went away, in the middle of its request or of the answer


class _Crossing:
    """One request on its way through a thread."""

    def __init__(
        self,
        bridge: Bridge,
        application: Application,
        protocol: HTTPProtocol,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self._bridge = bridge
        self._application = application
        self._protocol = protocol
        self._loop = loop
        self._status = 500
        self._headers: Headers = []

    def carried(self, environ: Environ) -> tuple[int, Headers, bytes] | None:
        """Runs the application; answers what is to be sent, unless it was sent piece by piece."""
        answer: Any = self._application(environ, self._started)
        closed = closing(answer) if hasattr(answer, "close") else closing(io.BytesIO())
        with closed:
            if getattr(answer, "streaming", False):
                self._streamed(answer)
                return None
            return self._status, self._headers, b"".join(answer)

    def on_loop(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Waits in this thread for what only the loop may do, but not for ever.

        Errors: `CrossingEnded` after `PIECE_SECONDS`, or soon after the process was asked to stop.
        """
        patience = time.monotonic() + PIECE_SECONDS
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        while True:
            try:
                return future.result(LOOK_SECONDS)
            except TimeoutError:
                if future.done():
                    continue
                if time.monotonic() > min(patience, self._bridge.ends_at):
                    future.cancel()
                    raise CrossingEnded("nobody sends or takes any more") from None

    def _started(self, status: str, headers: Headers, _trouble: Any = None) -> Any:
        self._status = int(status[:3])
        self._headers = headers

    def _streamed(self, parts: Iterable[bytes]) -> None:
        transport = self.on_loop(self._stream_begun())
        for part in parts:
            if part:
                self.on_loop(_sent(transport, part))

    async def _stream_begun(self) -> Any:
        return self._protocol.response_stream(self._status, self._headers)


async def _sent(transport: Any, part: bytes) -> None:
    await transport.send_bytes(part)


class _LargeBody(io.RawIOBase):
    """A body that arrives while it is read.

    The web server tells a cut connection like an end; where a length was announced it shows.
    """

    def __init__(
        self, begun: bytes, pieces: Any, announced: int | None, crossing: _Crossing
    ) -> None:
        super().__init__()
        self._left = memoryview(begun)
        self._pieces = pieces
        self._missing = announced
        self._crossing = crossing

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Fills what it can of the buffer; 0 is the end. Errors: `CrossingEnded`."""
        while not self._left:
            piece = self._crossing.on_loop(_next_of(self._pieces))
            if piece is None:
                if self._missing:
                    raise CrossingEnded("the body ends before its announced length")
                return 0
            if self._missing is not None:
                self._missing -= len(piece)
            self._left = memoryview(piece)
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count


async def _next_of(pieces: Any) -> bytes | None:
    try:
        piece: bytes = await anext(pieces)
    except StopAsyncIteration:
        return None
    return piece


async def _body_of(environ: Environ, protocol: HTTPProtocol, crossing: _Crossing) -> io.IOBase:
    length = announced_length(environ)
    if length is not None and length <= WHOLE_BODY_MAX:
        return io.BytesIO(await protocol())
    if length is None and is_bodiless(environ["REQUEST_METHOD"], environ):
        return io.BytesIO()
    pieces = aiter(protocol)
    begun = b""
    if length is None:
        begun, is_whole = await _begun(pieces)
        if is_whole:
            return io.BytesIO(begun)
    return io.BufferedReader(_LargeBody(begun, pieces, length, crossing))


async def _begun(pieces: Any) -> tuple[bytes, bool]:
    """The beginning of a body whose length nobody knows, and whether that is all of it."""
    taken = bytearray()
    while len(taken) <= WHOLE_BODY_MAX:
        piece = await _next_of(pieces)
        if piece is None:
            return bytes(taken), True
        taken += piece
    return bytes(taken), False


def is_bodiless(method: str, environ: Environ) -> bool:
    """Whether a request that announces no length brings no body: HTTP/2 need not announce one."""
    return method in BODILESS and "HTTP_TRANSFER_ENCODING" not in environ


def announced_length(environ: Environ) -> int | None:
    """The length of the body, if it is known: of one in chunks it isn't, whatever else is said."""
    if "HTTP_TRANSFER_ENCODING" in environ:
        environ.pop("CONTENT_LENGTH", None)
    announced = environ.get("CONTENT_LENGTH", "")
    return int(announced) if announced.isdecimal() else None


def environ_of(scope: Scope) -> Environ:
    """The request as WSGI has it, without its body."""
    server, _, port = scope.server.rpartition(":")
    client, client_port = _address(scope.client)
    environ: Environ = {
        **_FIXED,
        "REQUEST_METHOD": scope.method,
        # WSGI wants the bytes of a path, one character each.
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "SERVER_NAME": server,
        "SERVER_PORT": port,
        "REMOTE_ADDR": client,
        "REMOTE_PORT": client_port,
        "wsgi.url_scheme": scope.scheme,
    }
    if scope.authority:
        environ["HTTP_HOST"] = scope.authority
    environ.update(header_variables(scope.headers.items()))
    return environ


def _address(told: str) -> tuple[str, str]:
    """Address and port, the address as everybody writes it: no brackets, IPv4 as IPv4."""
    address, _, port = told.rpartition(":")
    address = address.removeprefix("[").removesuffix("]")
    return address.removeprefix("::ffff:") if "." in address else address, port


def header_variables(headers: Sequence[tuple[str, str]]) -> Environ:
    """Headers under their names in an environment. One with “_” could pass for one with “-”."""
    found: Environ = {}
    for name, value in headers:
        key = _variable_of(name)
        if key is None:
            continue
        joint = "; " if name == "cookie" else ","
        found[key] = f"{found[key]}{joint}{value}" if key in found else value
    return found


@lru_cache(maxsize=1000)
def _variable_of(name: str) -> str | None:
    if "_" in name:
        return None
    return _BARE.get(name) or f"HTTP_{name.upper().replace('-', '_')}"
