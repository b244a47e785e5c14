"""PostgreSQL's own programs for copying: pg_dump and pg_restore, from the embedded binaries."""

import os
import subprocess
from collections.abc import Sequence
from typing import IO

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from regulars.foundation.database.binaries import programs_ready
from regulars.foundation.database.connections import owner_dsn
from regulars.foundation.database.places import home_dir

# One schema is ours; owners and rights are given anew by the restore.
OURS = ("--schema=public", "--no-owner", "--no-acl")


def program_started(
    name: str, arguments: Sequence[str], *, feeds: bool, connects: bool = True
) -> "subprocess.Popen[bytes]":
    """Starts one of PostgreSQL's programs as the owner role; its output is a pipe.

    `feeds` makes its input a pipe too. The password never stands in the command line.
    """
    known = {name: str(value) for name, value in conninfo_to_dict(owner_dsn()).items()}
    password = known.pop("password", None)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    if password:
        environment["PGPASSWORD"] = password
    place = [f"--dbname={make_conninfo(**known)}"] if connects else []
    return subprocess.Popen(
        [str(programs_ready(home_dir()) / name), *place, *arguments],
        stdin=subprocess.PIPE if feeds else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        cwd="/",
    )


def last_words(stream: IO[bytes] | None) -> str:
    """What a program complained about, on one line."""
    text = stream.read().decode(errors="replace") if stream else ""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return " ".join(lines)[-600:].rstrip(".") or "PostgreSQL's program ended without a word"
