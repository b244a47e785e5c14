"""The doors for making and ending keys. Each act is in the audit trail."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from regulars.foundation import clock, ids
from regulars.foundation.actors import Actor
from regulars.foundation.audit.services import record
from regulars.foundation.texts import text_checked
from regulars.organization.apikeys.errors import (
    ExpiryPassed,
    KeyExpired,
    KeyRevoked,
    OverlapTooLong,
    ScopeBeyondRights,
    SourceMalformed,
    UnknownApiKey,
    UnknownScope,
)
from regulars.organization.apikeys.known import keys_forgotten
from regulars.organization.apikeys.models import ApiKey
from regulars.organization.apikeys.selectors import secret_hash
from regulars.organization.apikeys.types import RIGHTS_OF_SCOPES, Scope
from regulars.organization.staff.selectors import rights_of

NAME_MAX = 80
PREFIX_DIGITS = 10
OVERLAP = timedelta(days=1)
OVERLAP_MAX = timedelta(days=30)
_SOURCE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,39})")


@transaction.atomic
def apikey_create(
    *,
    actor: Actor,
    name: str,
    source: str,
    scopes: Iterable[Scope | str],
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """Makes a key and answers it with its text "prefix.secret", which can't be shown again.

    Keys of one `source` share the ids of their events, so that a key can be replaced.
    A person gives a key no more than she may do herself, at all stores. Errors: source_malformed,
    unknown_scope, scope_beyond_rights, text_missing, expiry_passed.
    """
    if not _SOURCE.fullmatch(source):
        raise SourceMalformed
    if expires_at is not None and expires_at <= clock.now():
        raise ExpiryPassed
    allowed = _scopes_checked(scopes)
    _scopes_covered(actor, allowed)
    secret = ids.new_secret()
    key = ApiKey.objects.create(
        prefix=_new_prefix(),
        secret_hash=secret_hash(secret),
        name=text_checked(name, "name", maximum=NAME_MAX, required=True),
        source=source,
        scopes=allowed,
        created_at=clock.now(),
        expires_at=expires_at,
    )
    details = {"source": source, "scopes": allowed}
    record(actor=actor, action="apikey.created", subject=key.prefix, details=details)
    keys_forgotten()
    return key, f"{key.prefix}.{secret}"


@transaction.atomic
def apikey_revoke(*, actor: Actor, prefix: str, reason: str = "") -> ApiKey:
    """Ends a key for ever; every process refuses it within two seconds. Twice is harmless.

    Errors: unknown_api_key.
    """
    found = ApiKey.objects.select_for_update().filter(prefix=prefix.replace("\0", "")).first()
    if found is None:
        raise UnknownApiKey(prefix=prefix[:16])
    if found.revoked_at is None:
        found.revoked_at = clock.now()
        ApiKey.objects.filter(id=found.id).update(revoked_at=found.revoked_at)
        record(actor=actor, action="apikey.revoked", subject=found.prefix, reason=reason)
        keys_forgotten()
    return found


@transaction.atomic
def apikey_rotate(*, actor: Actor, prefix: str, overlap: timedelta = OVERLAP) -> tuple[ApiKey, str]:
    """Makes a new key in place of one that goes on for a while, so that no till stands still.

    The new key has the same source and scopes and ends when the old one would have; the old one
    ends after `overlap` (at most 30 days), or earlier if it had to. Answers the new key and its
    text. Errors: unknown_api_key, key_revoked, key_expired, overlap_too_long, scope_beyond_rights.
    """
    if not timedelta(0) <= overlap <= OVERLAP_MAX:
        raise OverlapTooLong(days=OVERLAP_MAX.days)
    old = ApiKey.objects.select_for_update().filter(prefix=prefix.replace("\0", "")).first()
    if old is None:
        raise UnknownApiKey(prefix=prefix[:16])
    now = clock.now()
    if old.revoked_at is not None:
        raise KeyRevoked
    if old.expires_at is not None and old.expires_at <= now:
        raise KeyExpired
    made = apikey_create(
        actor=actor,
        name=old.name,
        source=old.source,
        scopes=old.scopes,
        expires_at=old.expires_at,
    )
    ends_at = now + overlap if old.expires_at is None else min(old.expires_at, now + overlap)
    ApiKey.objects.filter(id=old.id).update(expires_at=ends_at)
    details = {"by": made[0].prefix, "ends_at": ends_at.isoformat()}
    record(actor=actor, action="apikey.rotated", subject=old.prefix, details=details)
    keys_forgotten()
    return made


def _scopes_checked(scopes: Iterable[Scope | str]) -> list[str]:
    known = [scope.value for scope in Scope]
    asked = {str(scope) for scope in scopes}
    for scope in sorted(asked):
        if scope not in known:
            raise UnknownScope(scope=scope[:40], known=", ".join(known))
    return [scope for scope in known if scope in asked]


def _scopes_covered(actor: Actor, scopes: Iterable[str]) -> None:
    rights = rights_of(actor)
    if rights is None:
        # No person: the house itself, or a key, which replaces only keys of no more than its own.
        return
    for scope in scopes:
        for right in RIGHTS_OF_SCOPES[Scope(scope)]:
            if not rights.may(right):
                raise ScopeBeyondRights(scope=scope, right=right)


def _new_prefix() -> str:
    # The end of a time-ordered id is its random part.
    return f"rk_{ids.public_id('rk', ids.new_id())[-PREFIX_DIGITS:]}"


__all__ = ["apikey_create", "apikey_revoke", "apikey_rotate", "keys_forgotten"]
