"""Tries at a secret since the last right one, at each place where they count."""

from django.db import models

from regulars.foundation.privacy import classed


class Tries(models.Model):
    """`place` names who is guessed at and from where; names that strangers type are digested."""

    privacy = classed(pseudonym="place", none="count locked_until tried_at")

    place = models.CharField(max_length=160, primary_key=True)
    count = models.IntegerField()
    tried_at = models.DateTimeField()
    locked_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "foundation_tries"
        indexes = [models.Index(name="tries_age", fields=["tried_at"])]
