"""What an act noted, in words: what each is called, and what its codes mean.

What only proves something (digests, sessions) is left out: it stays in the record itself, which the
ledger's export and the API's readers have.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.faces.console.audit_names import MEMBER, Names
from regulars.faces.console.audit_rules import FOLDED, UNWORDED
from regulars.faces.console.takings import TENDERS
from regulars.faces.console.works import KINDS as WORKS
from regulars.foundation.audit.models import AuditRecord
from regulars.foundation.errors import sentence_of
from regulars.foundation.shop.selectors import shop_known
from regulars.foundation.webkit.numbers import amount_text, money_shown
from regulars.foundation.webkit.pages import reader_language
from regulars.foundation.webkit.screens import Text
from regulars.foundation.webkit.tables import Folded, Said
from regulars.foundation.webkit.templatetags.webkit import instant
from regulars.organization.apikeys.selectors import scope_words
from regulars.organization.staff.selectors import right_words

MONEY = "_minor"
BECAME = " → "
NO_LIMIT = "–"
UNTOLD = frozenset(
    {"digest", "session", "fingerprint", "sha256", "entry", "revision", "public", "changes"}
)
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
    "wechat": gettext_lazy("WeChat"),
    "external_id": gettext_lazy("other number"),
    "card": gettext_lazy("card"),
    "is_required": gettext_lazy("must be filled in or not"),
    "fields": gettext_lazy("fields"),
}
# What a package puts up: its words, and the kind of thing by which it is named.
PARTS: dict[str, tuple[Text, str]] = {
    "assets": (gettext_lazy("Asset"), "asset"),
    "fields": (gettext_lazy("Member's field"), "member_field"),
    "ladders": (gettext_lazy("Levels"), "ladder"),
    "levels": (gettext_lazy("Levels"), "ladder"),
    "programs": (gettext_lazy("Membership program"), "program"),
    "segments": (gettext_lazy("Segment"), "segment"),
    "stores": (gettext_lazy("Store"), "store"),
    "tags": (gettext_lazy("Tag"), "tag"),
}
LABELS: dict[str, Text] = {
    "amount": gettext_lazy("Amount"),
    "amount_minor": gettext_lazy("Amount in the smallest unit"),
    "asked_by": gettext_lazy("Asked by"),
    "asset": gettext_lazy("Asset"),
    "bytes": gettext_lazy("Size in bytes"),
    "broken": gettext_lazy("Checks that failed"),
    "by": gettext_lazy("By"),
    "categories": gettext_lazy("Categories of goods"),
    "checks": gettext_lazy("Checks"),
    "condition": gettext_lazy("Condition"),
    "count": gettext_lazy("How many"),
    "counts": gettext_lazy("Counts"),
    "dataset": gettext_lazy("Data set"),
    "day": gettext_lazy("Day"),
    "discount_limit_minor": gettext_lazy("Discounts up to"),
    "device": gettext_lazy("Device"),
    "ended_at": gettext_lazy("Ended"),
    "ends_at": gettext_lazy("Ends"),
    "fields": gettext_lazy("Fields"),
    "first": gettext_lazy("First"),
    "foot": gettext_lazy("Foot of the receipt"),
    "for": gettext_lazy("For"),
    "forfeited": gettext_lazy("Forfeited"),
    "from": gettext_lazy("From"),
    "group": gettext_lazy("Store group"),
    "head": gettext_lazy("Head of the receipt"),
    "is_blind": gettext_lazy("Counted without seeing what is expected"),
    "is_needed": gettext_lazy("Needed to join"),
    "is_offered": gettext_lazy("Asked for"),
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
    "refund_limit_minor": gettext_lazy("Refunds up to"),
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
    "trouble": gettext_lazy("What had to be settled"),
    "total": gettext_lazy("In all"),
    "valid_from": gettext_lazy("In force from"),
    "version": gettext_lazy("Version"),
    "versions": gettext_lazy("Versions"),
}


# Codes of an act's kind, by what the act's code begins with.
KINDS: dict[str, dict[str, Text]] = {
    "work": WORKS,
    "staff": {
        "totp": gettext_lazy("Authenticator app"),
        "passkey": gettext_lazy("Passkey"),
    },
    "device": {"till": gettext_lazy("till"), "phone": gettext_lazy("phone")},
    "request": {
        "export": gettext_lazy("A copy of the data"),
        "erase": gettext_lazy("Erase the data"),
    },
    "member_field": {
        "text": gettext_lazy("text"),
        "number": gettext_lazy("whole number"),
        "date": gettext_lazy("date"),
        "choice": gettext_lazy("choice"),
        "yes_no": gettext_lazy("yes or no"),
    },
}
# The kind of thing that a detail names, by the act and the detail, or by the detail alone.
THINGS: dict[str, str] = {
    "role": "role",
    "store": "store",
    "group": "store_group",
    "device": "device",
    "tag": "tag",
    "asset": "asset",
    "asked_by": "staff",
    "manager": "staff",
    "into": "member",
    "purpose": "purpose",
    "apikey.rotated by": "apikey",
    "till.taken_over from": "staff",
    "terminal.taken_along from": "device",
}
# To what a request for a second person's word belongs, by the kind of request.
ASKED_FOR: dict[str, str] = {
    "program": "program",
    "preset": "preset",
    "import": "file_import",
    "file_import": "file_import",
}
WORDS: dict[str, dict[str, Text]] = {
    "shape": {"shopify": "Shopify", "woocommerce": "WooCommerce"},
    "for": {"shop": gettext_lazy("the shop")},
    "to": {"measured": gettext_lazy("measured anew")},
}


def noted(record: AuditRecord, names: Names) -> tuple[tuple[Said, ...], tuple[Folded, ...]]:
    """All that is worth telling of an act, each with its name, and what is told on request."""
    said: list[Said] = []
    unworded = UNWORDED.get(record.action, frozenset()) | UNTOLD
    for name, value in record.details.items():
        if name in unworded or value in (None, "", [], {}):
            continue
        if said:
            said.append(Said(_("; ")))
        between = _("%(name)s: %(value)s") % {"name": _label(name), "value": ""}
        said += [Said(between), *_value(record, name, value, names)]
    more = FOLDED.get(record.action)
    if more is None:
        return tuple(said), ()
    told, folded = more(record)
    if told and said:
        said.append(Said(_("; ")))
    return (*said, *told), folded


def _label(key: str) -> str:
    known = LABELS.get(key) or FIELDS.get(key) or TENDERS.get(key)
    begins, _colon, rest = key.partition(":")
    if known is None and rest:
        return f"{LABELS.get(begins, begins)} ({rest})"
    return str(known or key.replace("_", " "))


def _value(record: AuditRecord, name: str, value: Any, names: Names) -> list[Said]:
    if isinstance(value, bool):
        return [Said(str(_("yes") if value else _("no")))]
    if isinstance(value, int):
        return [Said(_number(record, name, value))]
    if isinstance(value, list):
        return _joined([_value(record, name, each, names) for each in value])
    if isinstance(value, dict):
        return _joined([_entry(record, name, *each, names) for each in value.items()])
    return [_word(record, name, str(value), names)]


def _joined(values: Sequence[list[Said]]) -> list[Said]:
    found: list[Said] = []
    for each in values:
        found += [Said(_(", ")), *each] if found else each
    return found


def _entry(record: AuditRecord, name: str, key: str, value: Any, names: Names) -> list[Said]:
    """One of several counts: what is counted, and how many."""
    asset = key.partition(":")[2] if key.startswith("with:") else key
    known = names.of("asset", asset).text if name in AMOUNTS or asset != key else ""
    return [Said(f"{known or _label(key)} "), *_value(record, key, value, names)]


def _number(record: AuditRecord, name: str, value: int) -> str:
    is_money = name.endswith(MONEY) or record.action == "shift.closed"
    return money_shown(value, shop_known().currency) if is_money else amount_text(value)


def _word(record: AuditRecord, name: str, text: str, names: Names) -> Said:
    begins = record.action.partition(".")[0]
    if name == "fields" and begins == "event_kind":
        return _kind_field(record, text, names)
    if teller := _TELLERS.get(name):
        return teller(text, names)
    if name == "kind" and begins == "approval":
        return names.of("approval", text)
    if name == "kind":
        return Said(str(KINDS.get(begins, {}).get(text, text)))
    if name == "for":
        return _asked_for(record, text, names)
    if kind := THINGS.get(f"{record.action} {name}") or THINGS.get(name):
        return names.of(kind, text.removeprefix("staff:") if kind == "staff" else text)
    if words := WORDS.get(name, {}).get(text):
        return Said(str(words))
    if record.action == "counter.rules_set":
        return Said(_became(name, text))
    when = parse_datetime(text) if len(text) > len("2026-01-01") and "T" in text else None
    return Said(instant(when) if isinstance(when, datetime) else text)


def _asked_for(record: AuditRecord, text: str, names: Names) -> Said:
    """To what a request belongs: a member, a program, the shop, a receipt."""
    if text.startswith(MEMBER):
        return names.of("member", text)
    asked = str(record.details.get("kind", "")).partition(".")[0]
    if asked in ASKED_FOR:
        return names.of(ASKED_FOR[asked], text)
    return Said(str(WORDS["for"].get(text, text)))


def _became(name: str, text: str) -> str:
    """What a rule of the counter was and is: limits in money, switches as yes and no."""
    return BECAME.join([_ruled(name, each) for each in text.split(BECAME)])


def _ruled(name: str, text: str) -> str:
    if name.endswith(MONEY):
        is_amount = text.isascii() and text.isdigit()
        return money_shown(int(text), shop_known().currency) if is_amount else _("no limit")
    if text in ("True", "False"):
        return str(_("yes") if text == "True" else _("no"))
    return _("nothing") if text == NO_LIMIT else text


def reason_told(record: AuditRecord) -> str:
    """Why it was done, in the words of who did it; a refusal's code as its sentence."""
    return _sentence(record.reason) if record.action == "approval.failed" else record.reason


def _sentence(code: str) -> str:
    return str(sentence_of(code, reader_language())) if code else ""


def _part(text: str, names: Names) -> Said:
    section, _slash, code = text.partition("/")
    if section not in PARTS:
        return Said(text)
    words, kind = PARTS[section]
    named = names.of(kind, code)
    return Said(f"{words} {named.text}", named.href)


def _field(text: str, names: Names) -> Said:
    return Said(str(FIELDS[text])) if text in FIELDS else Said(names.of("member_field", text).text)


def _kind_field(record: AuditRecord, text: str, names: Names) -> Said:
    """A field of an event's kind, by its name there."""
    found = names.of("event_field", f"{record.subject}/{text}").text
    return Said(str(FIELDS.get(text, text)) if "/" in str(found) else found)


AMOUNTS = frozenset({"moved", "forfeited"})
_TELLERS: dict[str, Callable[[str, Names], Said]] = {
    "scopes": lambda text, _names: Said(scope_words(text)),
    "rights": lambda text, _names: Said(right_words(text)),
    "right": lambda text, _names: Said(right_words(text)),
    "fields": _field,
    "parts": _part,
    "trouble": lambda text, _names: Said(_sentence(text)),
}
