"""The people who work here, as other rooms see them."""

from datetime import datetime
from enum import StrEnum

import msgspec


class Role(StrEnum):
    """The roles that come with Regulars: an auditor reads everything and changes nothing."""

    OWNER = "owner"
    MANAGER = "manager"
    CASHIER = "cashier"
    MARKETER = "marketer"
    AUDITOR = "auditor"


class GrantView(msgspec.Struct, frozen=True, order=True):
    """A role a person has: at one store, at a group of stores, or at all (neither is named)."""

    role: str
    store: str = ""
    group: str = ""


class RoleView(msgspec.Struct, frozen=True):
    """A named set of rights. Of a ready-made one the name is the console's own."""

    code: str
    name: dict[str, str]
    rights: tuple[str, ...]
    is_ready_made: bool = False


class StaffView(msgspec.Struct, frozen=True):
    """A person who may sign in while `is_active`."""

    id: str
    username: str
    display_name: str
    grants: tuple[GrantView, ...]
    language: str
    is_active: bool
    last_login: datetime | None = None

    @property
    def roles(self) -> tuple[str, ...]:
        """The codes of the person's roles, each once, wherever they hold."""
        return tuple(sorted({each.role for each in self.grants}))
