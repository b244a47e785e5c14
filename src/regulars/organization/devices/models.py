"""Devices. Only a digest of the secret is kept; the secret itself is shown once."""

from django.db import models
from django.db.models import Q

from regulars.foundation.ids import new_uuid
from regulars.foundation.privacy import classed


class Device(models.Model):
    """A till or a phone that belongs to a store. `secret_hash` is SHA-256 of 160 random bits."""

    privacy = classed(
        none="id code secret_hash name kind store printer paper_mm created_at last_seen_at "
        "revoked_at"
    )

    id = models.UUIDField(primary_key=True, default=new_uuid)
    code = models.CharField(max_length=16, unique=True)
    secret_hash = models.CharField(max_length=64)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=8)
    store = models.ForeignKey(
        "organization_stores.Store", on_delete=models.PROTECT, related_name="+"
    )
    # The receipt printer on the shop's network, “192.168.1.50:9100”; empty when there is none.
    printer = models.CharField(max_length=64, default="", db_default="")
    paper_mm = models.SmallIntegerField(default=80, db_default=80)
    created_at = models.DateTimeField()
    last_seen_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "organization_device"
        constraints = [
            models.CheckConstraint(name="device_kind", condition=Q(kind__in=["till", "phone"])),
        ]
