"""What acts on rules say, by the tellers of their rooms; expressions stand there on request."""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from regulars.entitlements.tiers.selectors import ladder_changes_told, ladder_get
from regulars.foundation.audit.models import AuditRecord
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.errors import RegularsError
from regulars.foundation.webkit.tables import Folded, Said
from regulars.ledger.book.selectors import assets_known
from regulars.rules.programs.services import version_promises
from regulars.rules.segments.services import in_words

Noted = tuple[tuple[Said, ...], tuple[Folded, ...]]
NOTHING: Noted = ((), ())
BECAME = " → "


def _condition(record: AuditRecord) -> Noted:
    """Whom a segment means, and meant before; its expression for who asks for it."""
    text = str(record.details.get("condition", ""))
    if not text:
        return NOTHING
    *before, now = text.split(BECAME)
    told = [in_words(now)]
    if before:
        told = [
            _("now: %(words)s") % {"words": told[0] or now},
            _("before: %(words)s") % {"words": in_words(before[0]) or before[0]},
        ]
    said = _("Who is in it: %(words)s") % {"words": _("; ").join([each for each in told if each])}
    folded = Folded(_("The expression"), tuple(reversed([*before, now])), code=True)
    return ((Said(said),) if any(told) else (), (folded,))


def _published(record: AuditRecord) -> Noted:
    """What a published version promises; what nobody can read any more is left out."""
    try:
        promises = version_promises(record.subject, int(record.details.get("version", 0)))
    except (RegularsError, TypeError, ValueError):
        return NOTHING
    if not promises:
        return NOTHING
    lines = tuple([_("%(name)s: %(value)s") % {"name": n, "value": told} for n, told in promises])
    return (), (Folded(_("What it promises"), lines),)


def _levels(record: AuditRecord) -> Noted:
    """What was changed of levels: which figure from what to what."""
    changes = record.details.get("changes")
    if not changes:
        return NOTHING
    try:
        with unit_of_work() as unit:
            ladder, assets = ladder_get(unit, record.subject), assets_known(unit)
    except RegularsError:
        return NOTHING
    told = _("; ").join(ladder_changes_told(ladder, changes, assets))
    return (Said(_("Changed: %(changes)s") % {"changes": told}),), ()


# By the act: what is told of it beside its details, and which details are told by that alone.
FOLDED: Mapping[str, Callable[[AuditRecord], Noted]] = {
    "segment.saved": _condition,
    "segment.removed": _condition,
    "program.published": _published,
    "ladder.saved": _levels,
}
UNWORDED: Mapping[str, frozenset[str]] = {
    "segment.saved": frozenset({"condition"}),
    "segment.removed": frozenset({"condition"}),
    # The work itself is called by its kind.
    "work.begun": frozenset({"kind"}),
}
