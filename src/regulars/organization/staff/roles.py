"""Giving and taking roles, and making roles of one's own. Each act is in the audit trail.

Nobody gives what she has not got: a person hands out only rights that she has at all stores.
"""

import re
from collections.abc import Iterable, Mapping

from django.db import connection, transaction

from regulars.foundation import clock
from regulars.foundation.actors import Actor
from regulars.foundation.audit.services import record
from regulars.foundation.locks import STAFF_ROLES
from regulars.foundation.texts import texts_checked
from regulars.organization.sessions.services import sessions_end
from regulars.organization.staff.errors import (
    LastOwner,
    RightNotOwn,
    RoleCodeMalformed,
    RoleExists,
    RolePlaceUnclear,
    RoleReadyMade,
    UnknownGrant,
    UnknownRight,
    UnknownRole,
)
from regulars.organization.staff.models import CustomRole, RoleGrant, Staff
from regulars.organization.staff.rights import READY_MADE, Right
from regulars.organization.staff.selectors import rights_of, roles_list, staff_get, staff_row
from regulars.organization.staff.summing import Granted, role_rights
from regulars.organization.staff.types import Role, RoleView, StaffView
from regulars.organization.stores.selectors import group_get, store_get

NAME_MAX = 80
_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


@transaction.atomic
def role_grant(
    *,
    actor: Actor,
    staff_id: str,
    role: Role | str,
    store: str | None = None,
    group: str | None = None,
) -> StaffView:
    """Gives a person a role at a store, at a group of stores, or at all. Twice changes nothing.

    Errors: unknown_staff, unknown_role, unknown_store, unknown_store_group, role_place_unclear,
    right_not_own.
    """
    roles_locked()
    found, place = staff_row(staff_id, locked=True), _place(store, group)
    _own_rights_only(actor, _rights_known(str(role)))
    _, is_new = RoleGrant.objects.get_or_create(
        staff=found, role=str(role), **place, defaults={"created_at": clock.now()}
    )
    if is_new:
        _noted(actor, "staff.role_granted", found, str(role), store, group)
    return staff_get(found.id)


@transaction.atomic
def role_withdraw(
    *,
    actor: Actor,
    staff_id: str,
    role: Role | str,
    store: str | None = None,
    group: str | None = None,
) -> StaffView:
    """Takes a role from a person, there where it was given.

    Errors: unknown_staff, unknown_grant, unknown_store, unknown_store_group, role_place_unclear,
    right_not_own, last_owner.
    """
    roles_locked()
    found, place = staff_row(staff_id, locked=True), _place(store, group)
    _own_rights_only(actor, role_rights(str(role), _custom(str(role))))
    was_owner = is_owner(found)
    gone, _ = RoleGrant.objects.filter(
        staff=found, role=str(role).replace("\0", ""), **place
    ).delete()
    if not gone:
        raise UnknownGrant(role=str(role)[:40])
    if was_owner:
        an_owner_left()
    if str(found.id) != actor.id:
        sessions_end(staff_id=str(found.id))
    _noted(actor, "staff.role_withdrawn", found, str(role), store, group)
    return staff_get(found.id)


@transaction.atomic
def role_create(
    *, actor: Actor, code: str, name: Mapping[str, str], rights: Iterable[Right | str]
) -> RoleView:
    """Makes a role of the merchant's own.

    Errors: role_code_malformed, role_exists, unknown_right, right_not_own, languages_expected.
    """
    if not _CODE.fullmatch(code):
        raise RoleCodeMalformed
    if code in READY_MADE:
        raise RoleExists(role=code)
    held = _rights_checked(rights)
    _own_rights_only(actor, held)
    names = texts_checked(name, "name", maximum=NAME_MAX)
    _, is_new = CustomRole.objects.get_or_create(
        code=code, defaults={"name": names, "rights": held, "created_at": clock.now()}
    )
    if not is_new:
        raise RoleExists(role=code)
    record(actor=actor, action="role.created", subject=code, details={"rights": held})
    return _role(code)


