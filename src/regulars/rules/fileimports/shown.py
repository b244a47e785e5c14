"""How an import is shown: its steps, its totals beside the old system's, what an undoing takes."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.foundation.amounts import currency_exponent
from regulars.foundation.shop.selectors import shop_known
from regulars.foundation.webkit.blocks import Action, Fact, Words
from regulars.foundation.webkit.numbers import MINUS, amount_text
from regulars.foundation.webkit.pages import merchant_text
from regulars.foundation.webkit.progress import Progress
from regulars.foundation.webkit.screens import Text
from regulars.foundation.webkit.tables import Cell, Column, Empty, Table
from regulars.foundation.webkit.wizards import DrawnStep
from regulars.rules.fileimports.selectors import rejected_list, total_text
from regulars.rules.fileimports.types import FileImportView, TotalLine

SHOWN = 50
MEMBERS = "members"
SALES = frozenset({"sales", "refunds"})
UNDER_WAY = frozenset({"running", "undoing"})
UNDOABLE = frozenset({"running", "finished", "undoing"})
STEPS: tuple[Text, ...] = (
    gettext_lazy("File"),
    gettext_lazy("Say what columns mean"),
    gettext_lazy("Check"),
    gettext_lazy("Agree on the totals"),
    gettext_lazy("Import"),
    gettext_lazy("Compare"),
)
# At which of the steps an import stands, by its state; beyond the last one there is nothing to do.
STANDS_AT = {"added": 1, "checked": 3, "running": 4, "finished": 5}


def steps_of(view: FileImportView) -> list[DrawnStep]:
    """The way of an import from the file to the comparison, with the place where it stands."""
    now = STANDS_AT.get(view.state, len(STEPS))
    return [
        DrawnStep(
            title=title,
            number=number + 1,
            href="",
            is_current=number == now,
            is_passed=number < now,
        )
        for number, title in enumerate(STEPS)
    ]


def differing(view: FileImportView) -> list[TotalLine]:
    """The totals that are not those of the old system."""
    return [line for line in view.totals if line.difference]


def agreement_of(view: FileImportView) -> Words | None:
    """Whether the totals are the old system's, in a sentence; None before there are any."""
    if not view.totals:
        return None
    if view.state == "undone":
        return Words(_("This import was undone: what it had brought was taken back."), "")
    if wrong := differing(view):
        words = _(
            "Totals that differ from the old system's: %(count)s. Look at the rejected rows first; "
            "what stands in them is missing here."
        )
        return Words(words % {"count": len(wrong)}, "bad")
    if any(line.expected is None for line in view.totals):
        if view.state != "checked":
            return Words(
                _("The old system's totals were not given, so there is no comparison."), ""
            )
        return Words(
            _("Type the old system's totals beside the columns: only then can they be compared."),
            "",
        )
    return Words(_("All totals agree with the old system's."), "good")


def agreement_cell(view: FileImportView) -> Cell:
    """The same in a word, for a list."""
    if wrong := differing(view):
        return Cell(_("%(count)s differ") % {"count": len(wrong)}, tone="bad")
    known = [line for line in view.totals if line.expected is not None]
    return Cell(_("agrees"), tone="good") if known else Cell("–")


def progress_of(view: FileImportView, href: str) -> Progress:
    """How far the import or its undoing is."""
    if view.state not in UNDER_WAY:
        return Progress(_("Done"), href, "done", actions=(Action(_("Show the result"), href),))
    if view.state == "undoing":
        return Progress(_("The import is being undone"), href, "running")
    return Progress(
        _("Rows are being imported"), href, "running", done=view.rows_done, total=view.row_count
    )


def totals_table(view: FileImportView, places: dict[str, int], names: dict[str, Text]) -> Table:
    """Each total of the file beside the old system's, with the difference marked."""
    exponent = currency_exponent(shop_known().currency)
    is_dry = view.state in ("added", "checked")

    def row(line: TotalLine) -> tuple[Cell, ...]:
        place = places.get(line.name, exponent)
        figures = (line.file, line.taken, line.rejected, line.expected)
        cells = [Cell(total_text(each, place)) for each in figures]
        return (Cell(names.get(line.name, line.name)), *cells, _difference(line, place))

    return Table(
        columns=(
            Column(_("Total")),
            Column(_("In the file"), numeric=True),
            Column(_("Would be taken over") if is_dry else _("Taken over"), numeric=True),
            Column(_("In rejected rows"), numeric=True),
            Column(_("Old system"), numeric=True),
            Column(_("Difference"), numeric=True),
        ),
        rows=tuple(row(line) for line in view.totals),
        empty=Empty(_("Not checked yet")),
    )


def _difference(line: TotalLine, place: int) -> Cell:
    """What is missing here against the old system, or too much."""
    if line.difference is None:
        return Cell("–")
    if line.difference == 0:
        return Cell(_("agrees"), tone="good")
    amount = total_text(abs(line.difference), place)
    words = _("%(amount)s missing") if line.difference > 0 else _("%(amount)s too much")
    note = _("all of it in rejected rows") if line.difference == line.rejected else ""
    return Cell(words % {"amount": amount}, tone="bad", note=note)


def rejected_table(view: FileImportView) -> Table:
    """The first rows that are not taken, each with the reason."""
    return Table(
        columns=(Column(_("Row")), Column(_("Why it is not taken"), words=True)),
        rows=tuple(
            (Cell(amount_text(each.row)), Cell(merchant_text(each.text)))
            for each in rejected_list(view.id, SHOWN)
        ),
        empty=Empty(_("No row was rejected")),
    )


def undo_consequences(
    view: FileImportView, places: dict[str, int], names: dict[str, Text]
) -> tuple[Fact, ...]:
    """What an undoing takes back, total by total."""
    exponent = currency_exponent(shop_known().currency)
    rows = Fact(_("Rows taken back"), amount_text(view.rows_done - view.rejected))
    return (
        rows,
        *[
            Fact(
                names.get(line.name, line.name),
                f"{MINUS}{total_text(line.taken, places.get(line.name, exponent))}",
            )
            for line in view.totals
            if line.name != MEMBERS and line.taken
        ],
    )
