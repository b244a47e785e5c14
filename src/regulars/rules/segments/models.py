"""Segments, whom they hold, and the shop-wide yardsticks that some of them measure by."""

from django.db import models
from django.db.models import Q

from regulars.foundation.privacy import classed


class Segment(models.Model):
    """A stored condition. `code` never changes, because rules name it.

    With `tag_id` its members carry that tag, for `tag_days` after they entered (null: as long as
    they stay). `revision` counts its savings; the counts are those of `refreshed_at`.
    """

    privacy = classed(
        none="id code name condition revision tag_id tag_days member_count refreshed_at created_at"
    )

    id = models.SmallAutoField(primary_key=True)
    code = models.CharField(max_length=40, unique=True)
    name = models.JSONField()
    condition = models.TextField()
    revision = models.IntegerField(default=1)
    tag_id = models.SmallIntegerField(null=True)
    tag_days = models.SmallIntegerField(null=True)
    member_count = models.IntegerField(null=True)
    refreshed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "rules_segment"
        constraints = [
            models.CheckConstraint(
                name="segment_tag_days", condition=Q(tag_days__isnull=True) | Q(tag_days__gt=0)
            ),
        ]


class SegmentMember(models.Model):
    """A member in a segment, as of the segment's last refreshing."""

    privacy = classed(pseudonym="holder_id", none="segment_id since")

    pk = models.CompositePrimaryKey("holder_id", "segment_id")
    holder_id = models.UUIDField()
    segment_id = models.SmallIntegerField()
    since = models.DateTimeField()

    class Meta:
        db_table = "rules_segment_member"
        indexes = [models.Index(name="segment_member_segment", fields=["segment_id", "since"])]


class Yardstick(models.Model):
    """A figure over all members, such as the median spend, that segments compare with.

    `measured` is what the last measuring found; `fixed`, when set, is the merchant's own figure
    and goes before it.
    """

    privacy = classed(none="code measured fixed measured_at")

    code = models.CharField(max_length=40, primary_key=True)
    measured = models.BigIntegerField(null=True)
    fixed = models.BigIntegerField(null=True)
    measured_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "rules_yardstick"
