"""Before what can't be undone: a page, or a dialog over the page, that says it in figures."""

from typing import ClassVar

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from regulars.foundation.ids import new_id
from regulars.foundation.webkit.blocks import Fact, Head, blocks_page, is_part_wanted, part_page
from regulars.foundation.webkit.forms import Asked, FilledForm, Form, form_filled
from regulars.foundation.webkit.screens import Text

CONFIRMED = "confirmed"


class Confirmation(msgspec.Struct, frozen=True):
    """What is about to happen: `consequences` are figures (12 members, ¥300.00 of points, …).

    `carried` are hidden values that come back with the answer. `typed` is a word that has to be
    typed before the greatest steps, usually the thing's own name. `form` has further questions,
    for instance a reason.
    """

    template: ClassVar[str] = "webkit/blocks/confirmation.html"

    title: Text
    consequences: tuple[Fact, ...]
    button: Text
    back: str
    warning: Text = ""
    is_final: bool = True
    carried: tuple[tuple[str, str], ...] = ()
    typed: str = ""
    form: FilledForm | None = None


def confirmation_page(
    request: HttpRequest, confirmation: Confirmation, *, status: int = 200
) -> HttpResponse:
    """The confirmation alone when htmx asks for the dialog, else as a page of its own.

    The answer is posted to the same address; `is_confirmed` reads it.
    """
    if is_part_wanted(request):
        return part_page(request, confirmation, status=status)
    return blocks_page(request, Head(confirmation.title), [confirmation], status=status)


def reason_for_second_person() -> FilledForm:
    """What a confirmation asks for when the deed waits for somebody else's word: why. With a key,
    so that a button pressed twice asks once."""
    return form_filled(
        Form(
            deed="ask",
            title="",
            button="",
            fields=(
                Asked(
                    "reason",
                    _("Why"),
                    kind="long",
                    maximum=300,
                    hint=_("A second person has to approve it, and reads this."),
                ),
                Asked("key", "", kind="hidden", required=False, initial=new_id()),
            ),
        )
    )


def is_confirmed(request: HttpRequest, confirmation: Confirmation) -> bool:
    """Whether the person said yes, and typed the word where one is asked for."""
    given = request.POST
    typed = given.get("typed", "").strip()
    return given.get(CONFIRMED) == "yes" and (not confirmation.typed or typed == confirmation.typed)
