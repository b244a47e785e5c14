"""Load over HTTP: `wrk` where it is installed, else a small client of our own."""

import json
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import BinaryIO

import msgspec

from regulars.foundation.settings import settings_load

SCRIPTS = Path(__file__).parent / "scripts"
RESULT = "result "


class Load(msgspec.Struct, frozen=True):
    """What a run of load gave: answers a second that were right, and latencies in ms."""

    connections: int
    per_second: float
    p50_ms: float
    p95_ms: float
    refused: int


class Door(msgspec.Struct, frozen=True):
    """Where the load goes, with which key, for how long."""

    port: int
    key: str
    seconds: int
    members: int


def load_run(script: str, door: Door, *, connections: int, run: str) -> Load:
    """Sends the requests of `scripts/<script>.lua` as fast as answers come."""
    if shutil.which("wrk") is None:
        return own_run(script, door, connections=connections, run=run)
    command = [
        "wrk",
        f"--connections={connections}",
        f"--threads={min(2, connections)}",
        f"--duration={door.seconds}s",
        "--timeout=30s",
        f"--script={SCRIPTS / f'{script}.lua'}",
        f"http://127.0.0.1:{door.port}",
        "--",
        door.key,
        run,
        str(door.members),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    line = next(line for line in done.stdout.splitlines() if line.startswith(RESULT))
    found = json.loads(line.removeprefix(RESULT))
    good = found["requests"] - found["refused"]
    return Load(
        connections, good / found["seconds"], found["p50_ms"], found["p95_ms"], found["refused"]
    )


def best_load(script: str, door: Door, *, run: str, sizes: tuple[int, ...]) -> Load:
    """The best of several numbers of connections."""
    loads = [load_run(script, door, connections=size, run=f"{run}-{size}") for size in sizes]
    return max(loads, key=lambda load: load.per_second)


def load_maker() -> str:
    """Who makes the load, for whoever reads the figures."""
    if shutil.which("wrk"):
        return "load by wrk"
    return "load by our own client, which takes a tenth of the machine; wrk takes next to nothing"


def own_run(script: str, door: Door, *, connections: int, run: str) -> Load:
    """The same load from threads of our own; slower than wrk, so its figures flatter nobody.

    Members are drawn as the scripts draw them: who buys is anybody, never the next in a row.
    """
    make = REQUESTS[script]
    times: list[float] = []
    refused = [0]
    end = time.monotonic() + door.seconds

    def client(number: int) -> None:
        draw = Random(number * 7919)  # noqa: S311 - who buys is no secret
        with socket.create_connection(("127.0.0.1", door.port)) as connection:
            reader = connection.makefile("rb")
            count = 0
            while time.monotonic() < end:
                count += 1
                began = time.perf_counter()
                connection.sendall(make(door, run, f"{number}-{count}", draw))
                if not _answered(reader):
                    refused[0] += 1
                times.append((time.perf_counter() - began) * 1000)

    threads = [threading.Thread(target=client, args=(number,)) for number in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times.sort()
    good = len(times) - refused[0]
    middle, late = times[len(times) // 2], times[len(times) * 95 // 100]
    return Load(connections, good / door.seconds, middle, late, refused[0])


def _answered(reader: BinaryIO) -> bool:
    status = int(reader.readline().split()[1])
    length = 0
    while (line := reader.readline().strip()) != b"":
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    reader.read(length)
    return 200 <= status < 300


def _http(method: str, path: str, key: str, body: str = "", more: str = "") -> bytes:
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n{more}"
    if body:
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return f"{head}\r\n{body}".encode()


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def sale_body(run: str, number: str, member: int) -> str:
    """A sale of two lines, as the scripts send it."""
    currency = settings_load().currency
    return (
        f'{{"event_id":"{run}-{number}","kind":"order.paid","occurred_at":"{_now()}",'
        f'"member":{{"external_id":"m{member}"}},"store":"bench",'
        f'"document":"{run}-{number}","order":{{"currency":"{currency}","net_minor":12345,'
        '"lines":[{"line":"1","sku":"a","category":"books","net_minor":10000},'
        '{"line":"2","sku":"b","category":"tea","net_minor":2345}]}}'
    )


def _purchase(door: Door, run: str, number: str, draw: Random) -> bytes:
    body = sale_body(run, number, draw.randrange(door.members))
    return _http("POST", "/api/v1/events", door.key, body)


def _redemption(door: Door, run: str, number: str, draw: Random) -> bytes:
    body = f'{{"member":{{"external_id":"m{draw.randrange(door.members)}"}},"points":1}}'
    return _http(
        "POST", "/api/v1/redemptions", door.key, body, f"Idempotency-Key: {run}-{number}\r\n"
    )


def _balance(door: Door, run: str, _number: str, draw: Random) -> bytes:
    return _http("GET", f"/api/v1/members/{draw.choice(_members(run))}/balances", door.key)


@lru_cache(maxsize=1)
def _members(file: str) -> list[str]:
    return Path(file).read_text(encoding="ascii").split()


def _batch(door: Door, run: str, number: str, draw: Random) -> bytes:
    events = ",".join(
        sale_body(run, f"{number}-{place}", draw.randrange(door.members)) for place in range(500)
    )
    return _http("POST", "/api/v1/events/batch", door.key, f'{{"events":[{events}]}}')


REQUESTS: dict[str, Callable[[Door, str, str, Random], bytes]] = {
    "purchase": _purchase,
    "redemption": _redemption,
    "batch": _batch,
    "balance": _balance,
}
