"""Cards and the batches they were made in."""

from django.db import models
from django.db.models import Q

from regulars.foundation.privacy import classed


class CardBatch(models.Model):
    """Cards with running numbers, made together."""

    privacy = classed(none="id name first last count created_at")

    id = models.AutoField(primary_key=True)
    name = models.CharField(max_length=80)
    first = models.CharField(max_length=32)
    last = models.CharField(max_length=32)
    count = models.IntegerField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "members_card_batch"


class Card(models.Model):
    """One card. The key is the keyed digest of its number, the same as its identifier's.

    Only a bound card has an identifier: by a lost or replaced one nobody is found any more.
    """

    privacy = classed(
        pii="value_encrypted",
        pseudonym="digest member_id",
        none="batch_id state bound_at ended_at created_at",
    )

    digest = models.UUIDField(primary_key=True)
    value_encrypted = models.TextField()
    batch_id = models.IntegerField()
    member_id = models.UUIDField(null=True)
    state = models.CharField(max_length=12, default="stock")
    bound_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "members_card"
        indexes = [
            models.Index(
                name="card_member", fields=["member_id"], condition=Q(member_id__isnull=False)
            ),
            models.Index(name="card_stock", fields=["batch_id"], condition=Q(state="stock")),
        ]
        constraints = [
            models.CheckConstraint(
                name="card_state",
                condition=Q(state="stock", member_id__isnull=True)
                | Q(state__in=["bound", "lost", "replaced"], member_id__isnull=False),
            ),
        ]
