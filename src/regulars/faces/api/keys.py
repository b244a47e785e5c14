"""Who calls: the API key of a request, and the Idempotency-Key of a write."""

from collections.abc import Sequence

from regulars.faces.api.decoding import Environ
from regulars.faces.api.errors import IdempotencyKeyMalformed, IdempotencyKeyMissing
from regulars.foundation.database.session import Rows, Statement, Unit, unit_of_work
from regulars.organization.apikeys.errors import Unauthorized
from regulars.organization.apikeys.selectors import apikey_at_hand, apikey_checked
from regulars.organization.apikeys.types import ApiKeyView, Scope

IDEMPOTENCY_KEY = "HTTP_IDEMPOTENCY_KEY"
IDEMPOTENCY_KEY_MAX = 128


class _UnitOnDemand(Unit):
    """A unit for reading what is nearly always known already: takes a connection when asked."""

    def __init__(self) -> None:
        """Nothing is open until something is asked."""

    def flight(self, statements: Sequence[Statement]) -> list[Rows]:
        with unit_of_work() as unit:
            return unit.flight(statements)


_ON_DEMAND = _UnitOnDemand()


def key_authorized(environ: Environ, scope: Scope | None) -> ApiKeyView:
    """The valid key in `Authorization: Bearer prefix.secret`, allowed to do `scope`.

    Errors: unauthorized, key_revoked, key_expired (401); scope_missing (403).
    """
    return apikey_checked(_ON_DEMAND, _bearer(environ), scope)


def key_at_hand(environ: Environ) -> bool:
    """Whether `key_authorized` can tell at once: else it may have to wait for the database."""
    try:
        return apikey_at_hand(_bearer(environ))
    except Unauthorized:
        return True


def _bearer(environ: Environ) -> str:
    kind, _, text = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    if kind.lower() != "bearer":
        raise Unauthorized
    found: str = text.strip()
    return found


def idempotency_key(environ: Environ) -> str:
    """The caller's own key of a write. Errors: idempotency_key_missing, …_malformed."""
    key: str | None = environ.get(IDEMPOTENCY_KEY)
    if not key:
        raise IdempotencyKeyMissing
    if len(key) > IDEMPOTENCY_KEY_MAX or not (key.isascii() and key.isprintable()):
        raise IdempotencyKeyMalformed(maximum=IDEMPOTENCY_KEY_MAX)
    return key
