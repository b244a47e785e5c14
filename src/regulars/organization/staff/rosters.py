"""The lists of staff and of roles, and the names that they and forms give to roles and places."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from regulars.foundation.webkit.filters import Filter
from regulars.foundation.webkit.listing import ListColumn
from regulars.foundation.webkit.listrows import SmallRows
from regulars.foundation.webkit.lists import RoomList, Row, Viewer, list_register
from regulars.foundation.webkit.numbers import amount_text
from regulars.foundation.webkit.pages import ROLES, merchant_text
from regulars.foundation.webkit.screens import Text
from regulars.foundation.webkit.tables import Cell, Empty
from regulars.foundation.webkit.templatetags.webkit import instant
from regulars.organization.staff.labels import RIGHTS
from regulars.organization.staff.selectors import roles_list, staff_list
from regulars.organization.staff.types import GrantView, RoleView, StaffView
from regulars.organization.stores.selectors import groups_list, stores_list

STORE, GROUP = "store:", "group:"
RIGHT = "staff.view"
STATES = (("open", gettext_lazy("may sign in")), ("closed", pgettext_lazy("account", "closed")))


def place_value(grant: GrantView) -> str:
    """Where a grant holds, as forms and filters write it."""
    if grant.store:
        return STORE + grant.store
    return GROUP + grant.group if grant.group else ""


def places_named() -> list[tuple[str, Text]]:
    """All places where a role can hold, with their names."""
    found: list[tuple[str, Text]] = [("", _("all stores"))]
    found += [(GROUP + each.code, merchant_text(each.name)) for each in groups_list()]
    found += [(STORE + each.code, merchant_text(each.name)) for each in stores_list()]
    return found


def roles_named() -> list[tuple[str, Text]]:
    """All roles with their names."""
    return [(each.code, _role_name(each)) for each in roles_list()]


def _role_name(role: RoleView) -> Text:
    return ROLES.get(role.code, role.code) if role.is_ready_made else merchant_text(role.name)


def _people(_viewer: Viewer) -> list[Row]:
    roles, places = dict(roles_named()), dict(places_named())
    return [_person(each, roles, places) for each in staff_list()]


def _person(person: StaffView, roles: dict[str, Text], places: dict[str, Text]) -> Row:
    held = [
        f"{roles.get(each.role, each.role)} ({places.get(place_value(each), each.store)})"
        for each in person.grants
    ]
    href = reverse("console:staff-one", args=[person.id])
    is_open = person.is_active
    return Row(
        person.id,
        {
            "name": Cell(person.display_name, href=href),
            "username": Cell(person.username, code=True),
            "roles": Cell(_(", ").join(held)),
            "seen": Cell(
                instant(person.last_login) if person.last_login else pgettext("seen", "never")
            ),
            "state": Cell(STATES[not is_open][1], tone="good" if is_open else "quiet"),
        },
        values={
            "role": tuple([each.role for each in person.grants]),
            "place": tuple([place_value(each) or "all" for each in person.grants]),
            "seen": person.last_login,
            "state": "open" if is_open else "closed",
        },
    )


def _people_filters(_viewer: Viewer) -> tuple[Filter, ...]:
    places = tuple([(code or "all", name) for code, name in places_named()])
    return (
        Filter("q", gettext_lazy("Name or username"), kind="text"),
        Filter("role", gettext_lazy("Role"), tuple(roles_named())),
        Filter("place", gettext_lazy("Where the role holds"), places),
        Filter("state", gettext_lazy("State"), STATES),
    )


def _roles(_viewer: Viewer) -> list[Row]:
    labels = dict(RIGHTS)
    return [
        Row(
            each.code,
            {
                "role": Cell(
                    _role_name(each),
                    href=reverse("console:staff-role", args=[each.code]),
                    note=_("comes with Regulars") if each.is_ready_made else "",
                ),
                "code": Cell(each.code, code=True),
                "rights": Cell(amount_text(len(each.rights))),
                "may": Cell(_(", ").join([str(labels[right]) for right in each.rights])),
            },
            values={"may": tuple([str(right) for right in each.rights])},
        )
        for each in roles_list()
    ]


STAFF_LIST = list_register(
    RoomList(
        screen="staff",
        title=gettext_lazy("Staff"),
        columns=(
            ListColumn("name", pgettext_lazy("person", "Name"), sort=True),
            ListColumn("username", gettext_lazy("Username"), sort=True),
            ListColumn("roles", gettext_lazy("Roles"), words=True),
            ListColumn("seen", gettext_lazy("Last sign-in"), sort=True),
            ListColumn("state", gettext_lazy("State"), sort=True),
        ),
        order="name",
        rows=SmallRows(_people),
        empty=Empty(gettext_lazy("Nobody yet"), gettext_lazy("Name the first person below.")),
        filters=_people_filters,
        export=RIGHT,
        by_store=False,
    )
)
ROLES_LIST = list_register(
    RoomList(
        screen="staff-roles",
        title=gettext_lazy("Roles"),
        columns=(
            ListColumn("role", gettext_lazy("Role"), sort=True),
            ListColumn("code", gettext_lazy("Code"), sort=True),
            ListColumn("rights", gettext_lazy("Rights"), numeric=True),
            # All of them in words is a wall; they stand on the role's own page.
            ListColumn("may", gettext_lazy("May"), words=True, by_default=False),
        ),
        order="role",
        rows=SmallRows(_roles),
        empty=Empty(gettext_lazy("No roles"), gettext_lazy("Make the first one below.")),
        filters=lambda _viewer: (
            Filter("q", gettext_lazy("Name or code"), kind="text"),
            Filter("may", gettext_lazy("May"), tuple([(str(c), t) for c, t in RIGHTS])),
        ),
        export=RIGHT,
        by_store=False,
    )
)
