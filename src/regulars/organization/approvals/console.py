"""The console's page of what waits for a second person: who, how much, why, and what follows."""

import msgspec
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.foundation.errors import RegularsError
from regulars.foundation.webkit.pages import (
    merchant_text,
    page,
    refusal_shown,
    rights_of,
    staff_actor,
)
from regulars.foundation.webkit.screens import OWN, Screen, Text, screen_register
from regulars.foundation.webkit.tables import Cell, Column, Empty, Table, Tone
from regulars.foundation.webkit.templatetags.webkit import instant
from regulars.organization.approvals.registry import approval_kinds
from regulars.organization.approvals.selectors import (
    approvals_asked,
    approvals_decided,
    approvals_waiting,
    approvals_waiting_count,
)
from regulars.organization.approvals.services import approval_decide, approval_withdraw
from regulars.organization.approvals.types import ApprovalState, ApprovalView, Described
from regulars.organization.staff.selectors import staff_names
from regulars.organization.stores.selectors import stores_list

SHOWN_LATELY = 20

STATES: dict[ApprovalState, tuple[Text, Tone]] = {
    ApprovalState.WAITING: (gettext_lazy("waiting"), "warn"),
    ApprovalState.APPROVED: (gettext_lazy("approved, being carried out"), "warn"),
    ApprovalState.DONE: (gettext_lazy("approved and done"), "good"),
    ApprovalState.FAILED: (gettext_lazy("approved, but refused"), "bad"),
    ApprovalState.DECLINED: (gettext_lazy("declined"), "bad"),
    ApprovalState.WITHDRAWN: (gettext_lazy("withdrawn"), "quiet"),
    ApprovalState.EXPIRED: (gettext_lazy("lapsed"), "quiet"),
}

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
    """What waits for the reader, what she asked for, and what was decided lately."""
    if request.method == "POST":
        return _decided(request)
    actor, rights = staff_actor(request), rights_of(request)
    waiting = approvals_waiting(rights, actor)
    asked = approvals_asked(actor)
    decided = approvals_decided(rights, actor)[:SHOWN_LATELY]
    people = [each.requested_by for each in (*waiting, *asked, *decided)]
    names = staff_names([*people, *[each.decided_by for each in (*asked, *decided)]])
    stores = {each.code: merchant_text(each.name) for each in stores_list()}
    context = {
        "title": _("Approvals"),
        "waiting": [_shown(each, names, stores) for each in waiting],
        "mine": [
            _shown(each, names, stores) for each in asked if each.state is ApprovalState.WAITING
        ],
        "asked": _table([each for each in asked if each.decided_at or _is_over(each)], names),
        "decided": _table(decided, names),
        "is_anything_asked": bool(asked),
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
    kind = approval_kinds().get(view.kind)
    described = kind.describe(view.payload) if kind else Described({}, {})
    return Waiting(
        view=view,
        title=merchant_text(kind.title) if kind else view.kind,
        described=described,
        amount=merchant_text(described.amount),
        consequence=merchant_text(described.consequence),
        asked_by=names.get(view.requested_by, view.requested_by.partition(":")[2]),
        store=stores.get(view.store or "", view.store or _("all stores")),
    )


def _is_over(view: ApprovalView) -> bool:
    return view.state not in (ApprovalState.WAITING, ApprovalState.APPROVED)


def _table(views: list[ApprovalView], names: dict[str, str]) -> Table:
    return Table(
        columns=(
            Column(_("What")),
            Column(_("How much"), numeric=True),
            Column(_("Asked for by")),
            Column(_("Decided by")),
            Column(_("State")),
        ),
        rows=tuple(_row(each, names) for each in views),
        empty=Empty(_("Nothing was decided yet")),
    )


def _row(view: ApprovalView, names: dict[str, str]) -> tuple[Cell, ...]:
    shown = _shown(view, names, {})
    words, tone = STATES[view.state]
    return (
        Cell(shown.title, href=shown.described.href, note=view.reason),
        Cell(shown.amount, note=shown.described.whom),
        Cell(shown.asked_by, note=instant(view.requested_at)),
        Cell(
            names.get(view.decided_by, "—"),
            note=instant(view.decided_at) if view.decided_at else "",
        ),
        Cell(words, tone=tone, note=merchant_text(view.problem) or view.decided_reason),
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
