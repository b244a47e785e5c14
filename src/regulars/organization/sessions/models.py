"""One row for each device at which a person is signed in."""

from django.db import models

from regulars.foundation.ids import new_uuid
from regulars.foundation.privacy import classed


class StaffSession(models.Model):
    """A session that was begun; `session_key` leads to Django's own row. It may have lapsed."""

    privacy = classed(pii="device", pseudonym="staff_id session_key id", none="created_at seen_at")

    id = models.UUIDField(primary_key=True, default=new_uuid)
    staff_id = models.UUIDField()
    session_key = models.CharField(max_length=40, unique=True)
    device = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        db_table = "organization_session"
        indexes = [models.Index(name="session_staff", fields=["staff_id"])]
