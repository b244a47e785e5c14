"""What was asked for and is over, for who asked and who might have decided."""

from collections.abc import Mapping, Sequence

import msgspec
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy

from regulars.foundation import clock
from regulars.foundation.rights import Rights
from regulars.foundation.webkit.filters import Filter
from regulars.foundation.webkit.listing import ListColumn
from regulars.foundation.webkit.listrows import QueryRows
from regulars.foundation.webkit.lists import (
    Narrowed,
    Page,
    RoomList,
    Row,
    Viewer,
    list_register,
)
from regulars.foundation.webkit.pages import merchant_text
from regulars.foundation.webkit.screens import Text
from regulars.foundation.webkit.tables import Cell, Empty, Tone
from regulars.foundation.webkit.templatetags.webkit import instant
from regulars.organization.approvals.models import Approval
from regulars.organization.approvals.registry import approval_kinds
from regulars.organization.approvals.selectors import DECIDE, view_of
from regulars.organization.approvals.types import ApprovalState, ApprovalView, Described
from regulars.organization.staff.selectors import rights_of, staff_list, staff_names

STATES: dict[ApprovalState, tuple[Text, Tone]] = {
    ApprovalState.WAITING: (gettext_lazy("waiting"), "warn"),
    ApprovalState.APPROVED: (gettext_lazy("approved, being carried out"), "warn"),
    ApprovalState.DONE: (gettext_lazy("approved and done"), "good"),
    ApprovalState.FAILED: (gettext_lazy("approved, but refused"), "bad"),
    ApprovalState.DECLINED: (gettext_lazy("declined"), "bad"),
    ApprovalState.WITHDRAWN: (gettext_lazy("withdrawn"), "quiet"),
    ApprovalState.EXPIRED: (gettext_lazy("lapsed"), "quiet"),
}


class PastRows(msgspec.Struct, frozen=True):
    """Requests that wait no longer: one's own, and those that one might have decided."""

    def page(self, viewer: Viewer, asked: Narrowed, *, order: str, after: str, limit: int) -> Page:
        """A page of them."""
        return _rows(viewer).page(viewer, asked, order=order, after=after, limit=limit)

    def count(self, viewer: Viewer, asked: Narrowed, *, at_most: int) -> int:
        """How many match."""
        return _rows(viewer).count(viewer, asked, at_most=at_most)


def described(view: ApprovalView) -> tuple[str, Described]:
    """What the deed is called, and what it would do; a kind that is gone by its code alone."""
    kind = approval_kinds().get(view.kind)
    if kind is None:
        return view.kind, Described({}, {})
    return merchant_text(kind.title), kind.describe(view.payload)


def _rows(viewer: Viewer) -> QueryRows:
    return QueryRows(
        query=lambda: _seen(viewer),
        rows=_drawn,
        orders={"asked": "requested_at"},
        where={
            "what": lambda kind: Q(kind=kind),
            "state": _in_state,
            "who": lambda who: Q(requested_by=who),
            "decided": lambda who: Q(decided_by=who),
        },
        days={"asked": "requested_at"},
    )


def _seen(viewer: Viewer) -> QuerySet[Approval]:
    rights = rights_of(viewer.actor) or Rights.NOBODYS
    seen = Q(requested_by=str(viewer.actor))
    for code, kind in approval_kinds().items():
        seen |= _decidable(rights, code, kind.right)
    over = ~Q(state="waiting", expires_at__gt=clock.now())
    return Approval.objects.filter(over).filter(seen)


def _decidable(rights: Rights, kind: str, right: str) -> Q:
    """Those of a kind that these rights suffice to decide: everywhere, or at some stores."""
    everywhere = all(rights.may(each) for each in (DECIDE, right))
    if everywhere:
        return Q(kind=kind)
    stores = [code for code in rights.at if all(rights.may(each, code) for each in (DECIDE, right))]
    return Q(kind=kind, store__in=stores)


def _in_state(state: str) -> Q:
    # What waits in the list has lapsed: what may still be decided is not in it.
    return Q(state="waiting" if state == ApprovalState.EXPIRED else state)


def _drawn(found: Sequence[Approval]) -> list[Row]:
    views = [view_of(each) for each in found]
    people = [name for each in views for name in (each.requested_by, each.decided_by)]
    names = staff_names(people)
    return [_row(each, names) for each in views]


def _row(view: ApprovalView, names: Mapping[str, str]) -> Row:
    title, what = described(view)
    words, tone = STATES[view.state]
    asked_by = names.get(view.requested_by, view.requested_by.partition(":")[2])
    return Row(
        view.public_id,
        {
            "what": Cell(title, href=what.href, note=view.reason),
            "amount": Cell(merchant_text(what.amount), note=what.whom),
            "asked": Cell(asked_by, note=instant(view.requested_at)),
            "decided": Cell(
                names.get(view.decided_by, "—"),
                note=instant(view.decided_at) if view.decided_at else "",
            ),
            "state": Cell(
                words, tone=tone, note=merchant_text(view.problem) or view.decided_reason
            ),
        },
    )


def _filters(_viewer: Viewer) -> tuple[Filter, ...]:
    kinds = tuple([(code, merchant_text(kind.title)) for code, kind in approval_kinds().items()])
    people = tuple([(f"staff:{each.id}", each.display_name) for each in staff_list()])
    states = [
        (str(state), words)
        for state, (words, _tone) in STATES.items()
        if state is not ApprovalState.WAITING
    ]
    return (
        Filter("what", gettext_lazy("What"), kinds),
        Filter("state", gettext_lazy("State"), tuple(states)),
        Filter("who", gettext_lazy("Asked for by"), people),
        Filter("decided", gettext_lazy("Decided by"), people),
        Filter("asked", gettext_lazy("Asked for"), kind="days"),
    )


PAST = list_register(
    RoomList(
        screen="approvals",
        title=gettext_lazy("Approvals"),
        columns=(
            ListColumn("what", gettext_lazy("What"), words=True),
            ListColumn("amount", gettext_lazy("How much"), numeric=True),
            ListColumn("asked", gettext_lazy("Asked for by"), sort=True),
            ListColumn("decided", gettext_lazy("Decided by")),
            ListColumn("state", gettext_lazy("State"), words=True),
        ),
        order="-asked",
        rows=PastRows(),
        empty=Empty(gettext_lazy("Nothing was decided yet")),
        filters=_filters,
        export=DECIDE,
        by_store=False,
    )
)
