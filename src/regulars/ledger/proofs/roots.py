"""The file of published roots, outside the database: what the database can't take back.

One JSON object a line, as `SegmentView`. The file is a witness and therefore never mended: only
a newly sealed segment is added, and the one before it when a crash came between sealing and
publishing. Everything else that is missing or different stays so for `prove` to name, until a
person puts a copy back.
"""

import logging
import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

from regulars.foundation.clock import now
from regulars.ledger.proofs.types import CheckResult, Difference, SegmentView

log = logging.getLogger("regulars.ledger")

TEXT = {
    "en": "The file of published roots and the database agree",
    "zh-Hans": "已公布的根文件与数据库一致",
}


def roots_append(path: Path, sealed: Sequence[SegmentView]) -> None:
    """Publishes the last of the sealed segments given, durably, and logs it.

    `sealed` ends with the new segment; the one before it is added too if the file lacks it.
    """
    *before, new = sealed
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        file.seek(0)
        text = file.read()
        whole = text[: text.rfind(b"\n") + 1]
        if whole != text:  # a crash tore the last line, which nobody has seen whole
            file.truncate(len(whole))
        lines = set(whole.splitlines())
        missing = [segment for segment in before if _line(segment) not in lines]
        if len(missing) == 1 and missing[0].segment == new.segment - 1:
            file.write(_line(missing[0]) + b"\n")
        file.write(_line(new) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    log.info(
        "segment sealed",
        extra={"segment": new.segment, "entries": new.entries, "root": new.root},
    )


def roots_compare(path: Path, sealed: Sequence[SegmentView]) -> CheckResult:
    """Whether the file says what the table of segments says, line by line."""
    began = now()
    lines = path.read_bytes().splitlines() if path.exists() else []
    first: Difference | None = None
    differing = 0
    for place in range(max(len(lines), len(sealed))):
        expected = _line(sealed[place]).decode() if place < len(sealed) else None
        found = lines[place].decode(errors="replace") if place < len(lines) else None
        if expected != found:
            differing += 1
            first = first or Difference("root", str(place + 1), path.name, expected, found)
    spent = int((now() - began).total_seconds() * 1000)
    return CheckResult("roots_file", TEXT, max(len(lines), len(sealed)), differing, first, spent)


def _line(segment: SegmentView) -> bytes:
    return msgspec.json.encode(segment)
