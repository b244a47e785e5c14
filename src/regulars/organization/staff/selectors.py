"""The doors for reading who works here."""

from collections.abc import Iterable
from uuid import UUID

from regulars.foundation.actors import Actor, ActorKind
from regulars.foundation.rights import Rights
from regulars.organization.staff.errors import UnknownStaff
from regulars.organization.staff.labels import RIGHTS
from regulars.organization.staff.models import CustomRole, RoleGrant, Staff, username_key
from regulars.organization.staff.rights import GIVING, READY_MADE, Right
from regulars.organization.staff.summing import Granted, rights_summed
from regulars.organization.staff.types import GrantView, RoleView, StaffView
from regulars.organization.stores.selectors import groups_list


def staff_exist() -> bool:
    """Whether anybody works here yet."""
    return Staff.objects.exists()


def staff_list() -> list[StaffView]:
    """Everybody, in the order of their names, also who may no longer sign in."""
    return [view_of(staff) for staff in Staff.objects.order_by("display_name", "id")]


def staff_get(staff_id: str | UUID) -> StaffView:
    """One person by id. Errors: unknown_staff."""
    return view_of(staff_row(staff_id))


def staff_names(actors: Iterable[str]) -> dict[str, str]:
    """The names of those actors (as written in the audit trail) who are staff."""
    ids = {actor.partition(":")[2] for actor in actors if actor.startswith("staff:")}
    people = Staff.objects.filter(id__in=ids).values_list("id", "display_name")
    return {f"staff:{staff_id}": name for staff_id, name in people}


def roles_list() -> list[RoleView]:
    """All roles, those that come with Regulars first."""
    ready = [
        RoleView(code, {}, _ordered(rights), is_ready_made=True)
        for code, rights in READY_MADE.items()
    ]
    own = CustomRole.objects.order_by("code")
    return ready + [RoleView(each.code, each.name, _ordered(each.rights)) for each in own]


def rights_of(actor: Actor) -> Rights | None:
    """What a person may do now; None of an actor who is no person: other gates hold for it."""
    if actor.kind is not ActorKind.STAFF:
        return None
    staff = staff_row(actor.id)
    return staff.rights if staff.is_active else Rights.NOBODYS


def staff_who_may(rights: Iterable[str], *, store: str | None = None) -> list[str]:
    """The ids of those who can sign in and have all these rights at a store (else everywhere)."""
    needed = tuple(rights)
    groups = {each.code: each.stores for each in groups_list()}
    custom = dict(CustomRole.objects.values_list("code", "rights"))
    granted: dict[str, list[Granted]] = {}
    rows = RoleGrant.objects.filter(staff__is_active=True)
    for staff_id, *grant in rows.values_list("staff_id", "role", "store__code", "group__code"):
        granted.setdefault(str(staff_id), []).append(Granted(*grant))
    return sorted(
        staff_id
        for staff_id, grants in granted.items()
        if all(rights_summed(grants, custom, groups).may(each, store) for each in needed)
    )


def rights_without(staff_id: str, grant: GrantView) -> list[str]:
    """What a person may do where a role holds, and may no more once that role is taken from her.

    Errors: unknown_staff.
    """
    groups = {each.code: each.stores for each in groups_list()}
    custom = dict(CustomRole.objects.values_list("code", "rights"))
    taken = Granted(grant.role, grant.store or None, grant.group or None)
    held = list(staff_row(staff_id).grants)
    rest = rights_summed([each for each in held if each != taken], custom, groups)
    gone = rights_summed([taken], custom, groups)
    lost = {each for each in gone.everywhere if each not in rest.everywhere}
    for store, rights in gone.at.items():
        lost |= {each for each in rights if not rest.may(each, store)}
    return list(_ordered(lost))


def gives_value(rights: Rights) -> bool:
    """Whether who has these rights can give value away somewhere, or let somebody do it."""
    return any(rights.may_somewhere(each) for each in GIVING)


def _ordered(rights: Iterable[str]) -> tuple[str, ...]:
    held = set(rights)
    return tuple([each.value for each in Right if each in held])


def staff_row(staff_id: str | UUID, *, locked: bool = False) -> Staff:
    """The row of one person, for this room. Errors: unknown_staff."""
    try:
        key = UUID(str(staff_id))
    except ValueError:
        raise UnknownStaff from None
    rows = Staff.objects.select_for_update() if locked else Staff.objects.all()
    found = rows.filter(id=key).first()
    if found is None:
        raise UnknownStaff
    return found


def right_words(right: str) -> str:
    """What a right allows, in the reader's language; one that nobody knows as it is written."""
    return str(dict(RIGHTS).get(right, right))


def view_of(staff: Staff) -> StaffView:
    """What other rooms may know of a person."""
    return StaffView(
        id=str(staff.id),
        username=staff.username,
        display_name=staff.display_name,
        grants=tuple(
            [GrantView(each.role, each.store or "", each.group or "") for each in staff.grants]
        ),
        language=staff.language,
        is_active=staff.is_active,
        last_login=staff.last_login,
    )


__all__ = [
    "gives_value",
    "right_words",
    "rights_of",
    "rights_without",
    "roles_list",
    "staff_get",
    "staff_list",
    "staff_names",
    "staff_row",
    "staff_who_may",
    "username_key",
    "view_of",
]
