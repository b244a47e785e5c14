"""What a large shop sold on the days that go on, and who joined lately; measured once a minute.

Days that are over are summed where the sales are; a day that goes on would be added up anew by
everybody who looks.
"""

from django.db import models

from regulars.foundation.privacy import classed


class OpenSales(models.Model):
    """A day's sales at one store (0: none named); with `shift_days`, only its beginning.

    A day with a shift is looked at beside a later one that is so many days on: it counts up to
    the instant that many days before the measuring. None: the whole day. Amounts in minor units.
    """

    privacy = classed(
        none="id business_date shift_days store_id tickets net_minor refunded_minor "
        "member_tickets member_net_minor"
    )

    business_date = models.DateField()
    shift_days = models.SmallIntegerField(null=True)
    store_id = models.SmallIntegerField()
    tickets = models.BigIntegerField()
    net_minor = models.BigIntegerField()
    refunded_minor = models.BigIntegerField()
    member_tickets = models.BigIntegerField()
    member_net_minor = models.BigIntegerField()

    class Meta:
        db_table = "insights_open_sales"


class Joined(models.Model):
    """How many joined on a day at one store (empty: none named); `shift_days` as for sales."""

    privacy = classed(none="id day shift_days store joined")

    day = models.DateField()
    shift_days = models.SmallIntegerField(null=True)
    store = models.CharField(max_length=40)
    joined = models.BigIntegerField()

    class Meta:
        db_table = "insights_joined"


class Measured(models.Model):
    """When it was measured, and from which day on sales are; one row."""

    privacy = classed(none="id at since")

    id = models.SmallIntegerField(primary_key=True)
    at = models.DateTimeField()
    since = models.DateField()

    class Meta:
        db_table = "insights_measured"
