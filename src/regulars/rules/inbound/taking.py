"""A web shop's message: its signature, its meaning, the member, the intake.

A message may come any number of times, also after the order changed its looks. Its ids are made of
the web shop's own, so that each payment and each refund counts once; whose it was and when is
decided at the first time it is applied, and remembered.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

import msgspec

from regulars.foundation import clock
from regulars.foundation.actors import Actor, ActorKind
from regulars.foundation.database.session import unit_retried
from regulars.foundation.errors import RegularsError
from regulars.foundation.ids import public_id
from regulars.foundation.personal import decrypt
from regulars.foundation.shop.selectors import shop_known
from regulars.members.profiles.errors import (
    IdentifierTaken,
    InvalidEmail,
    InvalidPhone,
    UnknownMember,
)
from regulars.members.profiles.selectors import identifier_digest, member_find
from regulars.members.profiles.types import IdentifierKind, NewMember
from regulars.rules.enrolment.services import enrolment_make
from regulars.rules.inbound import shopify, woocommerce
from regulars.rules.inbound.errors import SignatureWrong, UnknownConnection
from regulars.rules.inbound.models import Connection, Decision
from regulars.rules.inbound.reading import Fields, body_parsed
from regulars.rules.inbound.selectors import connection_row
from regulars.rules.inbound.types import (
    CONNECTION_PREFIX,
    Buyer,
    GivenBack,
    Happening,
    Sale,
    Shape,
    Taken,
    Unknown,
)
from regulars.rules.intake.services import process
from regulars.rules.intake.types import EventDocument, MemberRef, Order, Receipt, Refund

Reader = Callable[[str, Fields, str], list[Happening]]
READERS: dict[str, tuple[Reader, str, str]] = {
    Shape.SHOPIFY: (shopify.shopify_read, shopify.TOPIC, shopify.SIGNATURE),
    Shape.WOOCOMMERCE: (
        woocommerce.woocommerce_read,
        woocommerce.TOPIC,
        woocommerce.SIGNATURE,
    ),
}
# WooCommerce calls a new address once, unsigned, to see whether it is there.
PING = b"webhook_id="
# How long the secret before a rotation goes on.
OVERLAP = timedelta(hours=24)


def secret_context(connection_id: str) -> str:
    """What a sealed secret is bound to."""
    return f"inbound:{connection_id}"


def message_take(*, connection: str, headers: Mapping[str, str], body: bytes) -> Taken:
    """Takes one message of a connected web shop; the answer says what it led to.

    Errors: unknown_connection, signature_wrong, order_unreadable, and those of the intake.
    """
    row = connection_row(connection)
    if not row.is_active:
        raise UnknownConnection
    read, topic_header, signature_header = READERS[row.shape]
    if body.startswith(PING) and topic_header not in headers:
        return Taken("ignored", "ping")
    signature_checked(_secrets(row), headers.get(signature_header, ""), body)
    topic = headers.get(topic_header, "")
    told = read(topic, body_parsed(body), shop_known().currency)
    happened = [each for each in told if _is_news(row, each)]
    if not happened:
        return Taken("ignored", f"nothing to book in {topic[:64] or 'this message'}")
    return Taken("applied", receipts=tuple(_applied(row, each) for each in happened))


def _is_news(row: Connection, happening: Happening) -> bool:
    """That an order goes on says something only after it was called off."""
    if not isinstance(happening, Sale) or not happening.part:
        return True
    begin = woocommerce.called_off_id(happening.document)
    return Decision.objects.filter(connection=row, event_id__startswith=begin).exists()


def _secrets(row: Connection) -> list[str]:
    """The secret, and the one before while it goes on."""
    sealed = [row.secret_sealed]
    if row.rotated_at is not None and clock.now() < row.rotated_at + OVERLAP:
        sealed.append(row.secret_before_sealed)
    return [decrypt(each, secret_context(str(row.id))) for each in sealed]


def signature_checked(secrets: Sequence[str], given: str, body: bytes) -> None:
    """The base64 HMAC-SHA256 of the raw body, compared in constant time."""
    fits = False
    for secret in secrets:
        digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
        fits |= hmac.compare_digest(base64.b64encode(digest), given.encode("utf-8", "replace"))
    if not fits:
        raise SignatureWrong


def _applied(row: Connection, happening: Happening) -> str:
    """Hands one happening to the intake; answers its receipt's number. Raises what it refuses."""
    decided = Decision.objects.filter(connection=row, event_id=happening.event_id).first()
    if decided is not None:
        member, occurred_at = decided.member, decided.occurred_at
    else:
        member = ""
        if isinstance(happening, Sale) and not happening.part:
            member = _member_of(row, happening.buyer)
        occurred_at = happening.occurred_at
    event = _event(row, msgspec.structs.replace(happening, occurred_at=occurred_at), member)
    actor = Actor(ActorKind.API_KEY, public_id(CONNECTION_PREFIX, row.id))
    answer = process([event], source=row.source, actor=actor)[0]
    if isinstance(answer, RegularsError):
        raise answer
    if decided is None:
        Decision.objects.bulk_create(
            [
                Decision(
                    connection=row,
                    event_id=happening.event_id,
                    member=member,
                    occurred_at=occurred_at,
                )
            ],
            ignore_conflicts=True,
        )
    return _receipt_number(answer)


