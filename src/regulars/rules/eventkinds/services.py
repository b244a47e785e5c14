"""The doors for defining kinds of events, changing them and retiring them."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from django.db import transaction

from regulars.foundation import clock
from regulars.foundation.actors import Actor
from regulars.foundation.audit.services import record
from regulars.foundation.texts import texts_checked
from regulars.rules.eventkinds.declaring import (
    NAME_MAX,
    change_checked,
    code_checked,
    fields_checked,
)
from regulars.rules.eventkinds.errors import EventKindExists, TooManyEventKinds
from regulars.rules.eventkinds.known import kinds_forgotten
from regulars.rules.eventkinds.models import EventKind
from regulars.rules.eventkinds.selectors import kind_get, missing
from regulars.rules.eventkinds.types import EventField, EventKindView

KINDS_MAX = 100


@transaction.atomic
def event_kind_define(
    *,
    actor: Actor,
    code: str,
    name: Mapping[str, str],
    fields: Sequence[EventField] = (),
    amount: str | None = None,
) -> EventKindView:
    """Makes a kind of event known; its code and its amount can't change later.

    Errors: event_kind_malformed, event_kind_reserved, event_kind_exists, event_field_refused,
    languages_expected, too_many_event_kinds.
    """
    code_checked(code)
    names = texts_checked(name, "name", maximum=NAME_MAX)
    kept = fields_checked(fields, amount)
    _, is_new = EventKind.objects.get_or_create(
        code=code,
        defaults={
            "name": names,
            "fields": _kept(kept),
            "amount": amount or "",
            "created_at": clock.now(),
        },
    )
    if not is_new:
        raise EventKindExists(kind=code)
    if EventKind.objects.count() > KINDS_MAX:
        raise TooManyEventKinds(maximum=KINDS_MAX)
    details = {"fields": [each.code for each in kept]}
    record(actor=actor, action="event_kind.defined", subject=code, details=details)
    return _read_anew(code)


@transaction.atomic
def event_kind_update(
    *,
    actor: Actor,
    code: str,
    name: Mapping[str, str] | None = None,
    fields: Sequence[EventField] | None = None,
    is_active: bool | None = None,
) -> EventKindView:
    """Renames a kind, gives it a new list of fields, retires it or takes it into use again.

    Events that were right before stay right: fields and choices are added, never taken away.
    Errors: event_kind_missing, event_kind_incompatible, event_field_refused, languages_expected.
    """
    held = code.replace("\0", "")
    kind = EventKind.objects.select_for_update().filter(code=held).first()
    if kind is None:
        raise missing(held)
    changes: dict[str, Any] = {}
    if name is not None:
        changes["name"] = texts_checked(name, "name", maximum=NAME_MAX)
    if fields is not None:
        kept = fields_checked(fields, kind.amount or None)
        change_checked(msgspec.json.decode(kind.fields, type=tuple[EventField, ...]), kept)
        changes["fields"] = _kept(kept)
    changes = {each: new for each, new in changes.items() if getattr(kind, each) != new}
    if changes:
        details = {"fields": sorted(changes)}
        record(actor=actor, action="event_kind.updated", subject=held, details=details)
    if is_active is not None and is_active != kind.is_active:
        changes["is_active"] = is_active
        action = "event_kind.restored" if is_active else "event_kind.retired"
        record(actor=actor, action=action, subject=held)
    if changes:
        EventKind.objects.filter(id=kind.id).update(**changes)
    return _read_anew(held)


def _kept(fields: Sequence[EventField]) -> str:
    return msgspec.json.encode(tuple(fields)).decode()


def _read_anew(code: str) -> EventKindView:
    """The kind as this transaction has made it."""
    kinds_forgotten()
    return kind_get(code)
