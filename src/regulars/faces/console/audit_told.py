"""Acts in words: who did it, to whom, and what was noted of it, with links in place of ids."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.faces.console.audit_names import MEMBER, Names
from regulars.faces.console.audit_words import noted, reason_told
from regulars.faces.console.job_words import ACTORS, JOBS
from regulars.foundation.audit.models import AuditRecord
from regulars.foundation.errors import RegularsError
from regulars.foundation.ids import public_id
from regulars.foundation.webkit.details import Opens, Told, acts_told_by
from regulars.foundation.webkit.screens import Text, screens_known
from regulars.foundation.webkit.tables import Said

# What is one of its kind, by the code under which acts name it, with the page where it is found.
ONLY: dict[str, tuple[Text, str]] = {
    "shop": (gettext_lazy("the shop"), "settings"),
    "phone": (gettext_lazy("Members' phones"), "phone"),
    "database": (gettext_lazy("the database"), ""),
    "ledger": (gettext_lazy("the books"), ""),
    "personal_keys": (gettext_lazy("the key file"), ""),
    "backup_key": (gettext_lazy("the key of the backups"), ""),
    "nobody": (gettext_lazy("somebody unknown"), ""),
    "top_spend": (gettext_lazy("the spend of the top fifth"), ""),
    "rfm_days": (gettext_lazy("the days that count as recent"), ""),
    "rfm_orders": (gettext_lazy("the purchases that count as often"), ""),
    "rfm_spend": (gettext_lazy("the spend that counts as much"), ""),
}
# The kind of thing that an act is done to, by the act or by what its code begins with.
SUBJECTS: dict[str, str] = {
    "staff": "staff",
    "pin": "staff",
    "override.refused": "staff",
    "role": "role",
    "store": "store",
    "counter": "store",
    "day_end": "store",
    "store_group": "store_group",
    "device": "device",
    "till": "device",
    "apikey": "apikey",
    "webhook": "webhook",
    "inbound": "inbound",
    "program": "program",
    "ladder": "ladder",
    "segment": "segment",
    "tag": "tag",
    "event_kind": "event_kind",
    "preset": "preset",
    "member_field": "member_field",
    "consent.text_saved": "purpose",
    "cards": "cards",
    "file_import": "file_import",
    "work": "work",
    "shift": "shift",
    "drawer": "shift",
}


def acts_told(records: Sequence[AuditRecord], opens: Opens) -> list[Told]:
    """Records of the audit trail in words. `opens` says which pages the reader may open."""
    names = Names([text for each in records for text in _texts(each)], opens)
    found = []
    for each in records:
        said, folded = noted(each, names)
        who, whom = _who(each, names), _whom(each, names, opens)
        found.append(Told(who, whom, reason_told(each), said, folded))
    return found


def _texts(record: AuditRecord) -> Iterable[str]:
    """Everything in a record that may name something."""
    yield record.subject
    kind, _colon, code = record.actor.partition(":")
    yield _member_named(code) if kind == "member" else record.actor
    yield from _strings(record.details)


def _strings(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)


def _who(record: AuditRecord, names: Names) -> Said:
    kind, _colon, code = record.actor.partition(":")
    if kind == "staff":
        return names.of("staff", code)
    if kind == "member":
        member = _member_named(code)
        if member == record.subject:
            return Said(_("the member herself"))
        return names.of("member", member)
    if kind == "api_key":
        key = names.of("apikey", code)
        return Said(_("API key %(name)s") % {"name": key.text}, key.href)
    if kind == "system":
        return Said(_("Regulars by itself"))
    return Said(str(ACTORS.get(code) or JOBS.get(code) or code))


def _whom(record: AuditRecord, names: Names, opens: Opens) -> Said:
    subject, action = record.subject, record.action
    if subject in ONLY:
        words, screen = ONLY[subject]
        is_open = bool(screen) and opens(screen)
        return Said(str(words), reverse(f"console:{screen}") if is_open else "")
    if subject.startswith(MEMBER):
        return names.of("member", subject)
    if subject.startswith("apr_"):
        kind = names.of("approval", str(record.details.get("kind", "")))
        href = reverse("console:approvals") if opens("approvals") else ""
        return Said(kind.text or subject, href)
    if kind_of := SUBJECTS.get(action) or SUBJECTS.get(action.partition(".")[0]):
        return names.of(kind_of, subject)
    return _told_otherwise(record, opens)


def _told_otherwise(record: AuditRecord, opens: Opens) -> Said:
    """What has no page and no name of its own."""
    subject, begins = record.subject, record.action.partition(".")[0]
    if begins == "override":
        return Said(_("an exception"))
    if begins == "ticket":
        return Said(_("Receipt %(number)s") % {"number": subject})
    if begins == "terminal":
        return Said(_("Till %(number)s") % {"number": subject})
    if begins == "job":
        href = reverse("console:jobs") if opens("jobs") else ""
        return Said(str(JOBS.get(subject, subject)), href)
    if begins == "import":
        return Said(_("History of past sales"))
    if begins == "view":
        screen = next((each for each in screens_known() if each.name == subject), None)
        if screen is not None:
            is_open = opens(screen.name) and bool(screen.section)
            return Said(str(screen.title), reverse(f"console:{screen.name}") if is_open else "")
    return Said(subject)


def _member_named(code: str) -> str:
    """A member's number, from the id by which she acts."""
    try:
        return public_id(MEMBER.rstrip("_"), code)
    except (RegularsError, ValueError):
        return code


acts_told_by(acts_told)
