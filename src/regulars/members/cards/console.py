"""The console's page of card batches."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.foundation.actors import Actor
from regulars.foundation.database.session import Unit, unit_retried
from regulars.foundation.webkit.blocks import Action, Fact, Facts, Head
from regulars.foundation.webkit.details import detail_page, log_part
from regulars.foundation.webkit.filters import Filter
from regulars.foundation.webkit.forms import Asked, Form, Values, forms_answered, managed_page
from regulars.foundation.webkit.listing import ListColumn
from regulars.foundation.webkit.listrows import SmallRows
from regulars.foundation.webkit.lists import RoomList, Row, Viewer, list_register, list_shown
from regulars.foundation.webkit.numbers import amount_text
from regulars.foundation.webkit.pages import staff_actor
from regulars.foundation.webkit.screens import Screen, Text, screen_register
from regulars.foundation.webkit.tables import Cell, Empty
from regulars.foundation.webkit.templatetags.webkit import instant
from regulars.members.cards.selectors import card_batches
from regulars.members.cards.services import cards_make

ACTS: dict[str, Text] = {"cards.made": gettext_lazy("Batch of cards made")}
BATCH_MAX = 10_000
NUMBER_DIGITS = 15


def card_batches_page(request: HttpRequest) -> HttpResponse:
    """All batches with how many cards are free; posted, a new one."""
    answered = forms_answered(
        request, lambda: (_form(),), {"make": lambda given: _made(staff_actor(request), given)}
    )
    if answered.done:
        messages.success(request, _("Done."))
        return redirect("console:card-batches")
    return managed_page(
        request,
        title=_("Card batches"),
        lead=_(
            "Numbers for printed cards are made here; a card is bound to its member at the till."
        ),
        table=list_shown(request, BATCHES),
        forms=answered.forms,
        status=answered.status,
    )


def card_batch_page(request: HttpRequest, batch: int) -> HttpResponse:
    """One batch: its numbers, how many cards are free, and who made it."""
    found = next((each for each in card_batches() if each.batch == batch), None)
    if found is None:
        raise Http404(str(batch))
    facts = Facts(
        (
            Fact(_("First card"), found.first, code=True),
            Fact(_("Last card"), found.last, code=True),
            Fact(_("Cards"), amount_text(found.count)),
            Fact(_("Free"), amount_text(found.free)),
            Fact(_("Made"), instant(found.created_at)),
        )
    )
    head = Head(found.name, back=Action(_("Card batches"), reverse("console:card-batches")))
    parts = [log_part(request, f"batch {batch}", acts=ACTS)]
    return detail_page(request, head, parts, facts=facts)


def _form() -> Form:
    return Form(
        "make",
        _("New batch"),
        _("Make the cards"),
        (
            Asked("name", _("Name")),
            Asked(
                "prefix",
                _("What every number starts with"),
                required=False,
                maximum=20,
                hint=_("Digits or large letters, such as 88."),
            ),
            Asked("first", _("First running number"), kind="number", lowest=0, initial=1),
            Asked(
                "digits",
                _("Digits of the running number"),
                kind="number",
                lowest=1,
                highest=NUMBER_DIGITS,
                initial=6,
            ),
            Asked(
                "count",
                _("How many cards"),
                kind="number",
                lowest=1,
                highest=BATCH_MAX,
                hint=_("At most 10,000 in one batch."),
            ),
        ),
        places={"card_numbers_taken": "first"},
    )


def _made(actor: Actor, given: Values) -> None:

    def attempted(unit: Unit) -> None:
        cards_make(
            unit=unit,
            actor=actor,
            name=given["name"],
            prefix=given["prefix"],
            first=given["first"],
            count=given["count"],
            digits=given["digits"],
        )

    unit_retried(attempted)


def _rows(_viewer: Viewer) -> list[Row]:
    return [
        Row(
            each.first,
            {
                "batch": Cell(
                    each.name, href=reverse("console:card-batches-one", args=[each.batch])
                ),
                "first": Cell(each.first, code=True),
                "last": Cell(each.last, code=True),
                "count": Cell(amount_text(each.count)),
                "free": Cell(amount_text(each.free)),
                "made": Cell(instant(each.created_at)),
            },
            values={"count": each.count, "free": each.free, "made": each.created_at},
        )
        for each in card_batches()
    ]


def _filters(_viewer: Viewer) -> tuple[Filter, ...]:
    return (
        Filter("q", gettext_lazy("Name or number"), kind="text"),
        Filter("made", gettext_lazy("Made"), kind="days"),
    )


BATCHES = list_register(
    RoomList(
        screen="card-batches",
        title=gettext_lazy("Card batches"),
        columns=(
            ListColumn("batch", gettext_lazy("Batch"), sort=True),
            ListColumn("first", gettext_lazy("First card"), sort=True),
            ListColumn("last", gettext_lazy("Last card")),
            ListColumn("count", gettext_lazy("Cards"), numeric=True, sort=True),
            ListColumn("free", gettext_lazy("Free"), numeric=True, sort=True),
            ListColumn("made", gettext_lazy("Made"), sort=True),
        ),
        order="-made",
        rows=SmallRows(_rows),
        empty=Empty(
            gettext_lazy("No cards were made yet"),
            gettext_lazy("Make a batch below, print its numbers, and bind the cards at the till."),
        ),
        filters=_filters,
        export="cards.make",
        by_store=False,
    )
)

screen_register(
    screen=Screen(
        name="card-batches",
        path="card-batches/",
        view=card_batches_page,
        title=gettext_lazy("Card batches"),
        section="members",
        icon="card",
        right="cards.make",
        place=50,
    )
)
screen_register(
    screen=Screen(
        name="card-batches-one",
        path="card-batches/<int:batch>/",
        view=card_batch_page,
        title=gettext_lazy("Card batch"),
        right="cards.make",
    )
)
