"""Calls to the API without a network: straight into a WSGI application, byte by byte."""

import io
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connections

from regulars.wsgi import application as django_door
from tests.api.front import front_door

JSON = "application/json"
PROBLEM = "application/problem+json"
DOORS = {"hot": front_door, "django": django_door}


class Reply:
    """What came back."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The stable code of a problem; the right status and type are part of being one."""
        assert self.headers["Content-Type"] == PROBLEM, self.body
        problem = self.json
        assert problem["status"] == self.status
        assert problem["detail"]
        return problem["code"]


class Caller:
    """A program with an API key, at one of the doors."""

    def __init__(self, key: str | None, door: str = "hot") -> None:
        self.key = key
        self.application = DOORS[door]

    def __call__(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        *,
        kind: str | None = JSON,
        **headers: str,
    ) -> Reply:
        path, _, query = path.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": f"/api/v1{path}",
            "QUERY_STRING": query,
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "192.0.2.7",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body or b""),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "wsgi.version": (1, 0),
        }
        if body is not None:
            environ["CONTENT_LENGTH"] = str(len(body))
            if kind is not None:
                environ["CONTENT_TYPE"] = kind
        if self.key is not None:
            environ["HTTP_AUTHORIZATION"] = f"Bearer {self.key}"
        for name, value in headers.items():
            environ[name if name.isupper() else f"HTTP_{name.upper()}"] = value
        seen: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], _: Any = None) -> None:
            seen.extend([status, headers])

        answer = self.application(environ, start_response)
        content = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        return Reply(int(seen[0].split()[0]), dict(seen[1]), content)

    def get(self, path: str, **headers: str) -> Reply:
        return self("GET", path, **headers)

    def post(self, path: str, body: Any = None, *, key: str | None = None, **headers: Any) -> Reply:
        """Posts `body` as JSON; `key` is the Idempotency-Key."""
        if key is not None:
            headers["idempotency_key"] = key
        return self("POST", path, json.dumps(body).encode(), **headers)


def at_once(count: int, call: Callable[[int], Reply]) -> list[Reply]:
    """`call(0)`, `call(1)`, … all at the same time, each in a thread of its own."""

    def called(number: int) -> Reply:
        try:
            return call(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(called, range(count)))


def sale(
    member: Any = "mei", net_minor: Any = 5000, number: str = "1", **changes: Any
) -> dict[str, Any]:
    """A sale at noon in shop s1, as a till reports it. A change to None leaves the field out."""
    if isinstance(member, str):
        member = {"external_id": member}
    body = {
        "event_id": f"sale-{number}",
        "kind": "order.paid",
        "occurred_at": "2025-03-01T12:00:00+08:00",
        "member": member,
        "store": "s1",
        "document": f"R-{number}",
        "order": {"currency": "CNY", "net_minor": net_minor},
    } | changes
    return {name: value for name, value in body.items() if value is not None}


def refund(net_minor: int, number: str = "1", part: str = "1", **changes: Any) -> dict[str, Any]:
    """Money given back for the sale of the same number."""
    return {
        "event_id": f"refund-{number}-{part}",
        "kind": "order.refunded",
        "occurred_at": "2025-03-01T12:00:00+08:00",
        "document": f"R-{number}",
        "part": part,
        "refund": {"net_minor": net_minor},
    } | changes
