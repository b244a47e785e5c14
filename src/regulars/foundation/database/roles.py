"""What the application's role may do with each table.

The owner role makes and changes tables. The application's role reads and writes rows, and of an
append-only table it may only read and add: history can't be rewritten, not even by our own bugs.
A model says so itself: `append_only = True`, and `mutable_columns = ("remaining",)` for caches.
"""

from collections.abc import Iterator
from typing import LiteralString

from django.apps import apps
from django.db import connections, models, transaction
from django.db.migrations.recorder import MigrationRecorder
from psycopg import sql

EVERYTHING = "SELECT, INSERT, UPDATE, DELETE"
APPEND_ONLY = "SELECT, INSERT"
READ_ONLY = "SELECT"


def roles_separate() -> bool:
    """Whether the application's role differs from the owner: only then history is guarded."""
    return _current_role("default") != _current_role("owner")


def grants_apply() -> None:
    """Gives the application's role exactly its rights on every table; run after `migrate`.

    With a single role there is nobody to restrict, and nothing is done; `doctor` warns then.
    """
    role = _current_role("default")
    if role == _current_role("owner"):
        return
    grantee = sql.Identifier(role)
    revoke = sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}").format(grantee)
    sequences = sql.SQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {}").format(grantee)
    schema = sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(grantee)
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        for statement in (schema, revoke, *_grants(grantee), sequences):
            cursor.execute(statement.as_string())


def _grants(grantee: sql.Identifier) -> Iterator[sql.Composed]:
    known = set(connections["owner"].introspection.table_names())
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and model._meta.db_table in known and not model._meta.proxy:
            yield from _model_grants(model, grantee)
    # procrastinate's models are read-only to Django, but its functions write to its tables.
    for table in sorted(known):
        if table.startswith("procrastinate_"):
            yield _grant(EVERYTHING, table, grantee)
    yield _grant(READ_ONLY, MigrationRecorder.Migration._meta.db_table, grantee)


def _model_grants(model: type[models.Model], grantee: sql.Identifier) -> Iterator[sql.Composed]:
    table = model._meta.db_table
    if not getattr(model, "append_only", False):
        yield _grant(EVERYTHING, table, grantee)
        return
    yield _grant(APPEND_ONLY, table, grantee)
    names = getattr(model, "mutable_columns", ())
    columns = [_column(model, name) for name in names]
    if columns:
        yield sql.SQL("GRANT UPDATE ({}) ON {} TO {}").format(
            sql.SQL(", ").join(map(sql.Identifier, columns)), sql.Identifier(table), grantee
        )


def _column(model: type[models.Model], name: str) -> str:
    for field in model._meta.concrete_fields:
        if name in (field.name, field.column):
            return str(field.column)
    raise LookupError(f"{model.__name__}.mutable_columns names no column {name!r}")


def _grant(rights: LiteralString, table: str, grantee: sql.Identifier) -> sql.Composed:
    return sql.SQL("GRANT {} ON {} TO {}").format(
        sql.SQL(rights),
        sql.Identifier(table),
        grantee,
    )


def _current_role(alias: str) -> str:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT current_user")
        return str(cursor.fetchone()[0])
