"""The doors for looking at connected web shops."""

from uuid import UUID

from regulars.foundation.ids import internal_id, public_id
from regulars.rules.inbound.errors import UnknownConnection
from regulars.rules.inbound.models import Connection
from regulars.rules.inbound.types import CONNECTION_PREFIX, ConnectionView

ADDRESS = "/api/v1/inbound/{connection}"


def connections_list() -> list[ConnectionView]:
    """All connected web shops by name."""
    return [connection_view(each) for each in Connection.objects.order_by("name", "id")]


def connection_row(connection: str) -> Connection:
    """The row behind `ibc_…`. Errors: malformed_id, unknown_connection."""
    connection_id = UUID(internal_id(CONNECTION_PREFIX, connection))
    row = Connection.objects.filter(id=connection_id).first()
    if row is None:
        raise UnknownConnection
    return row


def connection_view(row: Connection) -> ConnectionView:
    """A row as others see it; never its secret."""
    connection = public_id(CONNECTION_PREFIX, row.id)
    return ConnectionView(
        connection=connection,
        name=row.name,
        shape=row.shape,
        source=row.source,
        store=row.store or None,
        unknown=row.unknown,
        is_active=row.is_active,
        created_at=row.created_at,
        address=ADDRESS.format(connection=connection),
    )


def connection_get(connection: str) -> ConnectionView:
    """One connected web shop. Errors: malformed_id, unknown_connection."""
    return connection_view(connection_row(connection))


__all__ = ["connection_get", "connections_list"]
