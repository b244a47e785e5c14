"""What is asked before a role is taken or an account is closed: exactly what stops working."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.foundation.webkit.blocks import Fact
from regulars.foundation.webkit.confirming import (
    Confirmation,
    confirmation_page,
    consequence_register,
    consequences_beside,
    is_confirmed,
)
from regulars.foundation.webkit.numbers import amount_text
from regulars.foundation.webkit.pages import may, staff_actor
from regulars.organization.sessions.selectors import sessions_of
from regulars.organization.staff.rosters import place_value, places_named, roles_named
from regulars.organization.staff.selectors import right_words, rights_without, staff_list
from regulars.organization.staff.types import GrantView, StaffView

WITHDRAW, CLOSE = "withdraw", "close"


def ending_asked(request: HttpRequest, person: StaffView) -> HttpResponse | None:
    """The question before the deed that the address or the form names; None where it is answered,
    or where nothing ends."""
    given: Mapping[str, str] = request.POST if request.method == "POST" else request.GET
    if not may(request, "staff.manage"):
        return None
    asked: Confirmation | None = None
    if given.get("do") == CLOSE and person.is_active:
        asked = _closing(person)
    elif given.get("do") == WITHDRAW:
        wanted = (given.get("role", ""), given.get("place", ""))
        held = [each for each in person.grants if (each.role, place_value(each)) == wanted]
        is_own = staff_actor(request).id == person.id
        asked = _withdrawing(person, held[0], is_own=is_own) if held else None
    if asked is None or (request.method == "POST" and is_confirmed(request, asked)):
        return None
    return confirmation_page(request, asked)


def _closing(person: StaffView) -> Confirmation:
    return Confirmation(
        title=_("Close the account of %(name)s?") % {"name": person.display_name},
        consequences=(
            Fact(_("Account"), person.display_name, note=person.username),
            sessions_ending(person.id),
            Fact(_("Roles that open nothing any more"), _roles(person) or _("none")),
            *consequences_beside("staff.close", person.id),
            Fact(_("Her name in the log"), _("stays")),
        ),
        button=_("Close the account"),
        back=reverse("console:staff-one", args=[person.id]),
        warning=_("She can't sign in any more, from her next page on. It can be opened again."),
        carried=(("do", CLOSE),),
    )


def _withdrawing(person: StaffView, grant: GrantView, *, is_own: bool) -> Confirmation:
    role, place = _named(grant)
    lost = [right_words(each) for each in rights_without(person.id, grant)]
    return Confirmation(
        title=_("Take “%(role)s” from %(name)s?") % {"role": role, "name": person.display_name},
        consequences=(
            Fact(_("Role"), role, note=place),
            Fact(
                _("What she may do no more there"),
                amount_text(len(lost)) if lost else _("nothing: another role allows the same"),
                note=_(", ").join(lost),
            ),
            *([] if is_own else [sessions_ending(person.id)]),
            Fact(_("Roles that stay"), _roles(person, grant) or _("none")),
        ),
        button=_("Take this role away"),
        back=reverse("console:staff-one", args=[person.id]),
        warning=""
        if len(person.grants) > 1
        else _("Without a role she signs in and sees nothing."),
        carried=(("do", WITHDRAW), ("role", grant.role), ("place", place_value(grant))),
    )


def staff_idle(store: str) -> tuple[Fact, ...]:
    """What the closing of a store means for who works there and nowhere else."""
    there = [
        each.display_name
        for each in staff_list()
        if each.is_active and each.grants and all(grant.store == store for grant in each.grants)
    ]
    if not there:
        return ()
    label = _("People whose roles hold only there")
    return (Fact(label, amount_text(len(there)), note=_(", ").join(there)),)


def sessions_ending(staff_id: str) -> Fact:
    """How many browsers a person is signed out of at once, and which."""
    sessions = sessions_of(staff_id, current_key="")
    devices = _(", ").join(sorted({each.device for each in sessions}))
    return Fact(_("Sessions that end at once"), amount_text(len(sessions)), note=devices)


def _named(grant: GrantView) -> tuple[str, str]:
    roles, places = dict(roles_named()), dict(places_named())
    place = places.get(place_value(grant), grant.store or grant.group)
    return str(roles.get(grant.role, grant.role)), str(place)


def _roles(person: StaffView, but: GrantView | None = None) -> str:
    named = [_named(each) for each in person.grants if each != but]
    return _(", ").join([f"{role} ({place})" for role, place in named])


consequence_register("store.close", "staff", staff_idle)
