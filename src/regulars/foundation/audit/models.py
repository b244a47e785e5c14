"""The audit trail: who did what to what, and why. Names of changed fields, never their values."""

from django.db import models

from regulars.foundation.ids import new_uuid


class AuditRecord(models.Model):
    """One act of one actor. `subject` is a public id or a code; `details` has no personal data.

    Why it was done is a person's own words: emptied when she whom they are about is erased.
    """

    append_only = True
    mutable_columns = ("reason",)
    privacy = {
        "id": "none",
        "recorded_at": "none",
        "actor": "pseudonym",
        "action": "none",
        "subject": "pseudonym",
        "reason": "pii",
        "details": "pseudonym",
    }

    id = models.UUIDField(primary_key=True, default=new_uuid)
    recorded_at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    action = models.CharField(max_length=64)
    subject = models.CharField(max_length=120)
    reason = models.TextField(blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        db_table = "audit_record"
        indexes = [
            models.Index(name="audit_subject", fields=["subject", "recorded_at"]),
            models.Index(name="audit_recorded", fields=["recorded_at", "id"]),
            models.Index(name="audit_actor", fields=["actor", "recorded_at", "id"]),
            models.Index(name="audit_action", fields=["action", "recorded_at"]),
        ]
