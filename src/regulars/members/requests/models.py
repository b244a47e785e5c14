"""Requests, open until a person has done with them."""

from django.db import models
from django.db.models import Q

from regulars.foundation.ids import new_uuid
from regulars.foundation.privacy import classed


class MemberRequest(models.Model):
    """One request. A member has at most one open request of each kind."""

    privacy = classed(
        pseudonym="id member_id closed_by",
        none="kind created_at closed_at",
    )

    id = models.UUIDField(primary_key=True, default=new_uuid)
    member_id = models.UUIDField()
    kind = models.CharField(max_length=12)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=80, blank=True)

    class Meta:
        db_table = "members_request"
        indexes = [
            models.Index(name="request_member", fields=["member_id", "created_at"]),
            models.Index(
                name="request_open", fields=["created_at"], condition=Q(closed_at__isnull=True)
            ),
        ]
        constraints = [
            models.CheckConstraint(name="request_kind", condition=Q(kind__in=["export", "erase"])),
        ]
