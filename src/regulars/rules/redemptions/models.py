"""Payments with points: what was asked, what it was worth, and how it ended."""

from django.db import models
from django.db.models import Q

from regulars.foundation.ids import new_uuid


class Redemption(models.Model):
    """One payment with points. The id is its event's; its entry or hold is the ledger's."""

    privacy = {
        "id": "pseudonym",
        "holder_id": "pseudonym",
        "document_key": "none",
        "asset_id": "none",
        "points": "none",
        "value_minor": "none",
        "state": "none",
        "entry_id": "pseudonym",
        "hold_id": "pseudonym",
        "program": "none",
        "store_id": "none",
        "created_at": "none",
    }

    id = models.UUIDField(primary_key=True, default=new_uuid)
    holder_id = models.UUIDField()
    document_key = models.UUIDField(null=True)
    asset_id = models.SmallIntegerField()
    points = models.BigIntegerField()
    value_minor = models.BigIntegerField()
    state = models.CharField(max_length=12)
    entry_id = models.UUIDField(null=True)
    hold_id = models.UUIDField(null=True)
    program = models.CharField(max_length=80)
    store_id = models.SmallIntegerField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "rules_redemption"
        indexes = [
            models.Index(
                name="redemption_document",
                fields=["document_key"],
                condition=Q(document_key__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="redemption_state", condition=Q(state__in=["settled", "held", "released"])
            ),
        ]
