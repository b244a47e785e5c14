"""The console's list of tags, and the page of one."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.foundation import clock
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.webkit.blocks import Action, Fact, Facts, Head, blocks_page
from regulars.foundation.webkit.details import Part, detail_page, log_part
from regulars.foundation.webkit.filters import Filter
from regulars.foundation.webkit.forms import Asked, Form, form_answered, form_filled
from regulars.foundation.webkit.listing import ListColumn
from regulars.foundation.webkit.listrows import SmallRows
from regulars.foundation.webkit.lists import RoomList, Row, Viewer, list_register, list_shown
from regulars.foundation.webkit.numbers import amount_text
from regulars.foundation.webkit.pages import may, merchant_text, staff_actor
from regulars.foundation.webkit.screens import Screen, screen_register
from regulars.foundation.webkit.tables import Cell, Empty
from regulars.foundation.webkit.tabs import Tab
from regulars.foundation.webkit.templatetags.webkit import instant
from regulars.foundation.works.selectors import works_with
from regulars.members.tags.counting import COUNTED_AT_ONCE_MAX
from regulars.members.tags.errors import UnknownTag
from regulars.members.tags.selectors import tag_get, tags_counted, tags_named
from regulars.members.tags.services import NAME_MAX, tag_create, tag_rename
from regulars.members.tags.types import Carried, TagView

# Whoever says what segments there are, also says what tags there are.
MANAGE = "segments.manage"
ACTS = {
    "tag.created": gettext_lazy("Tag made"),
    "tag.renamed": gettext_lazy("Tag renamed"),
    # Putting it on many members at once, or taking it off, is a long work.
    "work.begun": gettext_lazy("Begun with many members"),
    "work.stopped": gettext_lazy("Stopped"),
    "work.again": gettext_lazy("Begun again"),
}


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


def tag_page(request: HttpRequest, code: str) -> HttpResponse:
    """One tag: how many carry it, its name, what was done to it; posted, it is renamed."""
    tag, filled = _found(code), None
    if request.method == "POST":
        form = _renaming(tag)
        filled = form_answered(request, form, lambda values: _renamed(request, tag, values))
        if filled is None:
            messages.success(request, _("Saved."))
            return redirect("console:tags-one", code)
    parts = [log_part(request, tag.code, acts=ACTS, beside=works_with("tag", tag.code))]
    if may(request, MANAGE):
        change = Part(Tab("change", _("Name")), lambda: [filled or form_filled(_renaming(tag))])
        parts = [change, *parts]
    head = Head(
        merchant_text(tag.name),
        back=Action(_("Tags"), reverse("console:tags")),
    )
    status = filled.status if filled is not None else 200
    return detail_page(request, head, parts, facts=_facts(tag), status=status)


def _found(code: str) -> TagView:
    try:
        return tag_get(code)
    except UnknownTag:
        raise Http404(code[:40]) from None


def _renaming(tag: TagView) -> Form:
    name = Asked("name", _("Name"), kind="texts", maximum=NAME_MAX, initial=tag.name)
    lead = _("Its code stays, and with it who carries it and what rules and files say of it.")
    return Form("rename", _("Rename the tag"), _("Save"), (name,), lead=lead)


def _renamed(request: HttpRequest, tag: TagView, values: dict[str, Any]) -> None:
    tag_rename(actor=staff_actor(request), code=tag.code, name=values["name"])


def _facts(tag: TagView) -> Facts:
    now = clock.now()
    with unit_of_work() as unit:
        cell = _carried(tags_counted(unit, now, tag.code).get(tag.code, Carried(0, now)))
    return Facts(
        (
            Fact(_("Code"), tag.code, code=True),
            Fact(_("Members"), cell.text, href=_carriers(tag.code), note=cell.note),
        )
    )


def _rows(_viewer: Viewer) -> list[Row]:
    now = clock.now()
    with unit_of_work() as unit:
        tags, counts = tags_named(unit), tags_counted(unit, now)
    return [_row(each, counts.get(each.code, Carried(0, now))) for each in tags]


def _row(tag: TagView, carried: Carried) -> Row:
    return Row(
        tag.code,
        {
            "tag": Cell(merchant_text(tag.name), href=reverse("console:tags-one", args=[tag.code])),
            "code": Cell(tag.code, code=True),
            "members": _carried(carried, _carriers(tag.code)),
        },
        values={"members": carried.members},
    )


def _carried(carried: Carried, href: str = "") -> Cell:
    """How many carry a tag; what was not counted this moment says when, or that it is to come."""
    members = amount_text(carried.members)
    if carried.is_more:
        return Cell(f"{members}+", href=href, note=_("not counted yet"))
    is_now = carried.members <= COUNTED_AT_ONCE_MAX
    return Cell(members, href=href, note="" if is_now else instant(carried.counted_at))


def _carriers(code: str) -> str:
    return f"{reverse('console:members')}?tag={code}"


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
screen_register(
    screen=Screen(
        name="tags-one",
        path="tags/named/<str:code>/",
        view=tag_page,
        title=gettext_lazy("Tag"),
        right="tags.view",
        change=MANAGE,
    )
)
