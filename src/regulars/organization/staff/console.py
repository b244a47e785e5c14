"""The console's pages of staff: who works here, in which roles, and where."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.foundation.errors import RegularsError
from regulars.foundation.ids import new_secret
from regulars.foundation.webkit.blocks import Action, Head, blocks_page
from regulars.foundation.webkit.details import log_card
from regulars.foundation.webkit.forms import Values, forms_answered, managed_page
from regulars.foundation.webkit.lists import list_shown
from regulars.foundation.webkit.pages import (
    may,
    page,
    refusal_shown,
    staff_actor,
    way_back,
)
from regulars.foundation.webkit.screens import (
    OWN,
    Finder,
    Found,
    Screen,
    finder_register,
    screen_register,
)
from regulars.organization.sessions.services import session_begun
from regulars.organization.staff.endings import CLOSE, WITHDRAW, ending_asked
from regulars.organization.staff.errors import PasswordUnchanged
from regulars.organization.staff.forms import (
    FIRST_ROLE,
    new_person_form,
    new_role_form,
    own_password_form,
)
from regulars.organization.staff.labels import ACTS
from regulars.organization.staff.models import Staff
from regulars.organization.staff.role_pages import role_page
from regulars.organization.staff.rosters import (
    GROUP,
    ROLES_LIST,
    STAFF_LIST,
    STORE,
    place_value,
    places_named,
    roles_named,
)
from regulars.organization.staff.selectors import staff_get, staff_list
from regulars.organization.staff.services import (
    own_password_tried,
    role_create,
    role_grant,
    role_withdraw,
    staff_create,
    staff_password_set,
    staff_update,
)
from regulars.organization.staff.types import GrantView, StaffView


def staff_page(request: HttpRequest) -> HttpResponse:
    """Everybody who works here, and a form for somebody new."""
    made: list[tuple[StaffView, str]] = []

    def create(given: Values) -> None:
        password = new_secret()
        person = staff_create(
            actor=staff_actor(request),
            username=given["username"],
            display_name=given["display_name"],
            password=password,
            must_change_password=True,
            role=given["role"],
            language=given["language"],
            **_place(given["place"]),
        )
        made.append((person, password))

    answered = forms_answered(request, lambda: (new_person_form(),), {"create": create})
    if made:
        return _one(request, *made[0])
    return managed_page(
        request,
        title=_("Staff"),
        lead=_("Who may sign in, and what each may do at which stores."),
        actions=(Action(_("Roles"), reverse("console:staff-roles")),),
        table=list_shown(request, STAFF_LIST),
        forms=answered.forms if may(request, "staff.manage") else (),
        status=answered.status,
    )


def person_page(request: HttpRequest, person: str) -> HttpResponse:
    """One person: her roles and where they hold, a new password, the end of signing in."""
    try:
        found = staff_get(person)
    except RegularsError:
        raise Http404(person[:40]) from None
    if (asked := ending_asked(request, found)) is not None:
        return asked
    if request.method != "POST":
        return _one(request, found, None)
    deed = request.POST.get("do", "")
    try:
        if deed == "password":
            password = new_secret()
            staff_password_set(
                actor=staff_actor(request), staff_id=person, password=password, must_change=True
            )
            return _one(request, found, password)
        if deed in DEEDS:
            DEEDS[deed](request, person)
            messages.success(request, _("Done."))
    except RegularsError as refusal:
        messages.error(request, refusal_shown(refusal))
    return redirect("console:staff-one", person)


def roles_page(request: HttpRequest) -> HttpResponse:
    """All roles with their rights, and a form for a role of one's own."""

    def create(given: Values) -> None:
        role_create(
            actor=staff_actor(request),
            code=given["code"],
            name=given["name"],
            rights=given["rights"],
        )

    answered = forms_answered(request, lambda: (new_role_form(),), {"create": create})
    if answered.done:
        messages.success(request, _("Done."))
        return redirect("console:staff-roles")
    return managed_page(
        request,
        title=_("Roles"),
        lead=_("A role is a set of rights: whoever has the role may do all of it."),
        actions=(Action(_("Staff"), reverse("console:staff")),),
        table=list_shown(request, ROLES_LIST),
        forms=answered.forms if may(request, "staff.manage") else (),
        status=answered.status,
    )


def _password_chosen(request: HttpRequest, given: Values) -> None:
    """Sets one's own new password, and goes on with the session that changed it."""
    staff_id, session_key = str(request.user.pk), request.session.session_key or ""
    own_password_tried(staff_id=staff_id, session_key=session_key, password=given["old"])
    if given["old"] == given["new"]:
        raise PasswordUnchanged
    staff_password_set(actor=staff_actor(request), staff_id=staff_id, password=given["new"])
    # Every session ended with the old password; the one that changed it goes on anew.
    update_session_auth_hash(request, Staff.objects.get(pk=staff_id))
    session_begun(
        staff_id=staff_id,
        session_key=request.session.session_key or "",
        user_agent=request.headers.get("User-Agent", ""),
    )


