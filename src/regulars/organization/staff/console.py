"""The console's pages of staff: who works here, in which roles, and where."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.foundation.errors import RegularsError
from regulars.foundation.ids import new_secret
from regulars.foundation.webkit.details import actors_named_by, log_card
from regulars.foundation.webkit.lists import list_shown
from regulars.foundation.webkit.pages import (
    may,
    page,
    posted,
    refusal_shown,
    staff_actor,
)
from regulars.foundation.webkit.screens import OWN, Screen, screen_register
from regulars.organization.sessions.services import session_begun
from regulars.organization.staff.errors import OwnPasswordWrong
from regulars.organization.staff.labels import ACTS, RIGHTS
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
from regulars.organization.staff.selectors import staff_get, staff_names
from regulars.organization.staff.services import (
    own_password_tried,
    role_create,
    role_grant,
    role_withdraw,
    staff_create,
    staff_password_set,
    staff_update,
)
from regulars.organization.staff.types import StaffView


def staff_page(request: HttpRequest) -> HttpResponse:
    """Everybody who works here, and a form for somebody new."""
    given, status = request.POST, 200
    if request.method == "POST":
        password = new_secret()
        try:
            made = staff_create(
                actor=staff_actor(request),
                username=given.get("username", ""),
                display_name=given.get("display_name", ""),
                password=password,
                must_change_password=True,
                role=given.get("role", ""),
                language=given.get("language", "zh-hans"),
                **_place(given.get("place", "")),
            )
        except RegularsError as refusal:
            messages.error(request, refusal_shown(refusal))
            status = 422
        else:
            return _one(request, made, password)
    context = {
        "title": _("Staff"),
        "list": list_shown(request, STAFF_LIST),
        "given": given,
        "roles": roles_named(),
        "places": places_named(),
        "may_manage": may(request, "staff.manage"),
    }
    return page(request, "organization_staff/staff.html", context, status=status)


def person_page(request: HttpRequest, person: str) -> HttpResponse:
    """One person: her roles and where they hold, a new password, the end of signing in."""
    try:
        found = staff_get(person)
    except RegularsError:
        raise Http404(person[:40]) from None
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
    given = request.POST
    status = posted(request, _role_made, "console:staff-roles")
    if isinstance(status, HttpResponse):
        return status
    context = {
        "title": _("Roles"),
        "list": list_shown(request, ROLES_LIST),
        "given": given,
        "rights": [(code, label, code in given.getlist("rights")) for code, label in RIGHTS],
        "may_manage": may(request, "staff.manage"),
    }
    return page(request, "organization_staff/roles.html", context, status=status)


def _password_chosen(request: HttpRequest) -> str:
    """Sets one's own new password; answers what is wrong with what was typed, or ""."""
    old, new = request.POST.get("old", ""), request.POST.get("new", "")
    staff_id, session_key = str(request.user.pk), request.session.session_key or ""
    try:
        own_password_tried(staff_id=staff_id, session_key=session_key, password=old)
        if old == new:
            return _("Choose another password than the one up to now.")
        staff_password_set(actor=staff_actor(request), staff_id=staff_id, password=new)
    except OwnPasswordWrong:
        return _("The password up to now is not right.")
    except RegularsError as refusal:
        return refusal_shown(refusal)
    # Every session ended with the old password; the one that changed it goes on anew.
    update_session_auth_hash(request, Staff.objects.get(pk=staff_id))
    session_begun(
        staff_id=staff_id,
        session_key=request.session.session_key or "",
        user_agent=request.headers.get("User-Agent", ""),
    )
    return ""


def password_page(request: HttpRequest) -> HttpResponse:
    """One's own new password; whoever got a first one must choose another before all else."""
    status = 200
    if request.method == "POST":
        problem = _password_chosen(request)
        if not problem:
            messages.success(request, _("The new password is in force."))
            return redirect("console:today")
        messages.error(request, problem)
        status = 422
    context = {
        "title": _("Your password"),
        "is_first": getattr(request.user, "must_change_password", False),
    }
    return page(request, "organization_staff/password.html", context, status=status)


def _role_made(request: HttpRequest) -> None:
    given = request.POST
    role_create(
        actor=staff_actor(request),
        code=given.get("code", "").strip(),
        name={"zh-Hans": given.get("name_zh", ""), "en": given.get("name_en", "")},
        rights=given.getlist("rights"),
    )


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
    context = {
        "title": person.display_name,
        "person_shown": person,
        "password": password,
        "grants": [
            (
                each.role,
                roles.get(each.role, each.role),
                place_value(each),
                places.get(place_value(each), each.store or each.group),
            )
            for each in person.grants
        ],
        "roles": roles.items(),
        "places": places.items(),
        "may_manage": may(request, "staff.manage"),
        "address": reverse("console:staff-one", args=[person.id]),
        "log": log_card(str(person.id), ACTS),
    }
    return page(request, "organization_staff/person.html", context)


actors_named_by(staff_names)

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
