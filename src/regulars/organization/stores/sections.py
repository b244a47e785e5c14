"""A first store in ready-made packages, for a shop that has none yet."""

from regulars.foundation.actors import Actor
from regulars.foundation.installing import Found, Part, Section, State, section_register
from regulars.foundation.shop.selectors import shop_known
from regulars.organization.stores.selectors import stores_list
from regulars.organization.stores.services import store_create
from regulars.organization.stores.types import StoreKind


def store_found(part: Part) -> Found:
    """A shop that has a store of its own, whichever, needs none of ours."""
    there = stores_list()
    if not there:
        return Found(State.ABSENT, part["name"])
    return Found(State.SAME, there[0].name)


def store_installed(actor: Actor, part: Part) -> None:
    """Opens the store in the deployment's time zone."""
    store_create(
        actor=actor,
        code=part["code"],
        name=part["name"],
        time_zone=shop_known().time_zone,
        kind=StoreKind(part.get("kind", StoreKind.OWN)),
    )


section_register(
    Section(
        name="stores",
        title={"zh-Hans": "门店", "en": "Stores"},
        place=20,
        preview=store_found,
        install=store_installed,
    )
)
