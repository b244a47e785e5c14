"""Identifiers: time-ordered UUIDs inside, readable prefixed ids outside."""

import hashlib
import secrets
import uuid

import msgspec
import uuid_utils

from regulars.foundation.errors import RegularsError

PUBLIC_LENGTH = 26

# RFC 4648 "base32hex", two characters at a time: ids sort as their UUIDs do.
_ALPHABET = "0123456789abcdefghijklmnopqrstuv"
_PAIRS = tuple(first + second for first in _ALPHABET for second in _ALPHABET)
# Three characters at a time: nine look-ups for an id, in a table of 32,768 short texts.
_TRIPLES = tuple(pair + third for pair in _PAIRS for third in _ALPHABET)
_LOW_45 = (1 << 45) - 1
_ENCODER = msgspec.json.Encoder()


class UnknownPublicId(RegularsError):
    code = "malformed_id"
    status = 422
    text = {
        "en": "“{value}” is not an id of this kind; it should look like {prefix}_ and 26 letters "
        "or digits.",
        "zh-Hans": "“{value}”不是此类编号；应为 {prefix}_ 加 26 位字母或数字。",
    }


def new_id() -> str:
    """A new UUIDv7 in canonical text: later ids sort after earlier ones."""
    return str(uuid_utils.uuid7())


def new_uuid() -> uuid.UUID:
    """A new UUIDv7 as the type Django's UUIDField wants."""
    return uuid.UUID(str(uuid_utils.uuid7()))


def new_secret() -> str:
    """A secret with 160 random bits, safe in a header or a URL."""
    return secrets.token_urlsafe(20)


def new_digits(count: int) -> str:
    """So many decimal digits by chance: for codes that people type."""
    return f"{secrets.randbelow(10**count):0{count}d}"


def new_secret_bytes(count: int) -> bytes:
    """So many random bytes, for keys and codes that have a shape of their own."""
    return secrets.token_bytes(count)


def uuid_text(digits: str) -> str:
    """32 hexadecimal digits as a UUID's canonical text."""
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def public_id(prefix: str, value: str | uuid.UUID) -> str:
    """The id that leaves the house: `mem_` and 26 lowercase base32 characters of the UUID."""
    return f"{prefix}_{public_code(str(value))}"


def public_code(value: str) -> str:
    """The 26 characters of a UUID's public id, for where one UUID has several public names."""
    number = int(value.replace("-", ""), 16) << 2
    # Pieces of 45 bits are handled as machine words; the first one has five zero bits in front.
    high, middle, low = number >> 90, number >> 45 & _LOW_45, number & _LOW_45
    triples = _TRIPLES
    return (
        f"{triples[high >> 30]}{triples[high >> 15 & 32767]}{triples[high & 32767]}"
        f"{triples[middle >> 30]}{triples[middle >> 15 & 32767]}{triples[middle & 32767]}"
        f"{triples[low >> 30]}{triples[low >> 15 & 32767]}{triples[low & 32767]}"
    )[1:]


def internal_id(prefix: str, value: str) -> str:
    """The UUID behind a public id; refuses anything else with `malformed_id`."""
    code = value[len(prefix) + 1 :]
    well_formed = (
        value.startswith(f"{prefix}_")
        and len(code) == PUBLIC_LENGTH
        and code.isascii()
        and code.isalnum()
        and code == code.lower()
    )
    try:
        number = int(code, 32) if well_formed else 1
    except ValueError:
        number = 1
    if number & 3:
        raise UnknownPublicId(value=value[:64], prefix=prefix)
    return uuid_text(f"{number >> 2:032x}")


def key_id(*parts: str) -> str:
    """A UUID derived from the parts of a key, the same for the same parts, for ever.

    128 bits of BLAKE2b over the parts as a JSON list: no two keys in use collide.
    """
    return uuid_text(hashlib.blake2b(_ENCODER.encode(parts), digest_size=16).hexdigest())
