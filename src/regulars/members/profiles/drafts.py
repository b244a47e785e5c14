"""A member to be: everything checked, written in one way and sealed, before anything is stored."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import msgspec

from regulars.foundation import ids
from regulars.foundation.personal import encrypt
from regulars.foundation.texts import text_checked
from regulars.members.profiles.errors import (
    InstantWithoutZone,
    MemberIdMalformed,
    UnknownLanguage,
)
from regulars.members.profiles.identifiers import (
    digest_of,
    identifier_normalised,
    last4_digest_of,
)
from regulars.members.profiles.models import NAME_MAX
from regulars.members.profiles.spelling import Spelling, spelled
from regulars.members.profiles.types import IdentifierKind, NewMember
from regulars.organization.stores.selectors import unknown

LANGUAGES = frozenset({"zh-hans", "en"})


class IdentifierDraft(msgspec.Struct, frozen=True, gc=False):
    """A number in its one form and the digest it will be found by."""

    kind: str
    normalised: str
    digest: str

    @property
    def last4_digest(self) -> str | None:
        """The digest of its last four digits, if it ends in four."""
        return last4_digest_of(self.kind, self.normalised)

    @property
    def sealed(self) -> str:
        """The number sealed for the row of this digest and no other."""
        return encrypt(self.normalised, self.digest)


class MemberDraft(msgspec.Struct, frozen=True, gc=False):
    """A member's columns, ready to be stored."""

    id: str
    display_name: str
    spelling: Spelling
    joined_at: datetime
    home_store: str | None
    language: str
    identifiers: tuple[IdentifierDraft, ...]


def member_drafted(row: NewMember, *, stores: Collection[str], now: datetime) -> MemberDraft:
    """Checks one member to be. `stores` holds the codes of the open shops.

    Errors: text_not_allowed, text_too_long, invalid_phone, invalid_external_id, unknown_store,
    unknown_language, member_id_malformed, instant_without_zone.
    """
    name = text_checked(row.display_name, "display_name", maximum=NAME_MAX)
    if row.language not in LANGUAGES:
        raise UnknownLanguage(language=row.language[:16])
    if row.store is not None and row.store not in stores:
        raise unknown(row.store, sorted(stores))
    if row.joined_at is not None and row.joined_at.tzinfo is None:
        raise InstantWithoutZone(field="joined_at")
    identifiers = [
        _identifier_drafted(kind, value)
        for kind, value in (
            (IdentifierKind.PHONE.value, row.phone),
            (IdentifierKind.EXTERNAL_ID.value, row.external_id),
            (IdentifierKind.CARD.value, row.card),
        )
        if value is not None
    ]
    return MemberDraft(
        id=ids.new_id() if row.member_id is None else _member_id_checked(row.member_id),
        display_name=name,
        spelling=spelled(name),
        joined_at=row.joined_at or now,
        home_store=row.store,
        language=row.language,
        identifiers=tuple(identifiers),
    )


def _identifier_drafted(kind: str, value: str) -> IdentifierDraft:
    normalised = identifier_normalised(kind, value)
    return IdentifierDraft(kind, normalised, digest_of(kind, normalised))


def _member_id_checked(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise MemberIdMalformed from None
