"""The keys by which an event counts once, for ever, whoever's it is."""

import hashlib
import zlib

import msgspec

from regulars.foundation.ids import key_id, uuid_text
from regulars.rules.intake.types import EventDocument, RedemptionDocument

_ENCODER = msgspec.json.Encoder()

# Sales take a document's slot shared, refunds and cancellations exclusively, so that a refund
# which finds no sale is seen by the sale, and the other way round. Few slots, so that a batch
# holds few locks; a refund delays one sale in 256 for the time of a commit.
SLOTS = 256
SLOT_CLASS = 7305112


def event_key(source: str, item: EventDocument | RedemptionDocument) -> str:
    """(source, event id), or (source, Idempotency-Key) for a redemption."""
    if isinstance(item, RedemptionDocument):
        return key_id(source, "redemption", item.key)
    return key_id(source, "event", item.event_id)


def sale_key(source: str, document: str) -> str:
    """The key of a document's sale; by it refunds and redemptions find the document."""
    return key_id(source, "part", document, "order.paid", "")


def part_key(source: str, document: str, kind: str, part: str) -> str:
    """(source, document, kind, part): one sale, one refund of each part."""
    return key_id(source, "part", document, kind, part)


def content_digest(item: EventDocument | RedemptionDocument) -> str:
    """What makes two events the same: everything but the event's own id."""
    if isinstance(item, RedemptionDocument):
        parts: tuple[object, ...] = (
            item.member,
            item.points,
            item.asset,
            item.document,
            item.store,
            item.hold_seconds,
        )
    else:
        parts = (
            item.kind,
            item.occurred_at,
            item.member,
            item.store,
            item.document,
            item.part,
            item.order,
            item.refund,
            item.data,
        )
    return uuid_text(hashlib.blake2b(_ENCODER.encode(parts), digest_size=16).hexdigest())


def slot(source: str, document: str) -> int:
    """The lock slot of a document."""
    return zlib.crc32(f"{source}\x1f{document}".encode()) % SLOTS
