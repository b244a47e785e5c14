"""A member's data, cards and great changes, and the list of everything that can be done."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from regulars.faces.console.consequences import (
    card_lost_means,
    card_replaced_means,
    erased_means,
    exported_means,
    frozen_means,
    merged_means,
    signed_out_means,
    untagged_means,
)
from regulars.faces.console.deeds import (
    Deed,
    Values,
    form_made,
    in_unit_deed,
    json_file,
    named,
    number_form,
    phone_deed,
    points_deed,
    points_form,
    reason_asked,
    reveal_deed,
    tag_deed,
    tag_form,
    untag_deed,
    untag_form,
)
from regulars.faces.console.fields import details_form, details_kept
from regulars.foundation.webkit.forms import Asked, FilledForm
from regulars.foundation.webkit.pages import staff_actor
from regulars.members.cards.selectors import card_named
from regulars.members.cards.services import (
    card_bind,
    card_replace,
    card_report_found,
    card_report_lost,
)
from regulars.members.lifecycle.services import (
    member_erase,
    member_export,
    member_freeze,
    member_merge,
)
from regulars.members.profiles.selectors import uuid_of
from regulars.members.profiles.services import identifier_add, identifier_remove
from regulars.members.profiles.types import MemberView
from regulars.members.signin.services import session_end

SOURCE = "console"


def _with_card(deed: str, title: Any, *fields: Asked, danger: bool = False) -> Any:
    """A form about one card, whose id travels with it; its number stays in the house."""
    return _with("card", deed, title, *fields, danger=danger)


def _with(what: str, deed: str, title: Any, *fields: Asked, danger: bool = False) -> Any:
    """A form about one thing of the member's, whose id travels with it."""

    def made(request: HttpRequest, member: MemberView) -> FilledForm:
        meant = Asked(what, "", kind="hidden", initial=named(request, what))
        return form_made(deed, title, title, *fields, meant, danger=danger)(request, member)

    return made


def _added(request: HttpRequest, member: MemberView, values: Values) -> str:
    return in_unit_deed(identifier_add, request, member, kind=values["kind"], value=values["value"])


def _removed(request: HttpRequest, member: MemberView, values: Values) -> str:
    given = {"kind": values["kind"], "value": values["value"]}
    return in_unit_deed(identifier_remove, request, member, **given)


def _bound(request: HttpRequest, member: MemberView, values: Values) -> str:
    return in_unit_deed(card_bind, request, member, number=values["number"])


def _lost(request: HttpRequest, member: MemberView, values: Values) -> str:
    given = {"number": _number(member, values), "reason": values["reason"]}
    return in_unit_deed(card_report_lost, request, member, **given)


def _found(request: HttpRequest, member: MemberView, values: Values) -> str:
    return in_unit_deed(card_report_found, request, member, number=_number(member, values))


def _replaced(request: HttpRequest, member: MemberView, values: Values) -> str:
    given = {name: values[name] for name in ("new_number", "reason")}
    number = _number(member, values)
    return in_unit_deed(card_replace, request, member, number=number, **given)


def _number(member: MemberView, values: Values) -> str:
    return card_named(member.id, values["card"]).number


def _signed_out(request: HttpRequest, member: MemberView, values: Values) -> str:
    session_end(actor=staff_actor(request), member_id=member.id, session=values["session"])
    return ""


def _said(request: HttpRequest, values: Values) -> dict[str, Any]:
    """What every great change is told: why, once, by whom."""
    return {
        "reason": values["reason"],
        "key": values["key"],
        "source": SOURCE,
        "actor": staff_actor(request),
    }


def _frozen(request: HttpRequest, member: MemberView, values: Values) -> str:
    member_freeze(member_id=member.id, frozen=True, **_said(request, values))
    return ""


def _released(request: HttpRequest, member: MemberView, values: Values) -> str:
    member_freeze(member_id=member.id, frozen=False, **_said(request, values))
    return ""


