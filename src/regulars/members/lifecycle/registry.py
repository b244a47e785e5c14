"""The rooms that keep something about members, in the order in which they declared it."""

from regulars.members.lifecycle.types import MemberPart

_PARTS: dict[str, MemberPart] = {}


def part_register(part: MemberPart) -> None:
    """Declares what a room does when members are merged, erased or exported; each name once."""
    if part.name in _PARTS:
        raise ValueError(f"the part {part.name} is declared twice")
    _PARTS[part.name] = part


def parts_known() -> list[MemberPart]:
    """All parts."""
    return list(_PARTS.values())
