"""The kinds of deeds that may need a second person: filled once at the start of a process."""

from regulars.organization.approvals.errors import ApprovalKindUnknown
from regulars.organization.approvals.types import ApprovalKind

_known: dict[str, ApprovalKind] = {}


def approval_kind_register(kind: ApprovalKind) -> None:
    """Makes a kind of deed known; each code once, with exactly one executor."""
    if kind.code in _known:
        raise ValueError(f"two kinds of approval are called {kind.code}")
    given = [each for each in (kind.in_orm, kind.in_unit, kind.afterwards) if each is not None]
    if len(given) != 1:
        raise ValueError(f"the kind {kind.code} needs exactly one executor")
    _known[kind.code] = kind


def approval_kind(code: str) -> ApprovalKind:
    """The kind of this code. Errors: approval_kind_unknown."""
    if code not in _known:
        raise ApprovalKindUnknown(kind=code[:64])
    return _known[code]


def approval_kinds() -> dict[str, ApprovalKind]:
    """All kinds by code. Treat as read-only."""
    return _known


def approval_kind_forgotten(code: str) -> None:
    """Takes a kind out again: for tests that declare their own."""
    _known.pop(code, None)
