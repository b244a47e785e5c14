"""Enrolling a member at the desk: her number, her name, and what she agreed to."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.foundation.database.session import unit_retried
from regulars.foundation.webkit.blocks import Action, Block, Card, Columns, Head, Words, blocks_page
from regulars.foundation.webkit.forms import Asked, Form, form_answered, form_filled
from regulars.foundation.webkit.pages import may, merchant_text, rights_of, staff_actor
from regulars.members.consents.selectors import consent_texts
from regulars.members.consents.types import ConsentTextView
from regulars.members.profiles.types import NewMember
from regulars.organization.stores.selectors import stores_list
from regulars.rules.enrolment.services import enrolment_make

NAME_MAX = 120
RIGHT = "members.manage"
# Between a purpose and the version of its text: in neither of them.
OF = "@"


def member_new_page(request: HttpRequest) -> HttpResponse:
    """Asks who becomes a member, with the texts to read to her; then goes to her page."""
    texts = consent_texts()
    form = _form(request, texts)
    made: list[str] = []
    shown = form_filled(form)

    def work(values: dict[str, Any]) -> None:
        made.append(_enrolled(request, values))

    if request.method == "POST":
        answered = form_answered(request, form, work)
        if answered is None:
            messages.success(request, _("Done."))
            return redirect("console:members-portrait", made[0])
        shown = answered
    back = Action(_("Members"), reverse("console:members"), look="quiet")
    read: tuple[Block, ...] = tuple(
        Card(merchant_text(each.title), (Words(merchant_text(each.body)),)) for each in texts
    )
    blocks = [Columns(left=(shown,), right=read)]
    return blocks_page(request, Head(_("Enrol a member"), back=back), blocks, status=shown.status)


def _form(request: HttpRequest, texts: list[ConsentTextView]) -> Form:
    # Who may enrol at some stores only chooses one of these.
    is_everywhere = rights_of(request).may(RIGHT)
    stores = [("", _("none"))] if is_everywhere else []
    stores += [
        (each.code, merchant_text(each.name))
        for each in stores_list()
        if each.is_active and may(request, RIGHT, each.code)
    ]
    agreed = Asked(
        "agreed",
        _("The customer agrees to"),
        tuple((f"{each.purpose}{OF}{each.version}", _titled(each)) for each in texts),
        kind="checks",
        required=any(each.is_needed for each in texts),
        hint=_("Let her read the text, then tick what she says yes to."),
    )
    return Form(
        "enrol",
        "",
        _("Enrol"),
        (
            Asked("phone", _("Phone"), kind="phone", maximum=40),
            Asked("name", _("Name"), required=False, maximum=NAME_MAX),
            Asked("store", _("Home store"), tuple(stores), required=not is_everywhere),
            agreed,
        ),
        places={
            "identifier_taken": "phone",
            "invalid_phone": "phone",
            "unknown_store": "store",
            "consent_missing": "agreed",
        },
    )


def _titled(text: ConsentTextView) -> str:
    title = merchant_text(text.title)
    return _("%(title)s (necessary)") % {"title": title} if text.is_needed else title


def _enrolled(request: HttpRequest, values: dict[str, Any]) -> str:
    agreed = dict(each.split(OF, 1) for each in values["agreed"])
    who = NewMember(values["name"], values["phone"], store=values["store"] or None)
    actor = staff_actor(request)
    joined = unit_retried(
        lambda unit: enrolment_make(unit=unit, actor=actor, who=who, agreed=agreed)
    )
    return joined.public_id
