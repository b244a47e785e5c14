"""The doors for changing who works here. Each act is in the audit trail."""

import re

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from regulars.foundation import clock
from regulars.foundation.actors import SYSTEM, Actor
from regulars.foundation.audit.services import record
from regulars.foundation.shop.setup import setup_claimed, setup_code_fits
from regulars.foundation.texts import text_checked
from regulars.foundation.tries.services import Place, tries_forgotten, try_counted
from regulars.organization.sessions.services import sessions_end
from regulars.organization.staff.errors import (
    OwnPasswordWrong,
    PasswordTooWeak,
    SetupCodeWrong,
    ShopHasOwner,
    TooManyTries,
    UnknownLanguage,
    UsernameMalformed,
    UsernameTaken,
)
from regulars.organization.staff.models import Staff, username_key
from regulars.organization.staff.roles import (
    an_owner_left,
    is_owner,
    no_more_than_mine,
    role_create,
    role_grant,
    role_update,
    role_withdraw,
    roles_locked,
)
from regulars.organization.staff.selectors import staff_get, staff_row
from regulars.organization.staff.types import Role, StaffView

NAME_MAX = 80
LANGUAGES = ("zh-hans", "en")
_USERNAME = re.compile(r"[\w.@+-]{1,64}")
# Guesses at the password of who is signed in, before a quarter of an hour of none.
PASSWORDS_ALLOWED = 5


@transaction.atomic
def staff_create(
    *,
    actor: Actor,
    username: str,
    display_name: str,
    password: str,
    role: Role | str,
    store: str | None = None,
    group: str | None = None,
    language: str = "zh-hans",
    must_change_password: bool = False,
) -> StaffView:
    """Lets a person sign in, in one role at a store, at a group of stores, or at all.

    Errors: username_taken, username_malformed, password_too_weak, unknown_language, text_missing,
    and those of `role_grant`.
    """
    username = username_key(username)
    if not _USERNAME.fullmatch(username):
        raise UsernameMalformed
    name = text_checked(display_name, "display_name", maximum=NAME_MAX, required=True)
    draft = Staff(username=username, display_name=name)
    _password_checked(password, draft)
    staff, is_new = Staff.objects.get_or_create(
        username=username,
        defaults={
            "display_name": name,
            "password": make_password(password),
            "language": _language_checked(language),
            "created_at": clock.now(),
            "must_change_password": must_change_password,
        },
    )
    if not is_new:
        raise UsernameTaken(username=username)
    record(actor=actor, action="staff.created", subject=str(staff.id), details={"role": str(role)})
    return role_grant(actor=actor, staff_id=str(staff.id), role=role, store=store, group=group)


@transaction.atomic
def staff_update(
    *,
    actor: Actor,
    staff_id: str,
    display_name: str | None = None,
    is_active: bool | None = None,
) -> StaffView:
    """Renames a person, or ends and restores the right to sign in.

    Errors: unknown_staff, last_owner, right_not_own, text_missing.
    """
    changes: dict[str, object] = {}
    if display_name is not None:
        changes["display_name"] = text_checked(
            display_name, "display_name", maximum=NAME_MAX, required=True
        )
    if is_active is not None:
        changes["is_active"] = is_active
    roles_locked()
    before = staff_row(staff_id, locked=True)
    no_more_than_mine(actor, before)
    if changes:
        was_owner = is_owner(before)
        Staff.objects.filter(id=before.id).update(**changes)
        if was_owner:
            an_owner_left()
        if is_active is False:
            sessions_end(staff_id=str(before.id))
        fields = {"fields": sorted(changes)}
        record(actor=actor, action="staff.updated", subject=str(before.id), details=fields)
    return staff_get(before.id)


@transaction.atomic
def staff_password_set(
    *, actor: Actor, staff_id: str, password: str, must_change: bool = False
) -> None:
    """Gives a person a new password; every session of theirs ends.

    With `must_change` the person must choose another one at the next sign-in.
    Errors: unknown_staff, password_too_weak, right_not_own.
    """
    staff = staff_row(staff_id)
    no_more_than_mine(actor, staff)
    _password_checked(password, staff)
    Staff.objects.filter(id=staff.id).update(
        password=make_password(password), must_change_password=must_change
    )
    sessions_end(staff_id=str(staff.id))
    record(actor=actor, action="staff.password_set", subject=str(staff.id))


def managing_checked(*, actor: Actor, staff_id: str) -> None:
    """Refuses with `right_not_own` when the person may do more than who acts."""
    no_more_than_mine(actor, staff_row(staff_id))


def own_password_right(*, staff_id: str, password: str) -> None:
    """Refuses with `own_password_wrong` unless it is the person's password."""
    if not staff_row(staff_id).check_password(password):
        raise OwnPasswordWrong


def own_password_tried(*, staff_id: str, session_key: str, password: str) -> None:
    """As `own_password_right`, and counts the try: who finds a session open has five guesses.

    Never call it inside a transaction: a wrong try must stay counted. Errors: own_password_wrong,
    too_many_tries.
    """
    place = Place(f"own:{staff_id}:{session_key}", PASSWORDS_ALLOWED)
    tried = try_counted([place])
    if tried.locked_until is not None:
        raise TooManyTries(minutes=tried.minutes)
    own_password_right(staff_id=staff_id, password=password)
    tries_forgotten([place.name])


@transaction.atomic
def staff_language_set(*, actor: Actor, staff_id: str, language: str) -> None:
    """Remembers the language in which a person reads the console. Errors: unknown_language."""
    staff = staff_row(staff_id)
    if staff.language != _language_checked(language):
        Staff.objects.filter(id=staff.id).update(language=language)
        fields = {"fields": ["language"]}
        record(actor=actor, action="staff.updated", subject=str(staff.id), details=fields)


def _password_checked(password: str, staff: Staff) -> None:
    if "\0" in password:
        raise PasswordTooWeak.of(["password_with_nul"])
    try:
        validate_password(password, user=staff)
    except ValidationError as error:
        codes = [str(each.code) for each in error.error_list]
        raise PasswordTooWeak.of(codes) from None


def _language_checked(language: str) -> str:
    if language not in LANGUAGES:
        raise UnknownLanguage(language=language[:16])
    return language


@transaction.atomic
def owner_first_create(
    *, code: str, username: str, display_name: str, password: str, language: str = "zh-hans"
) -> StaffView:
    """Makes the first owner of a shop in which nobody works yet, by the code the server printed.

    Of two who try at once one gets the shop. Errors: shop_has_owner, setup_code_wrong, and those
    of `staff_create`.
    """
    roles_locked()
    if Staff.objects.exists():
        raise ShopHasOwner
    if not setup_code_fits(code):
        raise SetupCodeWrong
    owner = staff_create(
        actor=SYSTEM,
        username=username,
        display_name=display_name,
        password=password,
        role=Role.OWNER,
        language=language,
    )
    setup_claimed()
    return owner


__all__ = [
    "managing_checked",
    "own_password_right",
    "own_password_tried",
    "owner_first_create",
    "role_create",
    "role_grant",
    "role_update",
    "role_withdraw",
    "staff_create",
    "staff_language_set",
    "staff_password_set",
    "staff_update",
]
