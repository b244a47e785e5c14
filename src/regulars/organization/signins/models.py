"""What a person can show besides her password, and the devices on which she is known."""

from django.db import models
from django.db.models import Q

from regulars.foundation.ids import new_uuid
from regulars.foundation.privacy import classed


class Factor(models.Model):
    """A time code's secret (sealed), or a passkey's public key. `used_step` is the last half
    minute whose code was taken, so that a code is good once."""

    privacy = classed(
        pii="name secret_sealed credential_id credential",
        pseudonym="id staff",
        none="kind used_step created_at used_at",
    )

    id = models.UUIDField(primary_key=True, default=new_uuid)
    staff = models.ForeignKey(
        "organization_staff.Staff", on_delete=models.CASCADE, related_name="+"
    )
    kind = models.CharField(max_length=8)
    name = models.CharField(max_length=80)
    secret_sealed = models.TextField(blank=True)
    credential_id = models.CharField(max_length=400, blank=True)
    credential = models.TextField(blank=True)
    used_step = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "organization_factor"
        constraints = [
            models.UniqueConstraint(
                name="factor_one_totp", fields=["staff"], condition=Q(kind="totp")
            ),
            models.UniqueConstraint(
                name="factor_credential", fields=["credential_id"], condition=Q(kind="passkey")
            ),
            models.CheckConstraint(name="factor_kind", condition=Q(kind__in=["totp", "passkey"])),
        ]


class RecoveryCode(models.Model):
    """A code on paper that is good once. The digest is keyed: the table alone proves no guess."""

    privacy = classed(pseudonym="id staff digest", none="used_at")

    id = models.UUIDField(primary_key=True, default=new_uuid)
    staff = models.ForeignKey(
        "organization_staff.Staff", on_delete=models.CASCADE, related_name="+"
    )
    digest = models.UUIDField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "organization_recovery_code"
        constraints = [
            models.UniqueConstraint(name="recovery_code_once", fields=["staff", "digest"]),
        ]


class KnownDevice(models.Model):
    """A browser in which a person has signed in before: her wrong passwords there count apart."""

    privacy = classed(pseudonym="digest staff", none="id created_at seen_at")

    id = models.UUIDField(primary_key=True, default=new_uuid)
    staff = models.ForeignKey(
        "organization_staff.Staff", on_delete=models.CASCADE, related_name="+"
    )
    digest = models.UUIDField()
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        db_table = "organization_known_device"
        constraints = [
            models.UniqueConstraint(name="known_device_once", fields=["staff", "digest"]),
        ]
