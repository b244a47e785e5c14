"""The timeline as a block of the console's pages."""

from django.utils.translation import gettext as _

from regulars.faces.console.movements import LINES_SHOWN, Happened, timeline
from regulars.foundation.database.session import Unit
from regulars.foundation.webkit.tables import Empty
from regulars.foundation.webkit.timelines import Moment, Reason, Timeline


def moments(
    unit: Unit, holder_id: str, before: int | None = None, *, shown: int = LINES_SHOWN
) -> Timeline:
    """A member's entries with their reasons, newest first; `older` is the next page's address."""
    story = timeline(unit, holder_id, before, shown=shown)
    return Timeline(
        tuple(_moment(each) for each in story.entries),
        Empty(
            _("No movements yet"),
            _("Every point that comes or goes is listed here, with the reason."),
        ),
        older=f"?tab=timeline&before={story.older}" if story.older else "",
    )


def _moment(entry: Happened) -> Moment:
    last = entry.movements[-1]
    after = _("%(amount)s afterwards") % {"amount": last.after}
    counter = next((str(each.counter) for each in entry.movements if each.counter), "")
    return Moment(
        title=f"{entry.title} · {counter}" if counter else entry.title,
        at=entry.occurred_at,
        way="in" if entry.is_in else "out",
        amounts=tuple(f"{each.amount} {each.asset}" for each in entry.movements),
        text=entry.words,
        meta=tuple(each for each in (entry.document, after) if each),
        reasons=tuple(Reason(each.text, each.fired, each.rule) for each in entry.reasons),
    )
