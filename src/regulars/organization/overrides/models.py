"""PINs, and the exceptions that were allowed with them."""

from django.db import models

from regulars.foundation.ids import new_uuid
from regulars.foundation.privacy import classed


class StaffPin(models.Model):
    """A person's PIN, hashed slowly over a digest that needs the key file as well: from the
    tables alone nobody can try the million PINs there are."""

    privacy = classed(pii="pin", pseudonym="staff", none="set_at")

    staff = models.OneToOneField(
        "organization_staff.Staff", primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    pin = models.CharField(max_length=160)
    set_at = models.DateTimeField()

    class Meta:
        db_table = "organization_pin"


class Override(models.Model):
    """One exception that was allowed; used once or never."""

    append_only = True
    mutable_columns = ("used_at",)
    privacy = classed(
        pseudonym="manager asked_by subject device",
        none="id right store granted_at expires_at used_at",
    )

    id = models.UUIDField(primary_key=True, default=new_uuid)
    manager = models.CharField(max_length=80)
    right = models.CharField(max_length=64)
    store = models.CharField(max_length=40)
    subject = models.CharField(max_length=120)
    asked_by = models.CharField(max_length=80)
    device = models.CharField(max_length=80)
    granted_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "organization_override"
        indexes = [models.Index(name="override_age", fields=["granted_at"])]
