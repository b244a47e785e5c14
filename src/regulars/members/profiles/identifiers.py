"""How a number is written in one way only, and the digests by which it is found."""

import re
import unicodedata
from functools import lru_cache
from typing import LiteralString

from phonenumbers import (
    NumberParseException,
    PhoneMetadata,
    PhoneNumberFormat,
    format_number,
    is_valid_number,
    parse,
)

from regulars.foundation.database.arrays import id_array
from regulars.foundation.database.session import Statement
from regulars.foundation.personal import blind_index
from regulars.members.profiles.errors import (
    InvalidCardNumber,
    InvalidEmail,
    InvalidExternalId,
    InvalidPhone,
    InvalidWechatId,
    UnknownIdentifierKind,
)
from regulars.members.profiles.types import IdentifierKind

DEFAULT_REGION = "CN"
PHONE_TEXT_MAX = 40
EXTERNAL_ID_MAX = 128
EMAIL_MAX = 254
WECHAT_MAX = 64
CARD_DIGITS = (4, 32)
SUFFIX_DIGITS = 4
# People read the end of a phone's or a card's number aloud, of no other.
SUFFIX_KINDS = frozenset({IdentifierKind.PHONE, IdentifierKind.EXTERNAL_ID, IdentifierKind.CARD})
HOME_PREFIX = "+86"
NOTHING = "(?!)"

RESOLVE: LiteralString = """
    SELECT digest, member_id FROM members_identifier WHERE digest = ANY(%s::uuid[])
"""


def _mobile_pattern() -> str:
    metadata = PhoneMetadata.metadata_for_region(DEFAULT_REGION)
    mobile = metadata.mobile if metadata else None
    return (mobile.national_number_pattern if mobile else None) or NOTHING


# A plain Chinese mobile number is recognised without the library, which takes 40 µs: by the
# library's own pattern, so that both always agree.
# ASCII: to Python a full-width 8 is a digit too.
_MOBILE = re.compile(rf"(?:\+86)?({_mobile_pattern()})", re.ASCII)
_DIALLED = re.compile(r"\+?[0-9]+")
_SPACING = str.maketrans("", "", " .-()\u00b7\u2010\u2011\u2012\u2013\u2014")


def phone_normalised(text: str, region: str = DEFAULT_REGION) -> str:
    """A phone number in the international form (E.164): `138 0013 8000` is `+8613800138000`.

    Full-width digits and spaces are understood; `region` is the country of numbers without one.
    Errors: invalid_phone.
    """
    if region == DEFAULT_REGION:
        plain = _MOBILE.fullmatch(text)
        if plain:
            return f"{HOME_PREFIX}{plain[1]}"
    if len(text) > PHONE_TEXT_MAX:
        raise InvalidPhone
    written = unicodedata.normalize("NFKC", text).translate(_SPACING)
    try:
        number = parse(written, region)
    except NumberParseException:
        raise InvalidPhone from None
    # An extension (ext. 5) or letters (1-800-FLOWERS) would be dropped or guessed at.
    if not is_valid_number(number) or number.extension or not _DIALLED.fullmatch(written):
        raise InvalidPhone
    return format_number(number, PhoneNumberFormat.E164)


def external_id_normalised(text: str) -> str:
    """Another system's number of the member, without spaces around it; letters' case counts.

    Errors: invalid_external_id (empty, longer than 128 characters, or with control characters).
    """
    kept = text.strip()
    if not kept.isascii():
        kept = unicodedata.normalize("NFC", kept)
    if not 0 < len(kept) <= EXTERNAL_ID_MAX or not _printable(kept):
        raise InvalidExternalId(maximum=EXTERNAL_ID_MAX)
    return kept


def _printable(text: str) -> bool:
    if text.isprintable():
        return True
    return not any(unicodedata.category(each) in {"Cc", "Cs"} for each in text)


