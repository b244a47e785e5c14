"""Sums over the book, so that nobody adds up a million entries to open a page."""

from django.db import models

from regulars.foundation.privacy import classed


class DayTotal(models.Model):
    """What holders gained (negative: lost) on a business day, of an asset, against a counter.

    `program` is the code of the program that decided it, empty where none did (a return takes back
    what any program gave). Sums every entry
    up to the number in `Summed`; `prove` adds them up anew.
    """

    privacy = classed(none="business_date asset_id counter program gained")

    pk = models.CompositePrimaryKey("business_date", "asset_id", "counter", "program")
    business_date = models.DateField()
    asset_id = models.SmallIntegerField()
    counter = models.CharField(max_length=64)
    program = models.CharField(max_length=120)
    gained = models.BigIntegerField()

    class Meta:
        db_table = "ledger_day_total"


class Summed(models.Model):
    """The number of the last entry that the sums hold; one row."""

    privacy = classed(none="id seq")

    id = models.SmallIntegerField(primary_key=True)
    seq = models.BigIntegerField()

    class Meta:
        db_table = "ledger_summed"


class Expiring(models.Model):
    """How much of an asset all members together lose within some days unless they use it."""

    privacy = classed(none="asset_id amount measured_at")

    asset_id = models.SmallIntegerField(primary_key=True)
    amount = models.BigIntegerField()
    measured_at = models.DateTimeField()

    class Meta:
        db_table = "ledger_expiring"
