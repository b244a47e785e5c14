"""What a list showed, under a name."""

from django.db import models

from regulars.foundation.ids import new_uuid
from regulars.foundation.privacy import classed


class SavedView(models.Model):
    """A list's address under a name: a person's own, or everybody's when it is shared."""

    privacy = classed(pseudonym="staff_id query", none="id screen name is_shared created_at")

    id = models.UUIDField(primary_key=True, default=new_uuid)
    staff_id = models.CharField(max_length=40)
    screen = models.CharField(max_length=40)
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=1000)
    is_shared = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "saved_view"
        constraints = [
            models.UniqueConstraint(name="saved_view_name", fields=["screen", "staff_id", "name"]),
        ]
