"""The list of erased members in a file outside the database, for a copy that was made before."""

import json
import os
from pathlib import Path

from regulars.foundation.settings import data_dir_ready, settings_load

NAME = "erased-members.jsonl"


def erased_file() -> Path:
    """Where the list lies: beside the database, never inside its backups."""
    settings = settings_load()
    data_dir_ready(settings)
    return settings.data_dir / NAME


def erased_append(member_ids: list[str]) -> None:
    """Adds members to the list, durably; one line each."""
    if not member_ids:
        return
    descriptor = os.open(erased_file(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write("".join([json.dumps({"member": each}) + "\n" for each in member_ids]))
        file.flush()
        os.fsync(file.fileno())


def erased_listed() -> list[str]:
    """All members on the list; a line that was cut off by a crash is left out."""
    path = erased_file()
    found = []
    for line in path.read_text().splitlines() if path.exists() else ():
        try:
            found.append(str(json.loads(line)["member"]))
        except (ValueError, KeyError, TypeError):
            continue
    return found
