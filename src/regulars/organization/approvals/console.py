"""The console's page of what waits for a second person: who, how much, why, and what follows."""

import msgspec
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.foundation.errors import RegularsError
from regulars.foundation.webkit.lists import list_shown
from regulars.foundation.webkit.pages import (
    merchant_text,
    page,
    refusal_shown,
    rights_of,
    staff_actor,
)
from regulars.foundation.webkit.screens import OWN, Screen, Text, screen_register
from regulars.foundation.webkit.tables import Empty
from regulars.organization.approvals.past import PAST, STATES, described
from regulars.organization.approvals.selectors import (
    approvals_asked,
    approvals_waiting,
    approvals_waiting_count,
)
from regulars.organization.approvals.services import approval_decide, approval_withdraw
from regulars.organization.approvals.types import ApprovalState, ApprovalView, Described
from regulars.organization.staff.selectors import staff_names
from regulars.organization.stores.selectors import stores_list

SAID: dict[ApprovalState, Text] = {
    ApprovalState.APPROVED: gettext_lazy("Approved; it is being carried out."),
    ApprovalState.DONE: gettext_lazy("Approved, and done."),
    ApprovalState.DECLINED: gettext_lazy("Declined. Nothing was changed."),
    ApprovalState.WITHDRAWN: gettext_lazy("The request is withdrawn."),
}


class Waiting(msgspec.Struct, frozen=True):
    """One request as the page shows it."""

    view: ApprovalView
    title: str
    described: Described
    amount: str
    consequence: str
    asked_by: str
    store: str


def approvals_page(request: HttpRequest) -> HttpResponse:
    """What waits for the reader, what she asked for, and a list of what is over."""
    if request.method == "POST":
        return _decided(request)
    actor, rights = staff_actor(request), rights_of(request)
    waiting = approvals_waiting(rights, actor)
    mine = [each for each in approvals_asked(actor) if each.state is ApprovalState.WAITING]
    names = staff_names([each.requested_by for each in (*waiting, *mine)])
    stores = {each.code: merchant_text(each.name) for each in stores_list()}
    context = {
        "title": _("Approvals"),
        "waiting": [_shown(each, names, stores) for each in waiting],
        "mine": [_shown(each, names, stores) for each in mine],
        "past": list_shown(request, PAST),
        "empty": Empty(
            _("Nothing waits for you"),
            _("What goes beyond one person's limit is shown here until a second one decides."),
        ),
    }
    return page(request, "organization_approvals/approvals.html", context)


def _decided(request: HttpRequest) -> HttpResponse:
    deed, approval = request.POST.get("do", ""), request.POST.get("approval", "")
    actor, reason = staff_actor(request), request.POST.get("reason", "")
    try:
        if deed == "withdraw":
            view = approval_withdraw(actor=actor, approval=approval)
        else:
            view = approval_decide(
                actor=actor, approval=approval, approve=deed == "approve", reason=reason
            )
    except RegularsError as refusal:
        messages.error(request, refusal_shown(refusal))
    else:
        if view.state is ApprovalState.FAILED:
            messages.error(request, merchant_text(view.problem))
        else:
            messages.success(request, str(SAID.get(view.state, STATES[view.state][0])))
    return redirect("console:approvals")


def _shown(view: ApprovalView, names: dict[str, str], stores: dict[str, str]) -> Waiting:
    title, what = described(view)
    return Waiting(
        view=view,
        title=title,
        described=what,
        amount=merchant_text(what.amount),
        consequence=merchant_text(what.consequence),
        asked_by=names.get(view.requested_by, view.requested_by.partition(":")[2]),
        store=stores.get(view.store or "", view.store or _("all stores")),
    )


def _count(request: HttpRequest) -> int:
    return approvals_waiting_count(rights_of(request), staff_actor(request))


screen_register(
    screen=Screen(
        name="approvals",
        path="approvals/",
        view=approvals_page,
        title=gettext_lazy("Approvals"),
        section="shop",
        icon="done",
        right=OWN,
        place=20,
        count=_count,
        asks_again=True,
    )
)
