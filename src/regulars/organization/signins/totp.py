"""Time codes as RFC 6238 has them: six digits, a new one every half minute, SHA-1; pure."""

import base64
import hmac
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import quote, urlencode

from regulars.foundation.ids import new_secret_bytes

STEP_SECONDS = 30
DIGITS = 6
# A phone's clock may be half a minute off.
TOLERANCE = 1
SECRET_BYTES = 20


def new_totp_secret() -> str:
    """A new secret in base32, as authenticator apps take it."""
    return base64.b32encode(new_secret_bytes(SECRET_BYTES)).decode()


def totp_code(secret: str, step: int) -> str:
    """The code of one half minute, counted from 1970."""
    mac = hmac.digest(base64.b32decode(secret), step.to_bytes(8, "big"), "sha1")
    start = mac[-1] & 15
    number = int.from_bytes(mac[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def steps_around(now: datetime) -> Iterator[int]:
    """The half minutes whose codes are taken at that moment."""
    here = int(now.timestamp()) // STEP_SECONDS
    yield from range(here - TOLERANCE, here + TOLERANCE + 1)


def totp_step(secret: str, code: str, now: datetime) -> int | None:
    """The half minute whose code this is; None when it is none. Takes equally long either way."""
    # Of texts only plain ones can be compared; of bytes all.
    found, typed = None, code.encode("utf-8", "replace")
    for step in steps_around(now):
        if hmac.compare_digest(totp_code(secret, step).encode(), typed):
            found = step
    return found


def totp_address(secret: str, *, label: str, issuer: str) -> str:
    """What the picture for an authenticator app says."""
    about = urlencode({"secret": secret, "issuer": issuer}, quote_via=quote)
    return f"otpauth://totp/{quote(f'{issuer}:{label}')}?{about}"
