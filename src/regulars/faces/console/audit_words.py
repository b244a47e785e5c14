"""The details of an act in words: what each is called, and what its codes mean.

What only proves something (digests, sessions) is left out: it stays in the record itself, which the
ledger's export and the API's readers have.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.foundation.webkit.numbers import amount_text
from regulars.foundation.webkit.screens import Text
from regulars.foundation.webkit.templatetags.webkit import instant
from regulars.organization.apikeys.selectors import scope_words
from regulars.organization.staff.selectors import right_words

UNTOLD = frozenset({"digest", "session", "fingerprint", "sha256", "entry", "revision", "public"})
# A field of a member or of the shop, and a part of a package.
FIELDS: dict[str, Text] = {
    "name": gettext_lazy("name"),
    "display_name": gettext_lazy("name"),
    "language": gettext_lazy("language"),
    "currency": gettext_lazy("currency"),
    "time_zone": gettext_lazy("time zone"),
    "birthday": gettext_lazy("birthday"),
    "gender": gettext_lazy("gender"),
    "home_store": gettext_lazy("home store"),
    "phone": gettext_lazy("phone number"),
    "email": gettext_lazy("e-mail address"),
    "note": gettext_lazy("note"),
    "is_active": gettext_lazy("open or closed"),
    "group": gettext_lazy("store group"),
}
PARTS: dict[str, Text] = {
    "assets": gettext_lazy("Asset"),
    "fields": gettext_lazy("Member's field"),
    "ladders": gettext_lazy("Levels"),
    "levels": gettext_lazy("Levels"),
    "programs": gettext_lazy("Membership program"),
    "segments": gettext_lazy("Segment"),
    "stores": gettext_lazy("Store"),
    "tags": gettext_lazy("Tag"),
}
LABELS: dict[str, Text] = {
    "amount": gettext_lazy("Amount"),
    "amount_minor": gettext_lazy("Amount in the smallest unit"),
    "asked_by": gettext_lazy("Asked by"),
    "asset": gettext_lazy("Asset"),
    "bytes": gettext_lazy("Size in bytes"),
    "by": gettext_lazy("By"),
    "checks": gettext_lazy("Checks"),
    "condition": gettext_lazy("Condition"),
    "count": gettext_lazy("How many"),
    "counts": gettext_lazy("Counts"),
    "dataset": gettext_lazy("Data set"),
    "day": gettext_lazy("Day"),
    "device": gettext_lazy("Device"),
    "ended_at": gettext_lazy("Ended"),
    "ends_at": gettext_lazy("Ends"),
    "fields": gettext_lazy("Fields"),
    "first": gettext_lazy("First"),
    "for": gettext_lazy("For"),
    "forfeited": gettext_lazy("Forfeited"),
    "from": gettext_lazy("From"),
    "group": gettext_lazy("Store group"),
    "into": gettext_lazy("Into"),
    "job": gettext_lazy("Job"),
    "key": gettext_lazy("Backup key"),
    "kind": gettext_lazy("Kind"),
    "kinds": gettext_lazy("Kinds"),
    "last": gettext_lazy("Last"),
    "left": gettext_lazy("Left"),
    "levels": gettext_lazy("Levels"),
    "lowered": gettext_lazy("Lowered"),
    "made_at": gettext_lazy("Made"),
    "manager": gettext_lazy("Manager"),
    "may_join": gettext_lazy("Joining on the phone"),
    "members": gettext_lazy("Members"),
    "moved": gettext_lazy("Moved"),
    "new": gettext_lazy("New"),
    "notices": gettext_lazy("Notices"),
    "paper_mm": gettext_lazy("Paper width"),
    "parts": gettext_lazy("Parts"),
    "points": gettext_lazy("Points"),
    "printer": gettext_lazy("Receipt printer"),
    "purpose": gettext_lazy("Purpose"),
    "raised": gettext_lazy("Raised"),
    "reason": gettext_lazy("Reason"),
    "rejected": gettext_lazy("Rejected"),
    "renewed": gettext_lazy("Renewed"),
    "right": gettext_lazy("Right"),
    "rights": gettext_lazy("Rights"),
    "role": gettext_lazy("Role"),
    "rows": gettext_lazy("Rows"),
    "scopes": gettext_lazy("Rights"),
    "shape": gettext_lazy("Kind"),
    "source": gettext_lazy("Source"),
    "store": gettext_lazy("Store"),
    "tag": gettext_lazy("Tag"),
    "to": gettext_lazy("To"),
    "total": gettext_lazy("In all"),
    "valid_from": gettext_lazy("In force from"),
    "version": gettext_lazy("Version"),
    "versions": gettext_lazy("Versions"),
}


def details_told(details: Mapping[str, Any]) -> str:
    """All that is worth telling, each with its name; nothing for an act without details."""
    told = [
        _("%(name)s: %(value)s")
        % {"name": LABELS.get(name, name.replace("_", " ")), "value": _value(name, value)}
        for name, value in details.items()
        if name not in UNTOLD and value not in (None, "", [], {})
    ]
    return _("; ").join(told)


def _value(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, int):
        return amount_text(value)
    if isinstance(value, list):
        return _(", ").join([_value(name, each) for each in value])
    if isinstance(value, dict):
        return _(", ").join([f"{_label(key)} {_value(key, each)}" for key, each in value.items()])
    return _word(name, str(value))


def _label(key: str) -> str:
    return str(LABELS.get(key) or FIELDS.get(key) or key.replace("_", " "))


def _word(name: str, text: str) -> str:
    if teller := _TELLERS.get(name):
        return teller(text)
    when = parse_datetime(text) if len(text) > len("2026-01-01") and "T" in text else None
    return instant(when) if isinstance(when, datetime) else text


def _part(text: str) -> str:
    kind, _slash, code = text.partition("/")
    return f"{PARTS.get(kind, kind)} {code}"


_TELLERS: dict[str, Callable[[str], str]] = {
    "scopes": scope_words,
    "rights": right_words,
    "right": right_words,
    "fields": lambda text: str(FIELDS.get(text, text)),
    "parts": _part,
}
