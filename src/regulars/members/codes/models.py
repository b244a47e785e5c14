"""Codes that were shown and may still be used."""

from django.db import models

from regulars.foundation.privacy import classed


class MemberCode(models.Model):
    """One code; only its keyed digest is kept. Using it removes the row.

    A phone fetches some codes ahead, each with its own minute, so that the card works while the
    network is slow: before `starts_at` a code is good for nothing.
    """

    privacy = classed(pseudonym="digest member_id", none="starts_at expires_at")

    digest = models.UUIDField(primary_key=True)
    member_id = models.UUIDField()
    starts_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()

    class Meta:
        db_table = "members_code"
        indexes = [
            models.Index(name="code_expires", fields=["expires_at"]),
            models.Index(name="code_member", fields=["member_id"]),
        ]