def _merged(request: HttpRequest, member: MemberView, values: Values) -> str:
    into = uuid_of(values["into"])
    member_merge(from_id=member.id, into_id=into, **_said(request, values))
    return ""


def _erased(request: HttpRequest, member: MemberView, values: Values) -> str:
    member_erase(member_id=member.id, **_said(request, values))
    return ""


def _exported(request: HttpRequest, member: MemberView, _values: Values) -> HttpResponse:
    found = member_export(member_id=member.id, actor=staff_actor(request))
    return json_file(member.public_id, found)


MANAGE, GREAT = "members.manage", "members.erase"

DEEDS: dict[str, Deed] = {
    "points": Deed("points.adjust", "timeline", points_form, points_deed),
    "tag": Deed(MANAGE, "tags", tag_form, tag_deed),
    "untag": Deed(MANAGE, "tags", untag_form, untag_deed, untagged_means),
    "reveal": Deed(
        MANAGE,
        "data",
        form_made(
            "reveal",
            _("Show numbers"),
            _("Show the numbers in the clear"),
            lead=_("That you looked is noted in the log."),
        ),
        reveal_deed,
    ),
    "details": Deed(MANAGE, "data", details_form, details_kept),
    "phone": Deed(
        MANAGE,
        "data",
        form_made(
            "phone",
            _("Change the phone"),
            _("Change the phone"),
            Asked("value", _("New phone number"), kind="phone", maximum=40),
            lead=_("The old number leads to this member no more."),
        ),
        phone_deed,
    ),
    "number-add": Deed(MANAGE, "data", number_form("number-add", _("Add a number")), _added),
    "number-remove": Deed(
        MANAGE, "data", number_form("number-remove", _("Remove a number")), _removed
    ),
    "card-bind": Deed(
        MANAGE,
        "cards",
        form_made(
            "card-bind",
            _("Give a card"),
            _("Give this card"),
            Asked("number", _("Card number"), maximum=40),
        ),
        _bound,
    ),
    "card-lost": Deed(
        MANAGE,
        "cards",
        _with_card("card-lost", _("Report lost"), reason_asked()),
        _lost,
        card_lost_means,
    ),
    "card-found": Deed(MANAGE, "cards", _with_card("card-found", _("Found again")), _found),
    "card-replace": Deed(
        MANAGE,
        "cards",
        _with_card(
            "card-replace",
            _("Replace the card"),
            Asked("new_number", _("Number of the new card"), maximum=40),
            reason_asked(),
            danger=True,
        ),
        _replaced,
        card_replaced_means,
        is_final=True,
    ),
    "session-end": Deed(
        MANAGE,
        "cards",
        _with("session", "session-end", _("Sign out on this device"), danger=True),
        _signed_out,
        signed_out_means,
    ),
    "freeze": Deed(
        MANAGE,
        "data",
        form_made("freeze", _("Freeze"), _("Freeze everything"), reason_asked()),
        _frozen,
        frozen_means,
    ),
    "release": Deed(
        MANAGE,
        "data",
        form_made("release", _("Release"), _("Release everything"), reason_asked()),
        _released,
    ),
    "export": Deed(
        GREAT,
        "data",
        form_made("export", _("Export the data"), _("Export the data")),
        _exported,
        exported_means,
        warning=_("Hand the file to nobody but the member."),
    ),
    "merge": Deed(
        GREAT,
        "data",
        form_made(
            "merge",
            _("Merge into another member"),
            _("Merge for ever"),
            Asked(
                "into",
                _("Member number of the one who stays"),
                placeholder="mem_…",
                maximum=40,
            ),
            reason_asked(),
            danger=True,
        ),
        _merged,
        merged_means,
        warning=_("This can't be undone."),
        is_final=True,
    ),
    "erase": Deed(
        GREAT,
        "data",
        form_made("erase", _("Erase"), _("Erase for ever"), reason_asked(), danger=True),
        _erased,
        erased_means,
        warning=_("This can't be undone."),
        is_final=True,
        is_typed=True,
    ),
}
