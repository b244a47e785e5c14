"""Standard Webhooks signatures: what a receiver checks to know that it was us.

`webhook-signature` holds `v1,` and the base64 HMAC-SHA256 of `id.timestamp.body`, one for each
secret that is valid now, with a space between.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SECRET_PREFIX = "whsec_"  # noqa: S105 - the public scheme's
SECRET_BITS = 256


def new_webhook_secret() -> str:
    """A new secret as receivers' libraries take it: `whsec_` and 32 random bytes in base64."""
    return SECRET_PREFIX + base64.b64encode(AESGCM.generate_key(SECRET_BITS)).decode()


def signature_of(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """One signature, with its version."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def signed_headers(
    secrets: Sequence[str], message_id: str, at: datetime, body: bytes
) -> dict[str, str]:
    """The three headers of a message that is sent at this instant."""
    timestamp = int(at.timestamp())
    signatures = [signature_of(secret, message_id, timestamp, body) for secret in secrets]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }
