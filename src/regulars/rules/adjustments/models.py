"""What each person gave by hand on a day, so that many small gifts count as one large one."""

from django.db import models
from django.db.models import Q

from regulars.foundation.privacy import classed


class GivenOnDay(models.Model):
    """All that one actor credited by hand on one business day without a second person's word.

    Added to after the holder's row is locked, in the unit that credits: of two gifts at one moment
    the second waits here and then sees the first.
    """

    privacy = classed(pseudonym="actor", none="day points")

    pk = models.CompositePrimaryKey("actor", "day")
    actor = models.CharField(max_length=80)
    day = models.DateField()
    points = models.BigIntegerField()

    class Meta:
        db_table = "rules_given_on_day"
        constraints = [
            models.CheckConstraint(name="given_on_day_points", condition=Q(points__gt=0)),
        ]