@transaction.atomic
def role_update(
    *,
    actor: Actor,
    code: str,
    name: Mapping[str, str] | None = None,
    rights: Iterable[Right | str] | None = None,
) -> RoleView:
    """Renames a role or gives it other rights, for everybody who has it, from the next page on.

    Errors: unknown_role, role_ready_made, unknown_right, right_not_own, languages_expected.
    """
    if code in READY_MADE:
        raise RoleReadyMade(role=code)
    found = CustomRole.objects.select_for_update().filter(code=code.replace("\0", "")).first()
    if found is None:
        raise _unknown(code)
    if name is not None:
        found.name = texts_checked(name, "name", maximum=NAME_MAX)
    if rights is not None:
        held = _rights_checked(rights)
        # What is taken away counts like what is given: both need the right itself.
        _own_rights_only(actor, set(held) ^ set(found.rights))
        found.rights = held
    CustomRole.objects.filter(id=found.id).update(name=found.name, rights=found.rights)
    record(actor=actor, action="role.updated", subject=code, details={"rights": found.rights})
    return _role(code)


def roles_locked() -> None:
    """One change of who may do what at a time, until the transaction ends; before any row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [STAFF_ROLES])


def is_owner(staff: Staff) -> bool:
    """Whether the person can sign in as an owner of all stores, as the row was read."""
    everywhere = Granted(Role.OWNER.value)
    return staff.is_active and everywhere in staff.grants


def an_owner_left() -> None:
    """Refuses with `last_owner` when nobody can sign in as an owner of all stores any more.

    Asked after a change of somebody who could.
    """
    owners = RoleGrant.objects.filter(role=Role.OWNER, store=None, group=None)
    if not owners.filter(staff__is_active=True).exists():
        raise LastOwner


def no_more_than_mine(actor: Actor, staff: Staff) -> None:
    """Refuses with `right_not_own` when the person may do more than who acts: nobody gets at
    the rights of another by way of her password."""
    if str(staff.id) != actor.id:
        held = staff.rights
        _own_rights_only(actor, held.everywhere.union(*held.at.values()))


def _place(store: str | None, group: str | None) -> dict[str, int | None]:
    if store and group:
        raise RolePlaceUnclear
    return {
        "store_id": store_get(store).id if store else None,
        "group_id": group_get(group) if group else None,
    }


def _rights_known(role: str) -> frozenset[str]:
    custom = _custom(role)
    if role not in READY_MADE and role not in custom:
        raise _unknown(role)
    return role_rights(role, custom)


def _custom(role: str) -> dict[str, list[str]]:
    rows = CustomRole.objects.filter(code=role.replace("\0", ""))
    return dict(rows.values_list("code", "rights"))


def _rights_checked(rights: Iterable[Right | str]) -> list[str]:
    asked = set(rights)
    strange = sorted(asked - set(Right))
    if strange:
        raise UnknownRight(right=strange[0][:40], known=", ".join(Right))
    return [each.value for each in Right if each in asked]


def _own_rights_only(actor: Actor, rights: Iterable[str]) -> None:
    mine = rights_of(actor)
    if mine is None:
        return
    for each in sorted(rights):
        if not mine.may(each):
            raise RightNotOwn(right=each)


def _unknown(role: str) -> UnknownRole:
    return UnknownRole(role=role[:40], known=", ".join([each.code for each in roles_list()]))


def _role(code: str) -> RoleView:
    return next(each for each in roles_list() if each.code == code)


def _noted(
    actor: Actor, action: str, staff: Staff, role: str, store: str | None, group: str | None
) -> None:
    details = {"role": role, "store": store or None, "group": group or None}
    record(actor=actor, action=action, subject=str(staff.id), details=details)


__all__ = [
    "an_owner_left",
    "is_owner",
    "no_more_than_mine",
    "role_create",
    "role_grant",
    "role_update",
    "role_withdraw",
    "roles_locked",
]
