"""The tallies of a large shop, as of their last counting."""

from django.db import models

from regulars.foundation.privacy import classed


class KeptTally(models.Model):
    """What one counting of everybody found; `counts` are members by code."""

    privacy = classed(none="name counts counted_at")

    name = models.CharField(max_length=40, primary_key=True)
    counts = models.JSONField()
    counted_at = models.DateTimeField()

    class Meta:
        db_table = "members_tally"
