"""Tills and how their stores want them, and sales that are put aside."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import IntegrityError, connection, transaction
from django.db.models import Max

from regulars.commerce.counter.errors import (
    ParkedGone,
    TerminalElsewhere,
    TerminalGivenAgain,
    TerminalHeld,
    TerminalNeverGiven,
)
from regulars.commerce.counter.models import CounterRule, CounterTerminal, ParkedSale
from regulars.commerce.counter.rights import MANAGE, SELL, required
from regulars.commerce.counter.selectors import parked_list, rules_of, till_get
from regulars.commerce.counter.storing import CLOCK_SLACK
from regulars.commerce.counter.types import CounterRules, Parked, Till
from regulars.foundation import clock
from regulars.foundation.actors import Actor
from regulars.foundation.amounts import amount_checked
from regulars.foundation.audit.services import record
from regulars.foundation.errors import Told
from regulars.foundation.texts import text_checked
from regulars.organization.devices.selectors import device_is_valid
from regulars.organization.devices.types import DeviceView
from regulars.organization.stores.selectors import store_get

LABEL_MAX = 40
CONTENT_MAX = 20_000
CATEGORIES_MAX = 24
CATEGORY_MAX = 40
TEXT_MAX = 400
# So many numbers may have been given since the day to which a server's data was set back.
NUMBERS_AHEAD = 1000
NEXT_NUMBER = "SELECT nextval(pg_get_serial_sequence('commerce_terminal', 'id'))"


def terminal_open(*, actor: Actor, device: DeviceView) -> Till:
    """Gives a till a number of its own, for its receipts. A till that lost it gets the next one.

    Errors: right_missing.
    """
    required(actor, SELL, device.store)
    row = _numbered(device)
    record(
        actor=actor,
        action="terminal.opened",
        subject=str(row.id),
        details={"device": device.device, "store": device.store},
    )
    return till_get(device, row.id)


@transaction.atomic
def terminal_take_along(
    *, actor: Actor, device: DeviceView, terminal: int, made_at: datetime | None = None
) -> Till:
    """Gives a till the number under which sales or cash still wait in its browser.

    So it is when the till was registered anew (its old registration is revoked by now), or when
    the server's data was set back to a day on which the number was not yet given. The till's count
    goes on where it was, and what waits arrives under the numbers that were printed. The same till
    again changes nothing. `made_at` is when the oldest of it was made: a number that was given
    after that is another till's, and stays hers. Errors: right_missing, terminal_held,
    terminal_given_again, terminal_never_given, terminal_elsewhere.
    """
    required(actor, SELL, device.store)
    found = CounterTerminal.objects.select_for_update().filter(id=terminal).first()
    if found is not None and found.device == device.device:
        return till_get(device, terminal)
    if found is None:
        _number_made(terminal, device)
    else:
        if found.store_id != store_get(device.store).id:
            raise TerminalElsewhere(terminal=terminal, name=_told_in_both(found.store.name))
        if made_at is not None and made_at < found.opened_at - CLOCK_SLACK:
            raise TerminalGivenAgain(terminal=terminal, name=found.name)
        if device_is_valid(found.device):
            raise TerminalHeld(terminal=terminal, name=found.name)
        CounterTerminal.objects.filter(id=terminal).update(device=device.device, name=device.name)
    record(
        actor=actor,
        action="terminal.taken_along",
        subject=str(terminal),
        details={"device": device.device, "from": found.device if found else ""},
    )
    return till_get(device, terminal)


def _number_made(terminal: int, device: DeviceView) -> None:
    """Makes a number that was given before the data was set back, and counts on past it, so that
    no other till gets it. Errors: terminal_never_given, for one that can't have been given."""
    last = CounterTerminal.objects.aggregate(last=Max("id"))["last"] or 0
    # One below the last is free too: after a set-back tills come back in any order.
    if not 0 < terminal <= last + NUMBERS_AHEAD:
        raise TerminalNeverGiven(terminal=terminal)
    given = last
    with connection.cursor() as cursor:
        while given < terminal:
            cursor.execute(NEXT_NUMBER)
            given = cursor.fetchone()[0]
    try:
        with transaction.atomic():
            _numbered(device, id=terminal)
    except IntegrityError:
        # Another till was quicker.
        raise TerminalGivenAgain(terminal=terminal, name=_name_of(terminal)) from None


