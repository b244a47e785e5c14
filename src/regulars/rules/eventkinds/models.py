"""The merchant's own kinds of events."""

from django.db import models

from regulars.foundation.privacy import classed


class EventKind(models.Model):
    """A kind: its code and names, its fields in the order in which they are shown.

    It is never deleted, because events and rules of the past go on naming it.
    """

    privacy = classed(none="id code name fields amount is_active created_at")

    id = models.SmallAutoField(primary_key=True)
    code = models.CharField(max_length=32, unique=True)
    name = models.JSONField()
    # As text: of choices the order counts, which jsonb forgets.
    fields = models.TextField(default="[]")
    amount = models.CharField(max_length=40, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "rules_event_kind"
