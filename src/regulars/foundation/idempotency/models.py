"""One row for each write that a caller named with an Idempotency-Key."""

from django.db import models

from regulars.foundation.privacy import classed


class StoredAnswer(models.Model):
    """A write's answer as it was given. `key` is derived from the source and the caller's key.

    `digest` is keyed, because what was sent may hold a phone number; the answer holds ids only.
    """

    privacy = classed(pseudonym="body", none="key digest status created_at")

    key = models.UUIDField(primary_key=True)
    digest = models.UUIDField()
    status = models.SmallIntegerField()
    body = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "idempotency_answer"
        indexes = [models.Index(name="idempotency_age", fields=["created_at"])]
