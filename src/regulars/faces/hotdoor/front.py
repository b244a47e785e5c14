"""The application of the deployment: three hot routes on the event loop, everything else in Django.

A hot request costs a look at its key, the decoding of its body, and a wait in a queue; the
transaction is shared with whoever else waits. Answers are the same as those of Django's door.
"""

import asyncio
import io
import logging
import signal
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from django.conf import settings
from structlog.contextvars import bound_contextvars

from regulars.faces.api.answers import Answer, failure_answer, problem_answer
from regulars.faces.api.hot import (
    EVENT_BYTES_MAX,
    Positions,
    Processed,
    balance_answer,
    balances_asked,
    balances_read,
    event_asked,
    receipt_answer,
    redemption_asked,
)
from regulars.faces.api.keys import key_at_hand
from regulars.faces.api.languages import language_of
from regulars.faces.api.troubles import refusal_of
from regulars.faces.hotdoor.bridge import (
    Bridge,
    Environ,
    HTTPProtocol,
    ProtocolClosed,
    Scope,
    announced_length,
    header_variables,
    is_bodiless,
)
from regulars.faces.hotdoor.figures import batch_told, counter
from regulars.faces.hotdoor.gathering import BatchFailed, Gathering
from regulars.faces.hotdoor.refusing import busy_answer
from regulars.faces.hotdoor.threads import Threads
from regulars.foundation.errors import RegularsError
from regulars.foundation.requests import REQUEST_ID_HEADER, SLOW_SECONDS, request_id_of
from regulars.organization.apikeys.types import ApiKeyView
from regulars.rules.intake.services import process
from regulars.rules.intake.types import Item
from regulars.wsgi import application as django_application

API = "/api/v1"
MEMBERS = f"{API}/members/"
BALANCES = "/balances"

# Keys are looked up in threads of their own: whatever keeps Django's busy, tills are let in.
KEY_THREADS = 4
KEYS_WAITING_MAX = 1000
# How long each part of what has begun may take when the process ends; see `bridge.STOP_SECONDS`.
END_SECONDS = 1.0

Handler = Callable[[Environ, str], Awaitable[Answer]]
Asked = TypeVar("Asked")

log = logging.getLogger("regulars.request")


def _processed(key: ApiKeyView, items: Sequence[Item]) -> Sequence[Processed]:
    return process(items, source=key.source, actor=key.actor)


def _balances_read(_: None, holder_ids: Sequence[str]) -> Sequence[Positions]:
    return balances_read(holder_ids)


writing: Gathering[Item, ApiKeyView, Processed] = Gathering(
    "write", _processed, told=batch_told("write").observe
)
reading: Gathering[str, None, Positions] = Gathering(
    "read", _balances_read, told=batch_told("read").observe
)


_django = Bridge(django_application, busy_answer)
_keys = Threads(KEY_THREADS, "keys", waiting_max=KEYS_WAITING_MAX)


async def _asked(ask: Callable[..., Asked], environ: Environ, *more: str) -> Asked:
    """What is asked for; when its key must be looked up, the loop does not wait for that."""
    if key_at_hand(environ):
        return ask(environ, *more)
    return await asyncio.get_running_loop().run_in_executor(_keys, ask, environ, *more)


async def _event(environ: Environ, _path: str) -> Answer:
    return receipt_answer(await writing.submit(*await _asked(event_asked, environ)))


async def _redemption(environ: Environ, _path: str) -> Answer:
    return receipt_answer(await writing.submit(*await _asked(redemption_asked, environ)))


async def _balances(environ: Environ, path: str) -> Answer:
    member = path[len(MEMBERS) : -len(BALANCES)]
    holder_id = await _asked(balances_asked, environ, member)
    return balance_answer(member, await reading.submit(holder_id, None))


_POSTED: dict[str, tuple[Handler, str]] = {
    f"{API}/events": (_event, "api/v1/events"),
    f"{API}/redemptions": (_redemption, "api/v1/redemptions"),
}
_ASKED: tuple[Handler, str] = (_balances, "api/v1/members/<member>/balances")


