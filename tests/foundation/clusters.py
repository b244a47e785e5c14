"""PostgreSQL for tests: one server a run, cloned from a migrated template kept between runs.

The template is a stopped cluster whose name is a fingerprint of all migrations, so that only the
first run after a change migrates; every run copies it and throws its copy away.
"""

import hashlib
import os
import shutil
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from django.apps import apps
from django.db import connections
from psycopg import sql

from regulars.foundation.database import session
from regulars.foundation.database.binaries import WHEEL, version
from regulars.foundation.database.connections import APP_ROLE, DATABASE, OWNER_ROLE
from regulars.foundation.database.embedded import EmbeddedPostgres
from regulars.foundation.database.migrations import migrate
from regulars.foundation.database.ownership import FileLock
from regulars.foundation.database.places import Places, home_dir
from regulars.foundation.database.provision import database_create, superuser_connection

TEMPLATES_KEPT = 4
ABANDONED_AFTER_SECONDS = 60
ROLE_OF = {"default": APP_ROLE, "owner": OWNER_ROLE}
# What `migrate` fills and tests leave alone.
KEPT_TABLES = ("django_migrations", "django_content_type", "auth_permission")


def clusters_home():
    """The folder of all test clusters of this OS user."""
    home = home_dir() / "tests"
    home.mkdir(parents=True, exist_ok=True, mode=0o755)
    return home


def places_in(folder: Path) -> Places:
    """The places of a test cluster; the programs are shared with the real ones."""
    return Places(home=home_dir(), cluster=folder)


def fingerprint() -> str:
    """Changes whenever a migration, or the server, or what makes databases changes."""
    digest = hashlib.sha256(version(WHEEL).encode())
    for app in sorted(apps.get_app_configs(), key=lambda each: each.label):
        for file in sorted(Path(app.path, "migrations").glob("*.py")):
            digest.update(f"{app.label}/{file.name}".encode() + file.read_bytes())
    for module in ("provision.py", "migrations.py"):
        digest.update(Path(session.__file__).with_name(module).read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def django_pointed_at(places: Places, name: str):
    """Django's two aliases and the pool of units of work use this database meanwhile."""
    before = {alias: dict(connections.settings[alias]) for alias in ROLE_OF}
    _connections_closed()
    for alias, role in ROLE_OF.items():
        known = connections.settings[alias]
        known.update(HOST=str(places.sockets), PORT="5432", NAME=name, USER=role, PASSWORD="")
    try:
        yield
    finally:
        _connections_closed()
        for alias in ROLE_OF:
            connections.settings[alias].update(before[alias])


def _connections_closed():
    session.pool_close()
    connections.close_all()


def template_ready() -> Path:
    """The folder of the stopped, migrated cluster; made when there is none."""
    template = clusters_home() / f"template-{fingerprint()}"
    lock = FileLock(clusters_home() / "templates.lock")
    lock.take(wait=True)
    try:
        if not (template / "data").is_dir():
            _template_made(template)
        os.utime(template)
        _old_templates_removed()
    finally:
        lock.free()
    return template


def _template_made(template: Path) -> None:
    draft = template.with_name(f"draft-{template.name}")
    shutil.rmtree(draft, ignore_errors=True)
    places = places_in(draft)
    with EmbeddedPostgres(places, durable=False).kept():
        with django_pointed_at(places, DATABASE):
            migrate()
        with superuser_connection(places, DATABASE) as connection:
            _seeds_copied(connection)
    shutil.rmtree(template, ignore_errors=True)
    draft.rename(template)


def _seeds_copied(connection: psycopg.Connection) -> None:
    """Rows that migrations wrote are put back whenever the database is emptied."""
    connection.execute("CREATE SCHEMA seed")
    for (table,) in connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> ALL(%s)",
        [list(KEPT_TABLES)],
    ).fetchall():
        name = sql.Identifier(table)
        query = sql.SQL("SELECT EXISTS (SELECT FROM {})").format(name)
        if connection.execute(query).fetchone() == (True,):
            copy = sql.SQL("CREATE TABLE seed.{} AS TABLE public.{}").format(name, name)
            connection.execute(copy)


