"""Events as they were answered, and the keys that make each count once."""

from django.db import models

from regulars.foundation.ids import new_uuid


class EventKey(models.Model):
    """A key that was used: (source, event id) or (source, document, kind, part), as a hash.

    A table of its own, so that a key is unique across all members and for ever. `digest` is of
    the content without the event id.
    """

    append_only = True
    privacy = {
        "key": "none",
        "event_id": "pseudonym",
        "holder_id": "pseudonym",
        "digest": "none",
    }

    key = models.UUIDField(primary_key=True)
    event_id = models.UUIDField()
    holder_id = models.UUIDField()
    digest = models.UUIDField()

    class Meta:
        db_table = "rules_event_key"


class Event(models.Model):
    """An event with its receipt, byte for byte as answered."""

    append_only = True
    privacy = {
        "id": "pseudonym",
        "holder_id": "pseudonym",
        "source": "none",
        "kind": "none",
        "external_id": "pseudonym",
        "document": "pseudonym",
        "part": "none",
        "store_id": "none",
        "occurred_at": "none",
        "business_date": "none",
        "recorded_at": "none",
        "status": "none",
        "actor": "pseudonym",
        "receipt": "pseudonym",
    }

    id = models.UUIDField(primary_key=True, default=new_uuid)
    holder_id = models.UUIDField()
    source = models.CharField(max_length=40)
    kind = models.CharField(max_length=32)
    external_id = models.CharField(max_length=128)
    document = models.CharField(max_length=128, null=True)  # noqa: DJ001 - absent is not empty
    part = models.CharField(max_length=128)
    store_id = models.SmallIntegerField(null=True)
    occurred_at = models.DateTimeField()
    business_date = models.DateField()
    recorded_at = models.DateTimeField()
    status = models.CharField(max_length=12)
    actor = models.CharField(max_length=80)
    receipt = models.TextField()

    class Meta:
        db_table = "rules_event"


class WaitingRefund(models.Model):
    """A refund or cancellation that came before its sale. Applied when the sale comes."""

    privacy = {
        "event_id": "pseudonym",
        "document_key": "none",
        "kind": "none",
        "content": "none",
        "recorded_at": "none",
    }

    event_id = models.UUIDField(primary_key=True)
    document_key = models.UUIDField()
    kind = models.CharField(max_length=32)
    content = models.TextField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "rules_waiting_refund"
        indexes = [models.Index(name="waiting_document", fields=["document_key"])]
