"""Before what can't be undone: a page, or a dialog over the page, that says it in figures."""

from collections.abc import Callable, Sequence
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


# What a deed with one thing means for what another room keeps, in figures.
Meant = Callable[[str], Sequence[Fact]]


class _Known:
    """Who tells what a deed means, by the deed and by the room."""

    tellers: dict[str, dict[str, Meant]] = {}


def consequence_register(deed: str, room: str, tell: Meant) -> None:
    """Lets a room say what a deed of a room below means for its own things.

    `deed` names the confirmation, such as `store.close`; `tell` gets the thing's code or id.
    """
    _Known.tellers.setdefault(deed, {})[room] = tell


def consequences_beside(deed: str, subject: str) -> tuple[Fact, ...]:
    """What the other rooms say of a deed, in the order of their names."""
    tellers = _Known.tellers.get(deed, {})
    return tuple([fact for room in sorted(tellers) for fact in tellers[room](subject)])


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
