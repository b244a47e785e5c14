"""Who was erased, so that a restored copy can forget them again."""

from django.db import models


class Erasure(models.Model):
    """One erased member. The same list lies in a file outside the database."""

    append_only = True
    privacy = {"member_id": "pseudonym", "erased_at": "none"}

    member_id = models.UUIDField(primary_key=True)
    erased_at = models.DateTimeField()

    class Meta:
        db_table = "members_erasure"
