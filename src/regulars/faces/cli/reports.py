"""Sentences on the state of the house, one a line with a mark."""

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from regulars.faces.cli.words import words
from regulars.foundation.diagnoses import Diagnosis, Verdict

MARKS = {
    Verdict.OK: ("✓", "green"),
    Verdict.WARNING: ("!", "yellow"),
    Verdict.FAILING: ("✗", "red"),
}


def report_printed(diagnoses: Iterable[Diagnosis]) -> None:
    """Prints each with its mark, in the deployment's language."""
    table = Table(show_header=False, box=None, padding=(0, 1, 0, 0))
    for each in diagnoses:
        text = words(zh=each.texts["zh-Hans"], en=each.texts["en"])
        table.add_row(Text(*MARKS[each.verdict]), Text(text))
    Console(highlight=False).print(table)
