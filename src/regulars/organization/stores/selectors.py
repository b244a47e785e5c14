"""The doors for reading shops."""

from regulars.foundation.database.session import Unit
from regulars.organization.stores.errors import UnknownStore, UnknownStoreGroup
from regulars.organization.stores.known import stores_known
from regulars.organization.stores.models import Store, StoreGroup
from regulars.organization.stores.types import StoreGroupView, StoreKind, StoreView

CODES_SHOWN = 12


def stores_list() -> list[StoreView]:
    """All shops in the order of their codes, closed ones too; for the back office."""
    return [_view(store) for store in Store.objects.select_related("group").order_by("code")]


def store_get(code: str) -> StoreView:
    """One shop by its code, closed or not; refuses another with `unknown_store`."""
    store = (
        Store.objects.select_related("group").filter(code=code).first()
        if "\0" not in code
        else None
    )
    if store is None:
        known = Store.objects.order_by("code").values_list("code", flat=True)
        raise unknown(code, list(known[: CODES_SHOWN + 1]))
    return _view(store)


def store_named(unit: Unit, code: str) -> StoreView:
    """One open shop by its code, from what the process knows; else `unknown_store`."""
    stores = stores_known(unit)
    found = stores.get(code)
    if found is None:
        raise unknown(code, list(stores))
    return found


def groups_list() -> list[StoreGroupView]:
    """All groups in the order of their codes, each with the codes of its stores."""
    stores: dict[int, list[str]] = {}
    grouped = Store.objects.filter(group__isnull=False).order_by("code")
    for group_id, code in grouped.values_list("group_id", "code"):
        stores.setdefault(group_id, []).append(code)
    return [
        StoreGroupView(each.code, each.name, tuple(stores.get(each.id, ())))
        for each in StoreGroup.objects.order_by("code")
    ]


def group_get(code: str) -> int:
    """The id of a group by its code. Errors: unknown_store_group."""
    found = StoreGroup.objects.filter(code=code.replace("\0", "")).first()
    if found is None:
        raise UnknownStoreGroup(group=code[:40])
    return found.id


def unknown(code: str, known: list[str]) -> UnknownStore:
    """The refusal of a code, with the first codes that would have done."""
    shown = ", ".join(known[:CODES_SHOWN]) + (", …" if len(known) > CODES_SHOWN else "")
    return UnknownStore(store=code[:40], known=shown or "–")


def _view(store: Store) -> StoreView:
    return StoreView(
        id=store.id,
        code=store.code,
        name=store.name,
        time_zone=store.time_zone,
        kind=StoreKind(store.kind),
        is_active=store.is_active,
        group=store.group.code if store.group else None,
    )


__all__ = [
    "group_get",
    "groups_list",
    "store_get",
    "store_named",
    "stores_known",
    "stores_list",
    "unknown",
]
