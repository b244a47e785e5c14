"""The kinds of notices there are. A room declares its own in `notices.py`, for who listens.

notice_declare(
    "redemption.settled",
    texts={"en": "…", "zh-Hans": "…"},
    payload={"redemption": "id of the redemption"},
)
"""

from collections.abc import Mapping

import msgspec


class NoticeKind(msgspec.Struct, frozen=True):
    """A kind of notice: when it is written, and what its payload holds (ids, never names)."""

    kind: str
    texts: Mapping[str, str]
    payload: Mapping[str, str]


_KINDS: dict[str, NoticeKind] = {}


def notice_declare(kind: str, *, texts: Mapping[str, str], payload: Mapping[str, str]) -> None:
    """Declares a kind of notice, once."""
    if kind in _KINDS:
        raise ValueError(f"the notice {kind} is declared twice")
    _KINDS[kind] = NoticeKind(kind, texts, payload)


def notices_declared() -> list[NoticeKind]:
    """All kinds by name."""
    return [_KINDS[kind] for kind in sorted(_KINDS)]
