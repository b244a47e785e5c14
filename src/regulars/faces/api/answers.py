"""What a door answers: status, bytes and headers, the same whichever door it leaves by."""

from typing import Any

import msgspec

from regulars.faces.api.errors import InternalError
from regulars.foundation.errors import RegularsError

JSON = "application/json"
PROBLEM = "application/problem+json"
REPLAYED = ("Idempotency-Replayed", "true")
# Answers tell of one member's affairs: no cache keeps them.
NO_STORE = ("Cache-Control", "no-store")
NO_SNIFFING = ("X-Content-Type-Options", "nosniff")
RETRY_AFTER_SECONDS = "1"

_ENCODER = msgspec.json.Encoder()


class Answer(msgspec.Struct, frozen=True, gc=False):
    """An HTTP answer. `headers` holds everything but the length."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...]


_JSON_HEADERS = (("Content-Type", JSON), NO_STORE, NO_SNIFFING)
_JSON_REPLAYED = (*_JSON_HEADERS, REPLAYED)


def encoded(value: Any) -> bytes:
    """The JSON of a struct."""
    return _ENCODER.encode(value)


def json_answer(body: bytes, status: int = 200, *, replayed: bool = False) -> Answer:
    """An answer with JSON that is already rendered; a replay says so in a header."""
    return Answer(status, body, _JSON_REPLAYED if replayed else _JSON_HEADERS)


def problem_answer(refusal: RegularsError, language: str) -> Answer:
    """A refusal as a problem document (RFC 9457) in this language."""
    headers = [("Content-Type", PROBLEM), NO_STORE, NO_SNIFFING, ("Content-Language", language)]
    if refusal.status == 401:
        headers.append(("WWW-Authenticate", "Bearer"))
    elif refusal.status in (429, 503):
        headers.append(("Retry-After", RETRY_AFTER_SECONDS))
    return Answer(refusal.status, encoded(refusal.problem(language)), tuple(headers))


def failure_answer(request_id: str, language: str) -> Answer:
    """What a caller gets when we failed; the log line with the same request id tells why."""
    return problem_answer(InternalError(request_id=request_id), language)
