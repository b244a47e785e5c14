"""The console's page of one's own PIN."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.foundation.webkit.blocks import Badge, Fact, Head, blocks_page
from regulars.foundation.webkit.confirming import consequence_register
from regulars.foundation.webkit.forms import (
    PASSWORD_LONG,
    Asked,
    Deed,
    Form,
    Values,
    forms_answered,
)
from regulars.foundation.webkit.pages import staff_actor
from regulars.foundation.webkit.screens import OWN, Screen, Text, screen_register
from regulars.organization.overrides.selectors import pin_is_set
from regulars.organization.overrides.services import pin_remove, pin_set
from regulars.organization.staff.services import own_password_tried

SAID: dict[str, Text] = {
    "set": gettext_lazy("The new PIN is in force."),
    "remove": gettext_lazy("Your PIN is taken away."),
}


def pin_page(request: HttpRequest) -> HttpResponse:
    """One's own PIN, to take over a till and to allow exceptions: chosen, changed, taken away."""
    is_set = pin_is_set(str(request.user.pk))
    answered = forms_answered(request, lambda: _forms(is_set=is_set), _deeds(request))
    if answered.done:
        messages.success(request, str(SAID[answered.done]))
        return redirect("console:pin")
    lead = _(
        "With it you take over an open till, and who may allow exceptions allows one at a "
        "colleague's till, without signing in there. Choose another one than your phone's or your "
        "bank card's."
    )
    badges = (Badge(_("in force"), "good"),) if is_set else ()
    head = Head(_("Your PIN"), lead, badges=badges)
    return blocks_page(request, head, answered.forms, status=answered.status)


def _forms(*, is_set: bool) -> tuple[Form, ...]:
    password = Asked("password", _("Password"), kind="password", maximum=PASSWORD_LONG)
    pin = Asked("pin", _("New PIN, 6 to 8 digits"), kind="pin", maximum=8)
    places = {
        "own_password_wrong": "password",
        "too_many_tries": "password",
        "pin_malformed": "pin",
        "pin_too_simple": "pin",
    }
    button = _("Change the PIN") if is_set else _("Set the PIN")
    setting = Form("set", "", button, (password, pin), places=places)
    if not is_set:
        return (setting,)
    removing = Form(
        "remove",
        _("Take the PIN away"),
        _("Take the PIN away"),
        (password,),
        lead=_("No more exceptions with it, and no till is taken over."),
        look="",
        places=places,
    )
    return (setting, removing)


def _deeds(request: HttpRequest) -> dict[str, Deed]:
    actor = staff_actor(request)

    def tried(given: Values) -> None:
        session_key = request.session.session_key or ""
        own_password_tried(staff_id=actor.id, session_key=session_key, password=given["password"])

    def put(given: Values) -> None:
        tried(given)
        pin_set(actor=actor, pin=given["pin"])

    def remove(given: Values) -> None:
        tried(given)
        pin_remove(actor=actor, staff_id=actor.id)

    return {"set": put, "remove": remove}


def pin_idle(staff_id: str) -> tuple[Fact, ...]:
    """What the closing of an account means for its PIN."""
    if not pin_is_set(staff_id):
        return ()
    return (Fact(_("Her PIN"), _("takes over no till and allows no exception any more")),)


consequence_register("staff.close", "overrides", pin_idle)
screen_register(
    screen=Screen(name="pin", path="pin/", view=pin_page, title=gettext_lazy("Your PIN"), right=OWN)
)
