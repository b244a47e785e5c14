"""Notices leave through here: written with the fact, delivered after the commit."""

from django.db import models

from regulars.foundation.ids import new_uuid


class Notice(models.Model):
    """A message that something happened. Carries ids only, never personal data.

    The table also has `tx`, the writing transaction's id (set by the database): readers take
    notices in the order (tx, id) and only of transactions that have ended, so that a slow writer
    is never skipped and no row is ever marked.
    """

    append_only = True
    privacy = {
        "id": "none",
        "kind": "none",
        "holder_id": "pseudonym",
        "payload": "pseudonym",
        "recorded_at": "none",
        "tx": "none",
    }

    id = models.UUIDField(primary_key=True, default=new_uuid)
    kind = models.CharField(max_length=64)
    holder_id = models.UUIDField(null=True)
    payload = models.TextField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "outbox_notice"


class Cursor(models.Model):
    """How far one listener has read."""

    privacy = {
        "consumer": "none",
        "tx": "none",
        "notice_id": "none",
        "moved_at": "none",
    }

    consumer = models.CharField(primary_key=True, max_length=64)
    tx = models.BigIntegerField(default=0)
    notice_id = models.UUIDField(null=True)
    moved_at = models.DateTimeField()

    class Meta:
        db_table = "outbox_cursor"
