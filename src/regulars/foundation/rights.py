"""What a person may do, as the screens ask for it: names of rights, everywhere or at some stores.

Which rights there are, and who has them, is decided in `organization/staff`.
"""

from collections.abc import Mapping
from typing import ClassVar

import msgspec

from regulars.foundation.errors import RegularsError


class RightMissing(RegularsError):
    code = "right_missing"
    status = 403
    text = {
        "en": "Your roles don't allow that: the right {right} is missing. Ask the owner for it.",
        "zh-Hans": "您的角色没有权限 {right}，不能执行此操作；如工作需要，请联系店主。",
    }


class Rights(msgspec.Struct, frozen=True):
    """The rights of one person: `everywhere`, and more at single stores, by their codes."""

    NOBODYS: ClassVar["Rights"]

    everywhere: frozenset[str] = frozenset()
    at: Mapping[str, frozenset[str]] = msgspec.field(default_factory=dict)

    def may(self, right: str, store: str | None = None) -> bool:
        """Whether the person may do that at a store; without one, at all stores."""
        return right in self.everywhere or (store is not None and right in self.at.get(store, ()))

    def may_somewhere(self, right: str) -> bool:
        """Whether there is a place where the person may do that."""
        return right in self.everywhere or any(right in each for each in self.at.values())

    def stores(self, right: str) -> tuple[str, ...] | None:
        """The stores at which the person may do that; None when it is at all of them."""
        if right in self.everywhere:
            return None
        return tuple(sorted(code for code, held in self.at.items() if right in held))

    def required(self, right: str, store: str | None = None) -> None:
        """Refuses with `right_missing` unless the person may do that there."""
        if not self.may(right, store):
            raise RightMissing(right=right)


Rights.NOBODYS = Rights()