class FrontDoor:
    """What the web server hands every request to, on the one loop of its process."""

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Called in each process before its first request."""
        _django.opened(settings.REGULARS.web_threads)
        loop.call_soon(_stop_heard_too)

    def __rsgi_del__(self, _loop: asyncio.AbstractEventLoop) -> None:
        """Called when the process is to end: what has begun is done."""
        writing.stop(END_SECONDS)
        reading.stop(END_SECONDS)
        _keys.stop(END_SECONDS)
        _django.close()

    async def __rsgi__(self, scope: Scope, protocol: HTTPProtocol) -> None:
        """Serves one request."""
        found = _found(scope.method, scope.path)
        if found is None:
            await _django.carried(scope, protocol)
            return
        began = time.perf_counter()
        handler, route = found
        environ = header_variables(scope.headers.items())
        request_id = request_id_of(environ.get("HTTP_X_REQUEST_ID"))
        try:
            environ["wsgi.input"] = await _body_of(scope.method, environ, protocol)
            given = await _answered(handler, environ, scope.path, request_id)
            protocol.response_bytes(
                given.status, [*given.headers, (REQUEST_ID_HEADER, request_id)], given.body
            )
        except ProtocolClosed:
            return  # the caller went away; what was begun is done, and its key answers a retry
        seconds = time.perf_counter() - began
        counter(route, scope.method, given.status).count(seconds)
        if given.status >= 500 or seconds > SLOW_SECONDS:
            _trouble_logged(scope, request_id, given.status, seconds)


front_door = FrontDoor()


def _stop_heard_too() -> None:
    """The web server hears the signal by its loop, and waits for every request to be answered.

    That never comes where a thread waits for a caller, so those threads must hear it as well.
    """
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, lambda *_: _django.stop_heard())
        signal.siginterrupt(signal.SIGTERM, False)  # noqa: FBT003 - takes no name


def _found(method: str, path: str) -> tuple[Handler, str] | None:
    """The handler of a hot route and the name under which it is counted."""
    if method == "POST":
        return _POSTED.get(path)
    if method == "GET" and path.startswith(MEMBERS) and path.endswith(BALANCES):
        member = path[len(MEMBERS) : -len(BALANCES)]
        # Django's door decodes odd paths as the standards want it; leave them to it.
        if member and "/" not in member and member.isascii():
            return _ASKED
    return None


async def _body_of(method: str, environ: Environ, protocol: HTTPProtocol) -> io.BytesIO:
    """The body; of one that is too large no more than tells so, but all of it is taken in.

    Many callers look for an answer only when all is sent.
    """
    length = announced_length(environ)
    if length is not None and length <= EVENT_BYTES_MAX:
        return io.BytesIO(await protocol())
    if length is None and is_bodiless(method, environ):
        return io.BytesIO()
    kept = bytearray()
    async for piece in protocol:
        if len(kept) <= EVENT_BYTES_MAX:
            kept += piece
    return io.BytesIO(kept)


async def _answered(handler: Handler, environ: Environ, path: str, request_id: str) -> Answer:
    try:
        return await handler(environ, path)
    except RegularsError as refusal:
        return problem_answer(refusal, _language(environ))
    except BatchFailed:
        return failure_answer(request_id, _language(environ))
    except Exception as error:
        passing = refusal_of(error)
        if passing is not None:
            return problem_answer(passing, _language(environ))
        with bound_contextvars(request_id=request_id):
            log.exception("a request failed")
        return failure_answer(request_id, _language(environ))


def _language(environ: Environ) -> str:
    return language_of(environ.get("HTTP_ACCEPT_LANGUAGE"))


def _trouble_logged(scope: Scope, request_id: str, status: int, seconds: float) -> None:
    with bound_contextvars(request_id=request_id):
        log.warning(
            "request failed" if status >= 500 else "request was slow",
            extra={
                "method": scope.method,
                "path": scope.path,
                "status": status,
                "seconds": round(seconds, 3),
            },
        )
