"""A counter system's list of members, taken over with balances and cards."""

import tempfile
import time
from functools import partial
from pathlib import Path

import msgspec

from regulars.faces.bench.stage import in_processes
from regulars.foundation.actors import job
from regulars.foundation.database.session import unit_of_work
from regulars.ledger.book.services import assets_known
from regulars.rules.fileimports.services import (
    chunks_run,
    file_add,
    file_check,
    import_finish,
    import_start,
    mapping_set,
)

ACTOR = job("bench")
FIRST_PHONE = 13_300_000_000


class ImportRates(msgspec.Struct, frozen=True):
    """Rows a second: kept from the upload, checked in the dry run, taken over in earnest."""

    kept: float
    checked: float
    taken: float


def members_import_rate(members: int = 1_000_000, processes: int = 2) -> ImportRates:
    """Imports so many members with a name, a phone, a card and points each.

    Needs a shop with a program, whose first asset takes the points. Ends the run when a row is
    missing: then it measured nothing.
    """
    with unit_of_work() as unit:
        asset = next(iter(assets_known(unit).values())).code
    columns = {"card": "卡号", "name": "姓名", "phone": "手机号", f"amount:{asset}": "积分"}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "members.csv"
        _written(file, members)
        began = time.monotonic()
        with file.open("rb") as stream:
            view = file_add(actor=ACTOR, stream=stream, name=file.name)
        kept = members / (time.monotonic() - began)
    mapping_set(actor=ACTOR, import_id=view.id, columns=columns, expected={asset: members * 7})
    began = time.monotonic()
    file_check(actor=ACTOR, import_id=view.id)
    checked = members / (time.monotonic() - began)
    import_start(actor=ACTOR, import_id=view.id)
    work = partial(_part_run, view.id, processes)
    seconds = in_processes(processes, work)
    done = import_finish(actor=ACTOR, import_id=view.id)
    if done.state != "finished" or done.counts.get(f"taken:{asset}") != members * 7:
        raise SystemExit("The bench's import left rows out: it measured nothing.")
    return ImportRates(kept, checked, members / seconds)


def _part_run(import_id: str, parts: int, part: int) -> None:
    chunks_run(import_id=import_id, part=part, parts=parts)


def _written(file: Path, members: int) -> None:
    with file.open("w", encoding="utf-8") as out:
        out.write("卡号,姓名,手机号,积分\n")
        for number in range(members):
            out.write(f"B{number:09},梅{number % 97}雨,{FIRST_PHONE + number},7\n")
