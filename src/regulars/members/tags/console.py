"""The console's list of tags."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.foundation import clock
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.webkit.blocks import Action, Head, blocks_page
from regulars.foundation.webkit.filters import Filter
from regulars.foundation.webkit.forms import Asked, Form, form_answered, form_filled
from regulars.foundation.webkit.listing import ListColumn
from regulars.foundation.webkit.listrows import SmallRows
from regulars.foundation.webkit.lists import RoomList, Row, Viewer, list_register, list_shown
from regulars.foundation.webkit.numbers import UNKNOWN, amount_text
from regulars.foundation.webkit.pages import may, merchant_text, staff_actor
from regulars.foundation.webkit.screens import Screen, screen_register
from regulars.foundation.webkit.tables import Cell, Empty
from regulars.foundation.webkit.templatetags.webkit import instant
from regulars.members.tags.selectors import tags_named, tags_tallied
from regulars.members.tags.services import NAME_MAX, tag_create
from regulars.members.tallies.types import Tally

# Whoever says what segments there are, also says what tags there are.
MANAGE = "segments.manage"


def tags_page(request: HttpRequest) -> HttpResponse:
    """All tags, with how many members carry each, as of the last counting."""
    lead = _("A tag marks members by hand or by a segment; rules can ask for it.")
    new = Action(_("New tag"), reverse("console:tags-new"), look="main")
    head = Head(_("Tags"), lead, actions=(new,) if may(request, MANAGE) else ())
    return blocks_page(request, head, [list_shown(request, TAGS)])


def tag_new_page(request: HttpRequest) -> HttpResponse:
    """A form for a new tag; then it is put on members, one by one or a whole list."""

    def deed(values: dict[str, Any]) -> None:
        tag_create(actor=staff_actor(request), code=values["code"], name=values["name"])

    asked = _form()
    form = form_filled(asked)
    if request.method == "POST":
        again = form_answered(request, asked, deed)
        if again is None:
            told = _("The tag is made. Put it on members on their own pages, or on a whole list.")
            messages.success(request, told)
            return redirect("console:tags")
        form = again
    head = Head(_("New tag"), back=Action(_("Tags"), reverse("console:tags")))
    return blocks_page(request, head, [form], status=form.status)


def _form() -> Form:
    return Form(
        "tag",
        _("New tag"),
        _("Make the tag"),
        (
            Asked("name", _("Name"), kind="texts", maximum=NAME_MAX),
            Asked(
                "code",
                _("Code"),
                maximum=NAME_MAX,
                hint=_("Rules and files name the tag by it. It can't be changed later."),
            ),
        ),
        lead=_("Members don't see tags; staff see them on the member's page and in lists."),
        places={"tag_exists": "code", "tag_code_malformed": "code"},
    )


def _rows(_viewer: Viewer) -> list[Row]:
    with unit_of_work() as unit:
        tags = tags_named(unit)
        tally = tags_tallied(unit, clock.now())
    return [
        Row(
            tag.code,
            {
                "tag": Cell(
                    merchant_text(tag.name), href=f"{reverse('console:members')}?tag={tag.code}"
                ),
                "code": Cell(tag.code, code=True),
                "members": _carried(tally, tag.code),
            },
            values={"members": tally.of(tag.code) if tally else 0},
        )
        for tag in tags
    ]


def _carried(tally: Tally | None, code: str) -> Cell:
    if tally is None:
        return Cell(UNKNOWN, note=_("not counted yet"))
    return Cell(amount_text(tally.of(code)), note=instant(tally.counted_at))


TAGS = list_register(
    RoomList(
        screen="tags",
        title=gettext_lazy("Tags"),
        columns=(
            ListColumn("tag", gettext_lazy("Tag"), sort=True),
            ListColumn("code", gettext_lazy("Code"), sort=True),
            ListColumn("members", gettext_lazy("Members"), numeric=True, sort=True),
        ),
        order="tag",
        rows=SmallRows(_rows),
        empty=Empty(
            gettext_lazy("No tags yet"),
            gettext_lazy("A tag marks members by hand or by a segment; rules can ask for it."),
        ),
        filters=lambda _viewer: (Filter("q", gettext_lazy("Name or code"), kind="text"),),
        export="tags.view",
        by_store=False,
    )
)

screen_register(
    screen=Screen(
        name="tags",
        path="tags/",
        view=tags_page,
        title=gettext_lazy("Tags"),
        section="members",
        icon="tags",
        place=40,
        right="tags.view",
    )
)
screen_register(
    screen=Screen(
        name="tags-new",
        path="tags/new/",
        view=tag_new_page,
        title=gettext_lazy("New tag"),
        right=MANAGE,
        change=MANAGE,
    )
)
