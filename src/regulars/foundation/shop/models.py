"""One row: what the merchant has said about the shop."""

from django.db import models
from django.db.models import Q

from regulars.foundation.privacy import classed


class Shop(models.Model):
    """The shop as a whole. `version` counts its changes; `opened_at` is when setting up ended.

    While nobody works here yet, `setup_digest` is that of the code with which the first owner may
    come in.
    """

    privacy = classed(
        none="id name currency time_zone language version updated_at opened_at setup_digest"
    )

    id = models.SmallIntegerField(primary_key=True, default=1)
    name = models.JSONField(default=dict)
    currency = models.CharField(max_length=3, default="")
    time_zone = models.CharField(max_length=64, default="")
    language = models.CharField(max_length=8, default="")
    version = models.IntegerField(default=0)
    updated_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    setup_digest = models.CharField(max_length=64, default="")

    class Meta:
        db_table = "shop"
        constraints = [
            models.CheckConstraint(name="shop_only_one", condition=Q(id=1)),
            models.CheckConstraint(
                name="shop_language", condition=Q(language__in=["", "zh-hans", "en"])
            ),
        ]