def _receipt_number(answer: Receipt) -> str:
    body: dict[str, Any] = msgspec.json.decode(answer.body)
    return str(body["receipt"])


def _event(row: Connection, happening: Happening, member: str) -> EventDocument:
    shared: dict[str, Any] = {
        "event_id": happening.event_id,
        "occurred_at": happening.occurred_at,
        "document": happening.document,
    }
    if isinstance(happening, Sale):
        order = Order(
            currency=happening.currency,
            net_minor=happening.net_minor,
            freight_minor=happening.freight_minor,
            lines=happening.lines,
        )
        ref = MemberRef(id=member) if member else None
        return EventDocument(
            kind="order.paid",
            member=ref,
            store=row.store or None,
            part=happening.part,
            order=order,
            **shared,
        )
    if isinstance(happening, GivenBack):
        refund = Refund(net_minor=happening.net_minor, lines=happening.lines)
        return EventDocument(kind="order.refunded", part=happening.part, refund=refund, **shared)
    return EventDocument(kind="order.cancelled", part=happening.part, **shared)


def _member_of(row: Connection, buyer: Buyer) -> str:
    """The buyer's `mem_…`: by the shop's own number, phone, then e-mail; perhaps a new member.

    Empty for a walk-in sale.
    """
    numbers = _numbers(row, buyer)
    found = _found(numbers)
    known = dict(numbers)
    # Who is known by an e-mail address alone would become another member with each order.
    is_enough = IdentifierKind.PHONE in known or IdentifierKind.EXTERNAL_ID in known
    if found or not is_enough or row.unknown != Unknown.ENROL:
        return found
    actor = Actor(ActorKind.API_KEY, public_id(CONNECTION_PREFIX, row.id))
    who = NewMember(
        display_name=buyer.name,
        phone=known.get(IdentifierKind.PHONE),
        external_id=known.get(IdentifierKind.EXTERNAL_ID),
        store=row.store or None,
    )
    try:
        return unit_retried(lambda unit: enrolment_make(unit=unit, actor=actor, who=who)).public_id
    except IdentifierTaken:
        # Somebody else was quicker: another message of the same buyer.
        return _found(numbers)


def _numbers(row: Connection, buyer: Buyer) -> list[tuple[str, str]]:
    """By what the buyer may be known here. A number that is none says nothing about the order."""
    numbers: list[tuple[str, str]] = []
    if buyer.number:
        numbers.append((IdentifierKind.EXTERNAL_ID, f"{row.source}:{buyer.number}"))
    for kind, value in ((IdentifierKind.PHONE, buyer.phone), (IdentifierKind.EMAIL, buyer.email)):
        if value:
            with suppress(InvalidPhone, InvalidEmail):
                identifier_digest(kind, value)
                numbers.append((kind, value))
    return numbers


def _found(numbers: list[tuple[str, str]]) -> str:
    for kind, value in numbers:
        try:
            return member_find(kind, value).public_id
        except UnknownMember:
            continue
    return ""
