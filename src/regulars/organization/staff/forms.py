"""What the console's pages of staff ask for."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from regulars.foundation.webkit.forms import PASSWORD_LONG, Asked, Form
from regulars.organization.staff.labels import RIGHTS
from regulars.organization.staff.rosters import places_named, roles_named

FIRST_ROLE = "cashier"
LANGUAGES = (("zh-hans", "中文"), ("en", "English"))


def new_person_form() -> Form:
    """Somebody new, with her first role."""
    return Form(
        "create",
        _("Somebody new"),
        _("Create, with a first password"),
        (
            Asked("display_name", pgettext("person", "Name")),
            Asked(
                "username",
                _("Username"),
                maximum=64,
                hint=_("For signing in: letters, digits, or . _ - @ +, without spaces."),
            ),
            # The least that works at a till: nobody becomes an owner because a box was passed over.
            Asked("role", _("Role"), options=tuple(roles_named()), initial=FIRST_ROLE),
            Asked("place", _("Where the role holds"), options=tuple(places_named())),
            Asked("language", _("Language"), options=LANGUAGES),
        ),
        places={
            "username_taken": "username",
            "username_malformed": "username",
            "right_not_own": "role",
            "role_place_unclear": "place",
        },
    )


def new_role_form() -> Form:
    """A role of the shop's own."""
    return Form(
        "create",
        _("A role of your own"),
        _("Make the role"),
        (
            Asked("name", _("Name"), kind="texts"),
            Asked(
                "code",
                _("Code"),
                maximum=40,
                hint=_("Small letters, digits, hyphens or underscores; it never changes."),
            ),
            Asked("rights", _("May"), options=tuple(RIGHTS), many=True),
        ),
        places={
            "role_code_malformed": "code",
            "role_exists": "code",
            "right_not_own": "rights",
        },
    )


def own_password_form() -> Form:
    """One's own new password, with the one up to now."""
    return Form(
        "change",
        "",
        _("Change the password"),
        (
            Asked("old", _("Password up to now"), kind="password", maximum=PASSWORD_LONG),
            Asked("new", _("New password"), kind="secret", maximum=PASSWORD_LONG),
        ),
        places={
            "own_password_wrong": "old",
            "too_many_tries": "old",
            "password_unchanged": "new",
            "password_too_weak": "new",
        },
    )
