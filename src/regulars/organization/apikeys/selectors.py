"""The doors for checking and listing keys."""

import hashlib
import hmac

from regulars.foundation import clock
from regulars.foundation.database.session import Unit
from regulars.organization.apikeys.errors import (
    KeyExpired,
    KeyRevoked,
    ScopeMissing,
    Unauthorized,
    UnknownApiKey,
)
from regulars.organization.apikeys.known import key_at_hand, key_known
from regulars.organization.apikeys.labels import SCOPES
from regulars.organization.apikeys.models import ApiKey
from regulars.organization.apikeys.types import ApiKeyShown, ApiKeyView, Scope

TEXT_MAX = 128


def apikey_checked(unit: Unit, text: str, scope: Scope | str | None = None) -> ApiKeyView:
    """The key that `text` ("prefix.secret") is, once it is known to be valid and to allow `scope`.

    Costs no query while the process's picture of the keys is fresh (two seconds), also for a
    wrong key. Errors: unauthorized, key_revoked, key_expired (401); scope_missing
    (403).
    """
    prefix, _, secret = text[:TEXT_MAX].partition(".")
    known = key_known(unit, prefix)
    expected = known.secret_hash if known else _NOBODYS_HASH
    # Compared also for an unknown prefix, so that the time tells nobody which prefixes exist.
    is_right = hmac.compare_digest(secret_hash(secret), expected)
    if known is None or not is_right:
        raise Unauthorized
    if known.revoked_at is not None:
        raise KeyRevoked
    if known.expires_at is not None and known.expires_at <= clock.now():
        raise KeyExpired
    if scope is not None:
        scope_required(known.view, scope)
    return known.view


def apikey_at_hand(text: str) -> bool:
    """Whether `apikey_checked` can tell at once, without a query."""
    return key_at_hand(text[:TEXT_MAX].partition(".")[0])


def scope_required(key: ApiKeyView, scope: Scope | str) -> None:
    """Refuses with `scope_missing` unless the key may do that."""
    if scope not in key.scopes:
        raise ScopeMissing(scope=str(scope))


def apikeys_list() -> list[ApiKey]:
    """All keys, newest first, revoked ones too; for the back office."""
    return list(ApiKey.objects.order_by("-created_at"))


def apikeys_listed() -> list[ApiKeyShown]:
    """The same as others see them."""
    return [_shown(each) for each in apikeys_list()]


def apikey_found(prefix: str) -> ApiKeyShown:
    """One key by its prefix. Errors: unknown_api_key."""
    found = ApiKey.objects.filter(prefix=prefix.replace("\0", "")).first()
    if found is None:
        raise UnknownApiKey(prefix=prefix[:16])
    return _shown(found)


def _shown(key: ApiKey) -> ApiKeyShown:
    return ApiKeyShown(
        prefix=key.prefix,
        name=key.name,
        source=key.source,
        scopes=tuple(key.scopes),
        created_at=key.created_at,
        expires_at=key.expires_at,
        revoked_at=key.revoked_at,
    )


def secret_hash(secret: str) -> str:
    """The digest under which a secret is kept (SHA-256, hexadecimal)."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


_NOBODYS_HASH = "-" * 64


def scope_words(scope: str) -> str:
    """What a scope allows, in the reader's language; one that nobody knows as it is written."""
    return str(SCOPES.get(scope, scope))
