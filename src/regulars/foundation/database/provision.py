"""Makes a cluster and what every Regulars database needs: two roles and a database."""

import os
import shutil
import subprocess
from pathlib import Path

import psycopg
from psycopg import sql

from regulars.foundation.database.binaries import major_version
from regulars.foundation.database.configuration import SUPERUSER
from regulars.foundation.database.connections import APP_ROLE, DATABASE, OWNER_ROLE
from regulars.foundation.database.places import Places, as_database_user, database_os_user
from regulars.foundation.errors import RegularsError, Told


class DatabaseNotMade(RegularsError):
    code = "database_not_made"
    status = 500
    text = {
        "en": "PostgreSQL could not make its files in {folder}. It said: {problem}",
        "zh-Hans": "PostgreSQL 无法在 {folder} 中建立数据文件。提示：{problem}",
    }


class DatabaseOfOtherVersion(RegularsError):
    code = "database_of_other_version"
    status = 500
    text = {
        "en": "The data in {folder} were written by PostgreSQL {found}, but this Regulars brings "
        "{wanted}. Start the Regulars that wrote them, make a backup, restore it with this one.",
        "zh-Hans": "{folder} 中的数据由 PostgreSQL {found} 写入，而本版本自带 {wanted}。"
        "请用原来的版本启动并备份，再用本版本恢复。",
    }


def folders_ready(places: Places) -> None:
    """Makes the cluster's folder and its socket's; PostgreSQL's OS user owns the latter."""
    places.home.mkdir(parents=True, exist_ok=True, mode=0o755)
    places.cluster.mkdir(parents=True, exist_ok=True, mode=0o755)
    user = database_os_user()
    try:
        places.sockets.mkdir(mode=0o755)
    except FileExistsError:
        if places.sockets.is_symlink() or places.sockets.stat().st_uid not in (user.uid, 0):
            raise DatabaseNotMade(
                folder=places.cluster,
                problem=Told(
                    f"{places.sockets} belongs to someone else", f"{places.sockets} 属于其他用户"
                ),
            ) from None
    os.chown(places.sockets, user.uid, user.gid)


def cluster_ready(programs: Path, places: Places) -> None:
    """Makes the cluster's files if there are none; whole or not at all."""
    version_file = places.data / "PG_VERSION"
    if version_file.exists():
        found = version_file.read_text().strip()
        if found != str(major_version()):
            raise DatabaseOfOtherVersion(folder=places.data, found=found, wanted=major_version())
        return
    user = database_os_user()
    draft = places.cluster / "data.new"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    os.chown(draft, user.uid, user.gid)
    command: list[str | Path] = [programs / "initdb", "--pgdata", draft, "--username", SUPERUSER]
    command += ["--encoding", "UTF8", "--locale-provider", "builtin", "--data-checksums"]
    command += ["--builtin-locale", "C.UTF-8", "--auth-local", "peer", "--auth-host", "reject"]
    made = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env={"LC_ALL": "C", "PATH": os.defpath},
        **as_database_user(),
    )
    if made.returncode:
        problem = (made.stderr or made.stdout).strip()[-800:]
        shutil.rmtree(draft, ignore_errors=True)
        raise DatabaseNotMade(folder=places.data, problem=problem)
    draft.rename(places.data)


def superuser_connection(places: Places, database: str = "postgres") -> psycopg.Connection:
    """An autocommitting connection of the superuser, whom only this machine's owner can be."""
    return psycopg.connect(
        host=str(places.sockets), port=5432, user=SUPERUSER, dbname=database, autocommit=True
    )


def roles_and_database_ready(places: Places) -> None:
    """Makes the two roles and the database, once; harmless when they are there."""
    done = places.cluster / "provisioned"
    if done.exists():
        return
    with superuser_connection(places) as connection:
        for role in (OWNER_ROLE, APP_ROLE):
            if not _exists(connection, "pg_roles", "rolname", role):
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
        if not _exists(connection, "pg_database", "datname", DATABASE):
            database_create(connection, DATABASE)
    with superuser_connection(places, DATABASE) as connection:
        connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        connection.execute("GRANT USAGE ON SCHEMA public TO PUBLIC")
    done.touch()


def database_create(connection: psycopg.Connection, name: str, template: str = "template0") -> None:
    """Makes an empty database, or a copy of `template`, that belongs to the owner role."""
    connection.execute(
        sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(OWNER_ROLE), sql.Identifier(template)
        )
    )
    connection.execute(
        sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name))
    )
    connection.execute(
        sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(
            sql.Identifier(name), sql.Identifier(APP_ROLE)
        )
    )


def _exists(connection: psycopg.Connection, table: str, column: str, value: str) -> bool:
    query = sql.SQL("SELECT 1 FROM {} WHERE {} = %s").format(
        sql.Identifier(table), sql.Identifier(column)
    )
    return connection.execute(query, (value,)).fetchone() is not None