def card_normalised(text: str) -> str:
    """A card's number: letters and digits without spaces or hyphens, letters large.

    Errors: invalid_card_number.
    """
    written = unicodedata.normalize("NFKC", text[:PHONE_TEXT_MAX]).translate(_SPACING).upper()
    if not _CARD.fullmatch(written) or len(text) > PHONE_TEXT_MAX:
        raise InvalidCardNumber(minimum=CARD_DIGITS[0], maximum=CARD_DIGITS[1])
    return written


def email_normalised(text: str) -> str:
    """An e-mail address in small letters. Errors: invalid_email."""
    written = unicodedata.normalize("NFC", text.strip()).casefold()
    if len(written) > EMAIL_MAX or not _EMAIL.fullmatch(written):
        raise InvalidEmail
    return written


def wechat_normalised(text: str) -> str:
    """The id that WeChat gives a person in one mini program (OpenID) or in all (UnionID).

    Letters' case counts. Errors: invalid_wechat_id.
    """
    written = text.strip()
    if not _WECHAT.fullmatch(written):
        raise InvalidWechatId(maximum=WECHAT_MAX)
    return written


_CARD = re.compile(rf"[0-9A-Z]{{{CARD_DIGITS[0]},{CARD_DIGITS[1]}}}", re.ASCII)
_EMAIL = re.compile(r"[^\s@<>\"\x00-\x1f]{1,64}@[^\s@<>\"\x00-\x1f.]+(?:\.[^\s@<>\"\x00-\x1f.]+)+")
_WECHAT = re.compile(rf"[0-9A-Za-z_-]{{6,{WECHAT_MAX}}}", re.ASCII)

_NORMALISED = {
    IdentifierKind.PHONE: phone_normalised,
    IdentifierKind.EXTERNAL_ID: external_id_normalised,
    IdentifierKind.CARD: card_normalised,
    IdentifierKind.EMAIL: email_normalised,
    IdentifierKind.WECHAT: wechat_normalised,
}


def identifier_normalised(kind: str, value: str) -> str:
    """A number as it is kept and compared. Errors: as of its kind, unknown_identifier_kind."""
    normalise = _NORMALISED.get(kind)  # type: ignore[call-overload]
    if normalise is None:
        raise UnknownIdentifierKind(kind=kind[:40], known=", ".join(IdentifierKind))
    return str(normalise(value))


def identifier_digest(kind: str, value: str) -> str:
    """The digest (UUID text) under which a number is kept; `value` as anybody writes it.

    Pure and quick. Errors: invalid_phone, invalid_external_id, unknown_identifier_kind.
    """
    return digest_of(kind, identifier_normalised(kind, value))


def digest_of(kind: str, normalised: str) -> str:
    """The digest of a number that is already written in the one way."""
    return blind_index(kind, normalised)


def last4_digest_of(kind: str, normalised: str) -> str | None:
    """The digest of the last four digits, None when there are no four at the end."""
    if kind not in SUFFIX_KINDS:
        return None
    suffix = normalised[-SUFFIX_DIGITS:]
    if len(suffix) < SUFFIX_DIGITS or not (suffix.isascii() and suffix.isdigit()):
        return None
    return _suffix_digest(kind, suffix)


@lru_cache(maxsize=1 << 15)
def _suffix_digest(kind: str, suffix: str) -> str:
    """There are only ten thousand ends, and an import asks for each of them many times."""
    return blind_index(f"{kind}/last4", suffix)


def resolve_statement(digests: list[str]) -> Statement:
    """Finds members by digests: rows (digest, member_id) for those that are known."""
    return Statement(RESOLVE, (id_array(digests),))


def phone_masked(normalised: str) -> str:
    """A kept phone number with its middle hidden: 138****5678, from abroad +44****5678."""
    home = normalised.startswith(HOME_PREFIX)
    digits = normalised[len(HOME_PREFIX) :] if home else normalised
    return f"{digits[:3]}****{digits[-SUFFIX_DIGITS:]}"


def email_masked(normalised: str) -> str:
    """A kept address with most of its name hidden: m***@example.com."""
    name, _, domain = normalised.partition("@")
    return f"{name[:1]}***@{domain}"
