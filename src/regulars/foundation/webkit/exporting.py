"""What is asked before a list becomes a file: in which form, and with which of its columns."""

import msgspec
from django.http import HttpRequest
from django.utils.translation import gettext as _

from regulars.foundation.webkit.blocks import Fact
from regulars.foundation.webkit.confirming import Confirmation
from regulars.foundation.webkit.forms import Asked, Form, form_filled
from regulars.foundation.webkit.listing import Listing, ListState
from regulars.foundation.webkit.screens import Text

CSV, XLSX = "csv", "xlsx"
FORMATS = ((CSV, "CSV"), (XLSX, "XLSX"))
SHOWN, ALL = "shown", "all"


class FileAsked(msgspec.Struct, frozen=True):
    """The file that somebody wants: its columns in the order of the list, and its suffix."""

    columns: list[str]
    suffix: str


def export_question(counted: Fact, *, back: str, warning: Text) -> Confirmation:
    """Asks in which form the list is written, and whether with all its columns or those shown."""
    columns = ((SHOWN, _("those that are shown")), (ALL, _("all there are")))
    form = Form(
        "export",
        "",
        _("Write the file"),
        (
            Asked("format", _("Format"), FORMATS, kind="radio", initial=CSV),
            Asked("columns", _("Columns"), columns, kind="radio", initial=SHOWN),
        ),
    )
    return Confirmation(
        title=_("Export this list?"),
        consequences=(counted,),
        button=_("Write the file"),
        back=back,
        warning=warning,
        is_final=False,
        form=form_filled(form),
    )


def export_asked(request: HttpRequest, listing: Listing, state: ListState) -> FileAsked:
    """What was answered; what makes no sense is a CSV file of the columns that are shown."""
    every = [each.name for each in listing.columns]
    return FileAsked(
        columns=every if request.POST.get("columns") == ALL else list(state.columns),
        suffix=XLSX if request.POST.get("format") == XLSX else CSV,
    )
