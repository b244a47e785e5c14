"""The last line of the first page: whether the figures were proved and the data copied."""

from datetime import datetime, timedelta

import msgspec
from django.utils.translation import gettext as _

from regulars.foundation import clock
from regulars.foundation.audit.copies import BACKED_UP, BACKUP_AGE_MAX
from regulars.foundation.audit.selectors import last_recorded
from regulars.foundation.health import State, health_findings, state_of
from regulars.foundation.webkit.tables import Tone
from regulars.foundation.webkit.templatetags.webkit import instant

# The acts in the audit trail that the line looks for, and how old the last may be.
PROVED = "ledger.proved"
PROOF_FAILED = "ledger.proof_failed"
PROOF_AGE_MAX = timedelta(days=8)


class Sign(msgspec.Struct, frozen=True):
    """One sentence on the state of the house."""

    text: str
    tone: Tone
    todo: str = ""


def health_signs() -> list[Sign]:
    """Whether all works, when the books were last proved, and when data was last copied."""
    findings = health_findings()
    state = state_of(findings)
    words = {
        State.OK: Sign(_("Everything is working"), "good"),
        State.WARNING: Sign(_("Working, with warnings: run “regulars doctor”"), "warn"),
        State.FAILING: Sign(_("Something is failing: run “regulars doctor”"), "bad"),
    }
    return [
        words[state],
        _proof(),
        _last(_("Last backup"), last_recorded(BACKED_UP), BACKUP_AGE_MAX, "regulars backup"),
    ]


def _proof() -> Sign:
    proved, failed = last_recorded(PROVED), last_recorded(PROOF_FAILED)
    if failed is not None and (proved is None or failed > proved):
        text = _("The last proof of the books found differences: run “regulars prove”")
        return Sign(text, "bad")
    return _last(_("Last proof of the books"), proved, PROOF_AGE_MAX, "regulars prove")


def _last(what: str, at: datetime | None, age_max: timedelta, command: str) -> Sign:
    todo = _("run “%(command)s”") % {"command": command}
    if at is None:
        return Sign(_("%(what)s: never") % {"what": what}, "warn", todo)
    if clock.now() - at <= age_max:
        return Sign(_("%(what)s: %(at)s") % {"what": what, "at": instant(at)}, "good")
    return Sign(_("%(what)s: %(at)s") % {"what": what, "at": instant(at)}, "warn", todo)
