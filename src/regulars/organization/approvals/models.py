"""Requests for a second person's approval. What was asked for can't be changed afterwards."""

from django.db import models
from django.db.models import Q

from regulars.foundation.ids import new_uuid
from regulars.foundation.privacy import classed


class Approval(models.Model):
    """One deed that waits, or waited. `payload` has ids and figures only; `key` is derived from
    the asker's key, so that a retry asks once."""

    append_only = True
    mutable_columns = ("state", "decided_by", "decided_at", "decided_reason", "outcome", "problem")
    privacy = classed(
        pii="reason decided_reason",
        pseudonym="payload subject requested_by decided_by outcome",
        none="id key digest kind amount store requested_at expires_at state decided_at problem",
    )

    id = models.UUIDField(primary_key=True, default=new_uuid)
    key = models.UUIDField(unique=True)
    digest = models.UUIDField()
    kind = models.CharField(max_length=64)
    payload = models.JSONField()
    amount = models.BigIntegerField()
    store = models.CharField(max_length=40, blank=True)
    subject = models.CharField(max_length=120)
    reason = models.TextField()
    requested_by = models.CharField(max_length=80)
    requested_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=12, default="waiting")
    decided_by = models.CharField(max_length=80, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_reason = models.TextField(blank=True)
    outcome = models.CharField(max_length=200, blank=True)
    problem = models.JSONField(default=dict)

    class Meta:
        db_table = "organization_approval"
        constraints = [
            models.CheckConstraint(
                name="approval_four_eyes",
                condition=~Q(state__in=["approved", "done", "failed", "declined"])
                | ~Q(decided_by=models.F("requested_by")),
            ),
            models.CheckConstraint(
                name="approval_state",
                condition=Q(
                    state__in=[
                        "waiting",
                        "approved",
                        "done",
                        "failed",
                        "declined",
                        "withdrawn",
                    ]
                ),
            ),
        ]
        indexes = [
            models.Index(
                name="approval_waiting", fields=["expires_at"], condition=Q(state="waiting")
            ),
            models.Index(name="approval_age", fields=["requested_at"]),
        ]
