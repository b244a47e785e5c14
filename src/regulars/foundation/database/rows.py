"""Reading a small table over Django's connection, which sees what its transaction wrote."""

from typing import Any, LiteralString

from django.db import DatabaseError, InterfaceError, connection

from regulars.foundation.database.session import DatabaseLost


def rows_now(sql: LiteralString) -> list[tuple[Any, ...]]:
    """The rows of a query. Raises `DatabaseLost` when there is no answer; the next one may be."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall())
    except (DatabaseError, InterfaceError):
        if not connection.in_atomic_block:
            connection.close()
        raise DatabaseLost from None
