"""The doors for changing shops."""

import re
from collections.abc import Mapping

from django.db import transaction

from regulars.foundation import clock
from regulars.foundation.actors import Actor
from regulars.foundation.audit.services import record
from regulars.foundation.texts import texts_checked
from regulars.organization.stores.errors import (
    StoreCodeMalformed,
    StoreExists,
    StoreGroupExists,
    UnknownStoreKind,
)
from regulars.organization.stores.known import stores_forgotten
from regulars.organization.stores.models import Store, StoreGroup
from regulars.organization.stores.selectors import group_get, store_get
from regulars.organization.stores.types import StoreGroupView, StoreKind, StoreView

NAME_MAX = 80
_CODE = re.compile(r"[A-Za-z0-9_-]{1,40}")


@transaction.atomic
def store_create(
    *,
    actor: Actor,
    code: str,
    name: Mapping[str, str],
    time_zone: str,
    kind: StoreKind | str = StoreKind.OWN,
    group: str | None = None,
) -> StoreView:
    """Opens a shop. `code` is what tills and events will name; it can't change later.

    Errors: store_code_malformed, store_exists, unknown_time_zone, languages_expected,
    unknown_store_kind, unknown_store_group.
    """
    if not _CODE.fullmatch(code):
        raise StoreCodeMalformed
    clock.zone(time_zone)
    names = texts_checked(name, "name", maximum=NAME_MAX)
    _, is_new = Store.objects.get_or_create(
        code=code,
        defaults={
            "name": names,
            "time_zone": time_zone,
            "kind": _kind_checked(kind),
            "group_id": group_get(group) if group else None,
            "created_at": clock.now(),
        },
    )
    if not is_new:
        raise StoreExists(store=code)
    record(actor=actor, action="store.created", subject=code)
    stores_forgotten()
    return store_get(code)


@transaction.atomic
def store_update(
    *,
    actor: Actor,
    code: str,
    name: Mapping[str, str] | None = None,
    time_zone: str | None = None,
    is_active: bool | None = None,
    group: str | None = None,
) -> StoreView:
    """Renames, moves, closes or opens a shop; what is None stays. Past dates never change.

    `group` puts it into another group, the empty text into none. Errors: unknown_store,
    unknown_time_zone, languages_expected, unknown_store_group.
    """
    changes: dict[str, object] = {}
    if name is not None:
        changes["name"] = texts_checked(name, "name", maximum=NAME_MAX)
    if time_zone is not None:
        clock.zone(time_zone)
        changes["time_zone"] = time_zone
    if is_active is not None:
        changes["is_active"] = is_active
    if group is not None:
        changes["group_id"] = group_get(group) if group else None
    store_get(code)
    if changes:
        Store.objects.filter(code=code).update(**changes)
        fields = {"fields": sorted(changes)}
        record(actor=actor, action="store.updated", subject=code, details=fields)
        stores_forgotten()
    return store_get(code)


@transaction.atomic
def store_group_create(*, actor: Actor, code: str, name: Mapping[str, str]) -> StoreGroupView:
    """Makes a group of stores, empty at first.

    Errors: store_code_malformed, store_group_exists, languages_expected.
    """
    if not _CODE.fullmatch(code):
        raise StoreCodeMalformed
    names = texts_checked(name, "name", maximum=NAME_MAX)
    _, is_new = StoreGroup.objects.get_or_create(
        code=code, defaults={"name": names, "created_at": clock.now()}
    )
    if not is_new:
        raise StoreGroupExists(group=code)
    record(actor=actor, action="store_group.created", subject=code)
    return StoreGroupView(code, names)


@transaction.atomic
def store_group_update(*, actor: Actor, code: str, name: Mapping[str, str]) -> None:
    """Renames a group of stores. Errors: unknown_store_group, languages_expected."""
    names = texts_checked(name, "name", maximum=NAME_MAX)
    StoreGroup.objects.filter(id=group_get(code)).update(name=names)
    record(actor=actor, action="store_group.updated", subject=code)


def _kind_checked(kind: str) -> str:
    if kind not in [each.value for each in StoreKind]:
        raise UnknownStoreKind(kind=str(kind)[:16])
    return str(kind)


__all__ = [
    "store_create",
    "store_group_create",
    "store_group_update",
    "store_update",
    "stores_forgotten",
]
