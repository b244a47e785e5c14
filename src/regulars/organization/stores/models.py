"""The shops. Few rows, read by every process and cached there."""

from django.db import models
from django.db.models import Q

from regulars.foundation.privacy import classed


class StoreGroup(models.Model):
    """Stores that belong together: a region, or all shops of one franchisee."""

    privacy = classed(none="id code name created_at")

    id = models.SmallAutoField(primary_key=True)
    code = models.CharField(max_length=40, unique=True)
    name = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "organization_store_group"


class Store(models.Model):
    """A shop, a till's place or a web shop. `time_zone` decides its business dates.

    `code` is what events name; it never changes, because receipts and purchases carry it.
    """

    privacy = {
        "id": "none",
        "code": "none",
        "name": "none",
        "time_zone": "none",
        "kind": "none",
        "is_active": "none",
        "created_at": "none",
        "group": "none",
    }

    id = models.SmallAutoField(primary_key=True)
    code = models.CharField(max_length=40, unique=True)
    name = models.JSONField()
    time_zone = models.CharField(max_length=64)
    kind = models.CharField(max_length=16, default="own")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    group = models.ForeignKey(StoreGroup, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "organization_store"
        constraints = [
            models.CheckConstraint(name="store_kind", condition=Q(kind__in=["own", "franchise"])),
        ]
