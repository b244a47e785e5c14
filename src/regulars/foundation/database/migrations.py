"""Brings the tables up to date, and tells cheaply whether they are."""

from pathlib import Path

from django.apps import apps
from django.core.management import call_command
from django.db import connections
from django.db.utils import ProgrammingError

from regulars.foundation.database.roles import grants_apply

# Session-level advisory lock: of two servers that start at once, one migrates, one waits.
MIGRATING = 7305112


def migrations_missing(alias: str = "default") -> list[str]:
    """Names of migrations that this version brings and the database hasn't seen.

    Compares file names with the recorded ones, without importing a single migration.
    """
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT app || '.' || name FROM django_migrations")
            applied = {row[0] for row in cursor.fetchall()}
    except ProgrammingError:
        applied = set()
    return sorted(set(migrations_known()) - applied)


def migrations_known() -> list[str]:
    """Names of all migrations that this version brings."""
    return [
        f"{app.label}.{file.stem}"
        for app in apps.get_app_configs()
        for file in Path(app.path, "migrations").glob("[!_]*.py")
    ]


def migrate(verbosity: int = 0) -> None:
    """Applies what is missing as the owner role and gives the application's role its rights."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATING])
        try:
            call_command("migrate", database="owner", interactive=False, verbosity=verbosity)
            grants_apply()
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATING])
