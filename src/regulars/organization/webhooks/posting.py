"""One try to hand a message over by HTTP: short, without redirects, to a judged address."""

import socket
import ssl
import threading
from functools import lru_cache
from http.client import HTTPConnection, HTTPException
from urllib.parse import SplitResult

from regulars import __version__
from regulars.organization.webhooks.addresses import (
    PORTS,
    AddressRefused,
    address_resolved,
    url_parts,
)
from regulars.organization.webhooks.types import Outcome

PART_SECONDS = 10.0
WHOLE_SECONDS = 20.0
ANSWER_BYTES_MAX = 4096
ERROR_MAX = 300


def posted(url: str, headers: dict[str, str], body: bytes, *, own_network: bool) -> Outcome:
    """Sends one POST; answers the status, or why there is none. Never raises, never waits long."""
    try:
        return _posted(url_parts(url), headers, body, own_network=own_network)
    except AddressRefused as refused:
        return Outcome(None, str(refused))
    except TimeoutError:
        return Outcome(None, "no answer in time")
    except (OSError, HTTPException, ValueError) as error:
        return Outcome(None, (str(error) or type(error).__name__)[:ERROR_MAX])


def _posted(
    parts: SplitResult, headers: dict[str, str], body: bytes, *, own_network: bool
) -> Outcome:
    host = parts.hostname or ""
    port = parts.port or PORTS[parts.scheme]
    family, address = address_resolved(host, port, own_network=own_network)
    plain = socket.socket(family, socket.SOCK_STREAM)
    plain.settimeout(PART_SECONDS)
    # Each part may take its time; somebody who sends a byte now and then does not get all of it.
    limit = threading.Timer(WHOLE_SECONDS, _cut, args=(plain,))
    limit.daemon = True
    limit.start()
    connection = HTTPConnection(host, port)
    try:
        plain.connect((address, port))
        connection.sock = (
            _context().wrap_socket(plain, server_hostname=host)
            if parts.scheme == "https"
            else plain
        )
        target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        connection.request("POST", target, body, {**_OURS, **headers})
        answer = connection.getresponse()
        text = answer.read(ANSWER_BYTES_MAX)
        problem = "" if 200 <= answer.status < 300 else text.decode(errors="replace")
        return Outcome(answer.status, _on_one_line(problem))
    finally:
        limit.cancel()
        connection.close()
        plain.close()


_OURS = {
    "content-type": "application/cloudevents+json; charset=utf-8",
    "user-agent": f"Regulars/{__version__}",
    "accept-encoding": "identity",
    "connection": "close",
}


def _cut(plain: socket.socket) -> None:
    try:
        plain.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


def _on_one_line(text: str) -> str:
    kept = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(kept.split())[:ERROR_MAX]


@lru_cache(maxsize=1)
def _context() -> ssl.SSLContext:
    return ssl.create_default_context()
