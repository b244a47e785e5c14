"""The console's page of one's own PIN."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.foundation.errors import RegularsError
from regulars.foundation.webkit.pages import page, refusal_shown, staff_actor
from regulars.foundation.webkit.screens import OWN, Screen, screen_register
from regulars.organization.overrides.selectors import pin_is_set
from regulars.organization.overrides.services import pin_remove, pin_set
from regulars.organization.staff.services import own_password_tried


def pin_page(request: HttpRequest) -> HttpResponse:
    """One's own PIN, to take over a till and to allow exceptions: chosen, changed, taken away."""
    status = 200
    if request.method == "POST":
        try:
            _changed(request)
        except RegularsError as refusal:
            messages.error(request, refusal_shown(refusal))
            status = 422
        else:
            return redirect("console:pin")
    context = {"title": _("Your PIN"), "is_set": pin_is_set(str(request.user.pk))}
    return page(request, "organization_overrides/pin.html", context, status=status)


def _changed(request: HttpRequest) -> None:
    actor = staff_actor(request)
    own_password_tried(
        staff_id=actor.id,
        session_key=request.session.session_key or "",
        password=request.POST.get("password", ""),
    )
    if request.POST.get("do") == "remove":
        pin_remove(actor=actor, staff_id=actor.id)
        messages.success(request, _("Your PIN is taken away."))
        return
    pin_set(actor=actor, pin=request.POST.get("pin", ""))
    messages.success(request, _("The new PIN is in force."))


screen_register(
    screen=Screen(name="pin", path="pin/", view=pin_page, title=gettext_lazy("Your PIN"), right=OWN)
)