def _old_templates_removed() -> None:
    known = sorted(clusters_home().glob("template-*"), key=lambda each: each.stat().st_mtime)
    for folder in known[:-TEMPLATES_KEPT]:
        shutil.rmtree(folder, ignore_errors=True)


def abandoned_runs_removed() -> None:
    """Removes what killed runs left behind."""
    for folder in clusters_home().glob("run-*"):
        young = time.time() - folder.stat().st_mtime < ABANDONED_AFTER_SECONDS
        lock = FileLock(folder / "run.lock")
        if not young and lock.take():
            shutil.rmtree(folder, ignore_errors=True)
            lock.free()


@contextmanager
def folder_of_this_run(label: str):
    """An empty folder for a cluster, which other runs leave alone; removed at the end."""
    folder = clusters_home() / f"run-{os.getpid()}-{label}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o755)
    lock = FileLock(folder / "run.lock")
    lock.take()
    try:
        yield folder
    finally:
        lock.free()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def cluster_of_this_run(label: str, *, durable: bool):
    """A running copy of the template, removed at the end."""
    abandoned_runs_removed()
    template = template_ready()
    with folder_of_this_run(label) as folder:
        subprocess.run(["cp", "-a", template / "data", folder / "data"], check=True)
        (folder / "provisioned").touch()
        with EmbeddedPostgres(places_in(folder), durable=durable).kept() as postgres:
            yield postgres


@dataclass(frozen=True)
class TestDatabase:
    """One database of a test cluster."""

    __test__ = False

    places: Places
    name: str

    def make(self) -> None:
        """Makes it as a copy of the migrated one."""
        with superuser_connection(self.places) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
            database_create(connection, self.name, template=DATABASE)

    def drop(self) -> None:
        """Removes it, whoever is connected."""
        with superuser_connection(self.places) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    def clean(self) -> None:
        """Empties every table and puts back what migrations wrote."""
        _connections_closed()
        with superuser_connection(self.places, self.name) as connection:
            connection.execute(EVERYONE_ELSE_LEAVES)
            connection.execute(EVERYTHING_EMPTIED)

    def url(self, role: str) -> str:
        """What DATABASE_URL has to be for this database and role."""
        host = str(self.places.sockets).replace("/", "%2F")
        return f"postgresql://{role}@{host}:5432/{self.name}"


@dataclass(frozen=True)
class DurablePostgres:
    """A server that may be killed, with the one who brings it back, and a database in it."""

    postgres: EmbeddedPostgres
    database: TestDatabase


EVERYONE_ELSE_LEAVES = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""

# Most tables are empty or hold a few rows: looking is cheaper than TRUNCATE, which makes new files.
EVERYTHING_EMPTIED = """
DO $$
DECLARE
    each record;
    filled boolean;
BEGIN
    SET LOCAL session_replication_role = replica;
    SET LOCAL lock_timeout = '5s';
    FOR each IN
        SELECT format('%I.%I', schemaname, tablename) AS name,
               to_regclass(format('seed.%I', tablename)) AS seed
        FROM pg_tables
        WHERE schemaname = 'public'
          AND tablename NOT IN ('django_migrations', 'django_content_type', 'auth_permission')
    LOOP
        EXECUTE 'SELECT EXISTS (SELECT FROM ' || each.name || ')' INTO filled;
        IF filled AND pg_relation_size(each.name) > 1000000 AND each.seed IS NULL THEN
            EXECUTE 'TRUNCATE ' || each.name || ' CASCADE';
        ELSIF filled THEN
            EXECUTE 'DELETE FROM ' || each.name;
        END IF;
        IF each.seed IS NOT NULL THEN
            EXECUTE 'INSERT INTO ' || each.name || ' OVERRIDING SYSTEM VALUE SELECT * FROM '
                || each.seed;
        END IF;
    END LOOP;
    FOR each IN
        SELECT format('%I.%I', schemaname, sequencename) AS name FROM pg_sequences
        WHERE schemaname = 'public' AND last_value IS NOT NULL
          AND sequencename NOT LIKE ALL ('{django_%,auth_%}'::text[])
    LOOP
        EXECUTE 'ALTER SEQUENCE ' || each.name || ' RESTART';
    END LOOP;
END $$
"""
