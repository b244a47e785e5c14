"""The tables of the seals. Both are append-only: a seal that could change would seal nothing."""

from django.db import models

from regulars.foundation.privacy import classed


class Segment(models.Model):
    """A sealed stretch of the log: every entry from `first_seq` to `last_seq`.

    `root` is over the stretch and the root before it (`previous`), in hexadecimal; the first
    segment follows 64 zeros. What exactly is hashed stands in `canonical`.
    """

    append_only = True
    privacy = classed(none="number first_seq last_seq entries previous root sealed_at")

    number = models.BigIntegerField(primary_key=True)
    first_seq = models.BigIntegerField()
    last_seq = models.BigIntegerField()
    entries = models.IntegerField()
    previous = models.CharField(max_length=64)
    root = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        db_table = "ledger_segment"


class Seal(models.Model):
    """The hash of one sealed entry; its `id` is the entry's."""

    append_only = True
    privacy = classed(pseudonym="id holder_id", none="segment seq hash")

    id = models.UUIDField(primary_key=True)
    holder_id = models.UUIDField()
    segment = models.BigIntegerField()
    seq = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        db_table = "ledger_seal"
