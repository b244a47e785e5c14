"""The changing codes of a card, ready to be drawn by page and script.

A code goes over as its digits and the black fields of its picture, row by row as bits: a tenth of
what a drawn picture weighs.
"""

import msgspec
import segno

from regulars.foundation import clock
from regulars.foundation.database.session import unit_retried
from regulars.members.codes.services import member_codes_make

# Enough for six minutes without a network.
AHEAD = 8
GROUP = 4


class ShownCode(msgspec.Struct, frozen=True):
    """A code to show: its digits in groups, its picture, and its time in seconds from now."""

    digits: str
    size: int
    bits: str
    begins: int
    ends: int


def codes_ahead(member_id: str) -> list[ShownCode]:
    """Codes for now and the next minutes. Errors: too_many_member_codes."""
    views = unit_retried(
        lambda unit: member_codes_make(unit=unit, member_id=member_id, count=AHEAD)
    )
    now = clock.now()
    pictures = zip(views, [pictured(view.code, "q") for view in views], strict=True)
    return [
        ShownCode(
            digits=_grouped(view.code),
            size=size,
            bits=bits,
            begins=max(0, round(((view.starts_at or now) - now).total_seconds())),
            ends=int((view.expires_at - now).total_seconds()),
        )
        for view, (size, bits) in pictures
    ]


def path_of(size: int, bits: str) -> str:
    """The black fields as one SVG path: a run of fields is one rectangle."""
    fields = f"{int(bits, 16):0{size * size}b}"
    runs = []
    for y in range(size):
        row = fields[y * size : (y + 1) * size]
        x = 0
        while x < size:
            width = len(row[x:]) - len(row[x:].lstrip("1"))
            if width:
                runs.append(f"M{x} {y}h{width}v1h-{width}z")
            x += width or 1
    return "".join(runs)


def pictured(text: str, error: str) -> tuple[int, str]:
    """The QR picture of a text: how many fields wide, and the black ones as bits."""
    matrix = segno.make_qr(text, error=error).matrix
    fields = "".join(["1" if field else "0" for row in matrix for field in row])
    return len(matrix), f"{int(fields, 2):x}"


def _grouped(code: str) -> str:
    return " ".join([code[:2], *(code[at : at + GROUP] for at in range(2, len(code), GROUP))])