def password_page(request: HttpRequest) -> HttpResponse:
    """One's own new password; whoever got a first one must choose another before all else."""
    is_first = getattr(request.user, "must_change_password", False)
    deeds = {"change": lambda given: _password_chosen(request, given)}
    answered = forms_answered(request, lambda: (own_password_form(),), deeds)
    if answered.done:
        messages.success(request, _("The new password is in force."))
        return redirect(way_back(request))
    if is_first:
        lead = _("Somebody else knows your first password. Choose another one before you go on.")
    else:
        lead = _("The new password holds from the next sign-in on.")
    pin = Action(_("Your PIN"), reverse("console:pin"))
    head = Head(_("Your password"), lead, actions=() if is_first else (pin,))
    return blocks_page(request, head, answered.forms, status=answered.status)


def _granted(request: HttpRequest, person: str) -> None:
    role_grant(
        actor=staff_actor(request),
        staff_id=person,
        role=request.POST.get("role", ""),
        **_place(request.POST.get("place", "")),
    )


def _withdrawn(request: HttpRequest, person: str) -> None:
    role_withdraw(
        actor=staff_actor(request),
        staff_id=person,
        role=request.POST.get("role", ""),
        **_place(request.POST.get("place", "")),
    )


def _renamed(request: HttpRequest, person: str) -> None:
    name = request.POST.get("display_name", "")
    staff_update(actor=staff_actor(request), staff_id=person, display_name=name)


DEEDS: dict[str, Callable[[HttpRequest, str], object]] = {
    "grant": _granted,
    "withdraw": _withdrawn,
    "rename": _renamed,
    "close": lambda request, person: staff_update(
        actor=staff_actor(request), staff_id=person, is_active=False
    ),
    "open": lambda request, person: staff_update(
        actor=staff_actor(request), staff_id=person, is_active=True
    ),
}


def _place(text: str) -> dict[str, str | None]:
    """`store:s1`, `group:east`, or nothing for all stores, as services take it."""
    return {
        "store": text.removeprefix(STORE) if text.startswith(STORE) else None,
        "group": text.removeprefix(GROUP) if text.startswith(GROUP) else None,
    }


def _one(request: HttpRequest, person: StaffView, password: str | None) -> HttpResponse:
    roles, places = dict(roles_named()), dict(places_named())
    address = reverse("console:staff-one", args=[person.id])
    context = {
        "title": person.display_name,
        "person_shown": person,
        "password": password,
        "grants": [
            (
                roles.get(each.role, each.role),
                places.get(place_value(each), each.store or each.group),
                _taking(address, each),
            )
            for each in person.grants
        ],
        "closing": Action(
            _("Close the account"), f"{address}?do={CLOSE}", look="danger", in_dialog=True
        ),
        "factors": Action(
            _("Take the second factors away"),
            reverse("console:staff-factors", args=[person.id]),
            in_dialog=True,
        ),
        "roles": roles.items(),
        "first_role": FIRST_ROLE,
        "places": places.items(),
        "may_manage": may(request, "staff.manage"),
        "address": address,
        "log": log_card(request, str(person.id), ACTS),
    }
    return page(request, "organization_staff/person.html", context)


def _taking(address: str, grant: GrantView) -> Action:
    asked = urlencode({"do": WITHDRAW, "role": grant.role, "place": place_value(grant)})
    return Action(_("Take this role away"), f"{address}?{asked}", in_dialog=True)


def staff_like(text: str) -> list[Found]:
    """People of the staff by name or account, for the search."""
    wanted = text.casefold()
    return [
        Found(each.display_name, reverse("console:staff-one", args=[each.id]), each.username)
        for each in staff_list()
        if wanted in each.display_name.casefold() or wanted in each.username.casefold()
    ]


finder_register(
    finder=Finder(
        name="staff",
        title=gettext_lazy("Staff"),
        icon="members",
        right="staff.view",
        find=staff_like,
        place=50,
    )
)

screen_register(
    screen=Screen(
        name="staff",
        path="staff/",
        view=staff_page,
        title=gettext_lazy("Staff"),
        section="shops",
        icon="members",
        right="staff.view",
        change="staff.manage",
        place=12,
        asks_again=True,
    )
)
screen_register(
    screen=Screen(
        name="staff-roles",
        path="roles/",
        view=roles_page,
        title=gettext_lazy("Roles"),
        right="staff.view",
        change="staff.manage",
        asks_again=True,
    )
)
screen_register(
    screen=Screen(
        name="staff-one",
        path="staff/<str:person>/",
        view=person_page,
        title=gettext_lazy("Staff"),
        right="staff.view",
        change="staff.manage",
        asks_again=True,
    )
)
screen_register(
    screen=Screen(
        name="password",
        path="password/",
        view=password_page,
        title=gettext_lazy("Your password"),
        right=OWN,
    )
)
screen_register(
    screen=Screen(
        name="staff-role",
        path="roles/<str:code>/",
        view=role_page,
        title=gettext_lazy("Role"),
        right="staff.view",
        change="staff.manage",
        asks_again=True,
    )
)
