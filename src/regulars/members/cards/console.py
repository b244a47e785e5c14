"""The console's page of card batches."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.foundation.database.session import Unit, unit_retried
from regulars.foundation.webkit.forms import Asked, Form, managed_page
from regulars.foundation.webkit.pages import posted, staff_actor
from regulars.foundation.webkit.screens import Screen, screen_register
from regulars.foundation.webkit.tables import Cell, Column, Empty, Table
from regulars.foundation.webkit.templatetags.webkit import instant
from regulars.members.cards.errors import CardRangeMalformed
from regulars.members.cards.selectors import card_batches
from regulars.members.cards.services import cards_make

BATCH_MAX = 10_000
NUMBER_DIGITS = 15


def card_batches_page(request: HttpRequest) -> HttpResponse:
    """All batches with how many cards are free; posted, a new one."""
    status = posted(request, _made, "console:card-batches")
    if isinstance(status, HttpResponse):
        return status
    fields = (
        Asked("name", _("Name")),
        Asked("prefix", _("What every number starts with"), required=False, maximum=20),
        Asked("first", _("First running number"), maximum=NUMBER_DIGITS),
        Asked("digits", _("Digits of the running number"), maximum=2),
        Asked("count", _("How many cards, at most 10,000"), maximum=5),
    )
    return managed_page(
        request,
        title=_("Card batches"),
        table=_table(),
        forms=(Form("make", _("New batch"), _("Make the cards"), fields),),
        status=status,
    )


def _made(request: HttpRequest) -> None:
    given, actor = request.POST, staff_actor(request)
    first, digits, count = (_number(given.get(name, "")) for name in ("first", "digits", "count"))

    def attempted(unit: Unit) -> None:
        cards_make(
            unit=unit,
            actor=actor,
            name=given.get("name", ""),
            prefix=given.get("prefix", "").strip(),
            first=first,
            count=count,
            digits=digits,
        )

    unit_retried(attempted)


def _number(text: str) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) <= NUMBER_DIGITS):
        raise CardRangeMalformed(maximum=BATCH_MAX)
    return int(text)


def _table() -> Table:
    return Table(
        columns=(
            Column(_("Batch")),
            Column(_("First card")),
            Column(_("Last card")),
            Column(_("Cards"), numeric=True),
            Column(_("Free"), numeric=True),
            Column(_("Made")),
        ),
        rows=tuple(
            (
                Cell(each.name),
                Cell(each.first, code=True),
                Cell(each.last, code=True),
                Cell(str(each.count)),
                Cell(str(each.free)),
                Cell(instant(each.created_at)),
            )
            for each in card_batches()
        ),
        empty=Empty(_("No cards were made yet")),
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
