"""API keys: looked at, replaced with an overlap, ended; never made with more than one has."""

from datetime import timedelta
from typing import Annotated

import msgspec
from msgspec import Meta
from ninja import Router

from regulars.faces.api.answers import Answer
from regulars.faces.api.bodies import Strict
from regulars.faces.api.decoding import body_read, decoded
from regulars.faces.api.description import KeyPlace
from regulars.faces.api.hot import EVENT_BYTES_MAX
from regulars.faces.api.routes import KeyRequest, route, secret_made, struct_answer, written_once
from regulars.organization.apikeys.errors import ScopeMissing
from regulars.organization.apikeys.selectors import apikey_found, apikeys_listed
from regulars.organization.apikeys.services import apikey_revoke, apikey_rotate
from regulars.organization.apikeys.types import ApiKeyShown, Scope

router = Router(tags=["API keys"])

OVERLAP_HOURS = 24


class KeyRotateBody(Strict, frozen=True):
    """How long the old key goes on beside the new one, in hours."""

    overlap_hours: Annotated[int, Meta(ge=0, le=720)] = OVERLAP_HOURS


class KeyRevokeBody(Strict, frozen=True):
    """Why the key ends."""

    reason: Annotated[str, Meta(max_length=200)] = ""


class KeysAnswer(msgspec.Struct, frozen=True):
    """All keys, newest first, ended ones too; never their secrets."""

    items: tuple[ApiKeyShown, ...]


class KeySecretAnswer(msgspec.Struct, frozen=True):
    """A key and its whole text, which is told only here: a replay tells null."""

    key: ApiKeyShown
    secret: str | None


_ROTATE = msgspec.json.Decoder(KeyRotateBody)
_REVOKE = msgspec.json.Decoder(KeyRevokeBody)


@route(router, "GET", "/api-keys", "List API keys", scope=Scope.KEYS, answers={200: KeysAnswer})
def api_keys_read(request: KeyRequest) -> Answer:
    """Who may use this API, for what, and until when."""
    return struct_answer(KeysAnswer(tuple(apikeys_listed())))


@route(
    router,
    "POST",
    "/api-keys/{prefix}/rotate",
    "Replace an API key",
    scope=Scope.KEYS,
    body=KeyRotateBody,
    answers={201: KeySecretAnswer, 200: KeySecretAnswer},
    key=KeyPlace.HEADER,
)
def api_key_rotated(request: KeyRequest, prefix: str) -> Answer:
    """A new key with the same source and scopes; the old one goes on for a while.

    One's own key, or another whose scopes one has all oneself.
    """
    body = decoded(_ROTATE, body_read(request.environ, EVENT_BYTES_MAX))

    def rotated() -> KeySecretAnswer:
        _no_more_than_mine(request, prefix)
        key, text = apikey_rotate(
            actor=request.auth.actor,
            prefix=prefix,
            overlap=timedelta(hours=body.overlap_hours),
        )
        return KeySecretAnswer(apikey_found(key.prefix), text)

    return secret_made(request, body, rotated)


@route(
    router,
    "POST",
    "/api-keys/{prefix}/revoke",
    "End an API key",
    scope=Scope.KEYS,
    body=KeyRevokeBody,
    answers={200: ApiKeyShown},
    key=KeyPlace.HEADER,
)
def api_key_revoked(request: KeyRequest, prefix: str) -> Answer:
    """Ends a key for ever; every process refuses it within two seconds."""
    body = decoded(_REVOKE, body_read(request.environ, EVENT_BYTES_MAX))

    def revoked() -> tuple[int, ApiKeyShown]:
        _no_more_than_mine(request, prefix)
        apikey_revoke(actor=request.auth.actor, prefix=prefix, reason=body.reason)
        return 200, apikey_found(prefix)

    return written_once(request, body, revoked)


def _no_more_than_mine(request: KeyRequest, prefix: str) -> None:
    """A key that may less can't get hold of one that may more."""
    for scope in apikey_found(prefix).scopes:
        if scope not in request.auth.scopes:
            raise ScopeMissing(scope=scope)
