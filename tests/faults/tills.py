"""Tills: programs that call the API over kept-alive connections, many at once."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any

PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def replayed(self) -> bool:
        return self.headers.get("idempotency-replayed") == "true"

    @property
    def outcome(self) -> str:
        """`done`, `again` for a replay, or the code of a problem with its status."""
        if self.status in (200, 201):
            return "again" if self.replayed else "done"
        if self.headers.get("content-type") != "application/problem+json":
            return f"{self.status} without a problem document"
        return f"{self.status} {self.json['code']}"


class Till:
    """One program with an API key and one connection that it keeps."""

    def __init__(self, port: int, api_key: str, *, patience: float = PATIENCE_SECONDS) -> None:
        self.api_key = api_key
        self.connection = HTTPConnection("127.0.0.1", port, timeout=patience)

    def close(self) -> None:
        self.connection.close()

    def post(self, path: str, body: Any, *, key: str | None = None) -> Reply:
        """Posts `body` as JSON; `key` is the Idempotency-Key. Raises OSError or HTTPException."""
        headers = {"Authorization": f"Bearer {self.api_key}", "Content-Type": "application/json"}
        if key is not None:
            headers["Idempotency-Key"] = key
        return self._asked("POST", path, json.dumps(body).encode(), headers)

    def get(self, path: str) -> Reply:
        return self._asked("GET", path, None, {"Authorization": f"Bearer {self.api_key}"})

    def redeem(self, member: str, points: int, *, key: str) -> Reply:
        body = {"member": {"id": member}, "points": points}
        return self.post("/redemptions", body, key=key)

    def _asked(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Reply:
        self.connection.request(method, f"/api/v1{path}", body, headers)
        answer = self.connection.getresponse()
        return Reply(
            answer.status,
            {name.lower(): value for name, value in answer.getheaders()},
            answer.read(),
        )


def together(port, api_key, count, work):
    """`count` tills call `work(till, place)` at the same instant; answers what each returned."""
    start = threading.Barrier(count)

    def one(place):
        with closing(Till(port, api_key)) as till:
            # Connected before the start, so that nothing but the request is left to do.
            till.connection.connect()
            start.wait(PATIENCE_SECONDS)
            return work(till, place)

    with ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(count))
        return list(pool.map(one, range(count)))
