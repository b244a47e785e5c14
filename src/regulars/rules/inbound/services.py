"""The doors for connecting web shops and taking what they send."""

import re

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import IntegrityError, transaction

from regulars.foundation import clock
from regulars.foundation.actors import Actor
from regulars.foundation.audit.services import record
from regulars.foundation.errors import Told
from regulars.foundation.ids import new_uuid
from regulars.foundation.personal import encrypt
from regulars.foundation.texts import text_checked
from regulars.organization.stores.selectors import stores_list
from regulars.rules.inbound.errors import ConnectionMalformed, SourceTaken, UnknownConnection
from regulars.rules.inbound.models import Connection
from regulars.rules.inbound.selectors import connection_row, connection_view
from regulars.rules.inbound.taking import message_take, secret_context
from regulars.rules.inbound.types import ConnectionView, Shape, Unknown

NAME_MAX = 80
SECRET_MIN, SECRET_MAX = 16, 200
SOURCES = Told(
    "small letters, digits and hyphens, such as web-shop", "小写字母、数字或连字符，例如 web-shop"
)
SECRETS = Told(f"at least {SECRET_MIN} characters", f"至少 {SECRET_MIN} 个字符")
_SOURCE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,39})")


def inbound_connect(
    *,
    actor: Actor,
    name: str,
    shape: str,
    source: str,
    unknown: str = Unknown.WALK_IN,
    store: str | None = None,
    secret: str | None = None,
) -> tuple[ConnectionView, str]:
    """Connects a web shop; answers it and its secret, which can't be shown again.

    Shopify has a secret of its own, to be given here; for WooCommerce one is made. Errors:
    connection_malformed, source_taken, text_missing.
    """
    _checked(shape=shape, unknown=unknown, source=source, store=store)
    kept = _secret(secret)
    connection_id = new_uuid()
    try:
        with transaction.atomic():
            row = Connection.objects.create(
                id=connection_id,
                name=text_checked(name, "name", maximum=NAME_MAX, required=True),
                shape=shape,
                source=source,
                store=store or "",
                unknown=unknown,
                secret_sealed=encrypt(kept, secret_context(str(connection_id))),
                created_at=clock.now(),
            )
            view = connection_view(row)
            details = {"shape": shape, "source": source}
            record(
                actor=actor, action="inbound.connected", subject=view.connection, details=details
            )
    except IntegrityError:
        raise SourceTaken(source=source) from None
    return view, kept


@transaction.atomic
def inbound_end(*, actor: Actor, connection: str) -> ConnectionView:
    """Ends a connection: its messages are refused from now on. Twice is harmless.

    Errors: unknown_connection, malformed_id.
    """
    row = connection_row(connection)
    if Connection.objects.filter(id=row.id, is_active=True).update(is_active=False):
        record(actor=actor, action="inbound.ended", subject=connection)
    row.is_active = False
    return connection_view(row)


@transaction.atomic
def inbound_secret_rotate(
    *, actor: Actor, connection: str, secret: str | None = None
) -> tuple[ConnectionView, str]:
    """Gives a connection a new secret; answers it, which can't be shown again.

    What is signed with the one before is taken for another 24 hours, so that nothing is lost until
    the web shop has the new one. Errors: unknown_connection, malformed_id, connection_malformed.
    """
    kept = _secret(secret)
    found = connection_row(connection)
    row = Connection.objects.select_for_update().get(id=found.id)
    if not row.is_active:
        raise UnknownConnection
    row.secret_before_sealed, row.rotated_at = row.secret_sealed, clock.now()
    row.secret_sealed = encrypt(kept, secret_context(str(row.id)))
    Connection.objects.filter(id=row.id).update(
        secret_sealed=row.secret_sealed,
        secret_before_sealed=row.secret_before_sealed,
        rotated_at=row.rotated_at,
    )
    record(actor=actor, action="inbound.secret_rotated", subject=connection)
    return connection_view(row), kept


def _secret(given: str | None) -> str:
    """The secret that was given, or a new one."""
    kept = text_checked(given or "", "secret", maximum=SECRET_MAX)
    if kept and len(kept) < SECRET_MIN:
        raise ConnectionMalformed(field="secret", expected=SECRETS)
    return kept or AESGCM.generate_key(256).hex()


def _checked(*, shape: str, unknown: str, source: str, store: str | None) -> None:
    if shape not in list(Shape):
        raise ConnectionMalformed(field="shape", expected=" / ".join(Shape))
    if unknown not in list(Unknown):
        raise ConnectionMalformed(field="unknown", expected=" / ".join(Unknown))
    if not _SOURCE.fullmatch(source):
        raise ConnectionMalformed(field="source", expected=SOURCES)
    codes = [each.code for each in stores_list() if each.is_active]
    if store and store not in codes:
        raise ConnectionMalformed(field="store", expected=" / ".join(codes) or "-")


__all__ = ["inbound_connect", "inbound_end", "inbound_secret_rotate", "message_take"]
