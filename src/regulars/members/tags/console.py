"""The console's list of tags."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.foundation.database.session import unit_of_work
from regulars.foundation.webkit.numbers import amount_text
from regulars.foundation.webkit.pages import list_page, merchant_text
from regulars.foundation.webkit.screens import Screen, screen_register
from regulars.foundation.webkit.tables import Cell, Column, Empty, Table
from regulars.members.tags.selectors import tags_listed


def tags_page(request: HttpRequest) -> HttpResponse:
    """All tags, with how many members carry each now."""
    with unit_of_work() as unit:
        tags = tags_listed(unit)
    table = Table(
        columns=(Column(_("Tag")), Column(_("Code")), Column(_("Members"), numeric=True)),
        rows=tuple(
            (
                Cell(merchant_text(tag.name)),
                Cell(tag.code, code=True),
                Cell(amount_text(tag.members)),
            )
            for tag in tags
        ),
        empty=Empty(
            _("No tags yet"),
            _("A tag marks members by hand or by a segment; rules can ask for it."),
        ),
    )
    return list_page(request, title=_("Tags"), table=table)


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