def _told_in_both(name: Mapping[str, str]) -> Told:
    """A merchant's own name in both languages; in the one there is where the other is missing."""
    first = next(iter(name.values()), "")
    return Told(name.get("en", first), name.get("zh-Hans", first))


def _name_of(terminal: int) -> str:
    return CounterTerminal.objects.filter(id=terminal).values_list("name", flat=True)[0]


def _numbered(device: DeviceView, **number: int) -> CounterTerminal:
    return CounterTerminal.objects.create(
        device=device.device,
        name=device.name,
        store_id=store_get(device.store).id,
        opened_at=clock.now(),
        **number,
    )


def sale_park(*, actor: Actor, till: Till, key: str, label: str, content: str) -> Parked:
    """Puts a sale aside for this store; the same key again changes nothing.

    Errors: right_missing, text_too_long.
    """
    required(actor, SELL, till.store.code)
    name = text_checked(label, "label", maximum=LABEL_MAX)
    kept = text_checked(content, "content", maximum=CONTENT_MAX, required=True)
    try:
        with transaction.atomic():
            ParkedSale.objects.create(
                key=UUID(key),
                store_id=till.store.id,
                terminal_id=till.terminal,
                label=name,
                content=kept,
                parked_by=actor.id,
                parked_at=clock.now(),
            )
    except (IntegrityError, ValueError):
        pass
    found = [each for each in parked_list(till.store.code) if each.key == key]
    if not found:
        raise ParkedGone
    return found[0]


@transaction.atomic
def sale_recall(*, actor: Actor, till: Till, key: str) -> Parked:
    """Takes a sale back that was put aside; only one till gets it. Errors: parked_gone."""
    required(actor, SELL, till.store.code)
    found = [each for each in parked_list(till.store.code) if each.key == key]
    gone, _ = ParkedSale.objects.filter(key__in=[each.key for each in found]).delete()
    if not gone:
        raise ParkedGone
    return found[0]


def parked_forget(before: datetime) -> int:
    """Removes what was put aside before that and never recalled; answers how many."""
    gone, _ = ParkedSale.objects.filter(parked_at__lt=before).delete()
    return gone


@transaction.atomic
def counter_rules_set(*, actor: Actor, store: str, rules: CounterRules) -> CounterRules:
    """Says how the counters of a store work. Errors: unknown_store, right_missing, text_too_long,
    amount_out_of_range."""
    place = store_get(store)
    required(actor, MANAGE, place.code)
    before = msgspec.structs.asdict(rules_of(place.code))
    for limit in (rules.discount_limit_minor, rules.refund_limit_minor):
        if limit is not None:
            amount_checked(limit, "limit", minimum=0)
    named = [
        text_checked(each, "category", maximum=CATEGORY_MAX)
        for each in rules.categories[:CATEGORIES_MAX]
    ]
    CounterRule.objects.update_or_create(
        store_id=place.id,
        defaults={
            "discount_limit_minor": rules.discount_limit_minor,
            "refund_limit_minor": rules.refund_limit_minor,
            "is_blind": rules.is_blind,
            "categories": [each for each in dict.fromkeys(named) if each],
            "head": text_checked(
                rules.head.replace("\r\n", " ").replace("\n", " "), "head", maximum=TEXT_MAX
            ),
            "foot": text_checked(
                rules.foot.replace("\r\n", " ").replace("\n", " "), "foot", maximum=TEXT_MAX
            ),
            "changed_at": clock.now(),
        },
    )
    made = rules_of(place.code)
    after = msgspec.structs.asdict(made)
    changed = {
        name: f"{_told(before[name])} → {_told(after[name])}"
        for name in before
        if before[name] != after[name]
    }
    record(actor=actor, action="counter.rules_set", subject=place.code, details=changed)
    return made


def _told(value: Any) -> str:
    """A value of the rules as it stands in the log; "–" for none, which means no limit."""
    if isinstance(value, (list, tuple)):
        value = ", ".join(value)
    return "–" if value in (None, "") else str(value)
