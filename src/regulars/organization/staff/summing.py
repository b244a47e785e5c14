"""From the roles a person has to what she may do where; pure."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from regulars.foundation.rights import Rights
from regulars.organization.staff.rights import READY_MADE, WHOLE


class Granted(msgspec.Struct, frozen=True):
    """A role and the code of the store or group where it holds; neither: everywhere."""

    role: str
    store: str | None = None
    group: str | None = None


def rights_summed(
    grants: Iterable[Granted],
    custom: Mapping[str, Sequence[str]],
    groups: Mapping[str, Sequence[str]],
) -> Rights:
    """All rights of these grants together. `custom` are the merchant's own roles by code,
    `groups` the codes of the stores in each group; a group without stores gives nothing."""
    everywhere: set[str] = set()
    at: dict[str, set[str]] = {}
    for each in grants:
        rights = role_rights(each.role, custom)
        if each.store is None and each.group is None:
            everywhere |= rights
            continue
        stores = [each.store] if each.store is not None else groups.get(each.group or "", ())
        for store in stores:
            at.setdefault(store, set()).update(rights - WHOLE)
    return Rights(frozenset(everywhere), {store: frozenset(found) for store, found in at.items()})


def role_rights(role: str, custom: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """The rights of one role; none of a role that is no more."""
    ready = READY_MADE.get(role)
    return frozenset(ready) if ready is not None else frozenset(custom.get(role, ()))
