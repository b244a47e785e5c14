"""The counts of a large shop's members, measured once an hour."""

from django.db import models

from regulars.foundation.privacy import classed


class MemberCount(models.Model):
    """How many members belong to a store (0: to none), and how they are, as of `measured_at`."""

    privacy = classed(none="store_id members active dormant churned measured_at")

    store_id = models.SmallIntegerField(primary_key=True)
    members = models.BigIntegerField()
    active = models.BigIntegerField()
    dormant = models.BigIntegerField()
    churned = models.BigIntegerField()
    measured_at = models.DateTimeField()

    class Meta:
        db_table = "insights_member_count"
