"""The history of consents. The newest row of a purpose is what counts."""

from django.db import models

from regulars.foundation.ids import new_uuid
from regulars.foundation.privacy import classed


class Consent(models.Model):
    """A member's word on one purpose at one time. `version` names the text that was shown."""

    append_only = True
    privacy = classed(
        pseudonym="id member_id actor", none="purpose granted version decided_at recorded_at"
    )

    id = models.UUIDField(primary_key=True, default=new_uuid)
    member_id = models.UUIDField()
    purpose = models.CharField(max_length=40)
    granted = models.BooleanField()
    version = models.CharField(max_length=40)
    actor = models.CharField(max_length=80)
    decided_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "members_consent"
        indexes = [
            models.Index(name="consent_member", fields=["member_id", "purpose", "decided_at"])
        ]


class ConsentText(models.Model):
    """The text that members are shown for a purpose; the newest of a purpose is the one in use.

    Whoever agreed, agreed to one version, so that a text is never changed, only followed by
    another. `is_needed`: without it one can't join. `is_offered`: whether it is asked at all.
    """

    append_only = True
    privacy = classed(
        pseudonym="actor", none="id purpose number title body is_needed is_offered created_at"
    )

    id = models.AutoField(primary_key=True)
    purpose = models.CharField(max_length=40)
    number = models.IntegerField()
    title = models.JSONField()
    body = models.JSONField()
    is_needed = models.BooleanField(default=False)
    is_offered = models.BooleanField(default=True)
    actor = models.CharField(max_length=80)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "members_consent_text"
        constraints = [
            models.UniqueConstraint(name="consent_text_number", fields=["purpose", "number"])
        ]
