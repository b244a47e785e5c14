"""Ladders, their levels, who stands where, and every change of it."""

from django.db import models
from django.db.models import F, Q

from regulars.foundation.ids import new_uuid
from regulars.foundation.privacy import classed


class Ladder(models.Model):
    """An order of levels with its rules of going up and down (see `types` for their shapes).

    Several may exist side by side; the first active one is the main ladder, whose level conditions
    call `member.level`. `asset_id` is the asset that counts, if it is one; `settled_on` is the
    day of the last settlement, in the ladder's zone.
    """

    privacy = classed(
        none="id code name qualifier asset_id validity on_refund downgrade time_zone is_active "
        "revision settled_on created_at"
    )

    id = models.SmallAutoField(primary_key=True)
    code = models.CharField(max_length=40, unique=True)
    name = models.JSONField()
    qualifier = models.JSONField()
    asset_id = models.SmallIntegerField(null=True)
    validity = models.JSONField()
    on_refund = models.CharField(max_length=16)
    downgrade = models.CharField(max_length=16)
    time_zone = models.CharField(max_length=64)
    is_active = models.BooleanField(default=True)
    revision = models.IntegerField(default=1)
    settled_on = models.DateField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "entitlements_ladder"
        constraints = [
            models.CheckConstraint(
                name="ladder_on_refund", condition=Q(on_refund__in=["fall_back", "keep"])
            ),
            models.CheckConstraint(
                name="ladder_downgrade", condition=Q(downgrade__in=["earned", "one_step", "none"])
            ),
        ]


class Level(models.Model):
    """One level. Rank 0 is where everybody begins, with threshold 0.

    `threshold` is in minor units for spend, else in units of the asset. `code` is unique over all
    ladders, because conditions name it alone.
    """

    privacy = classed(
        none="id ladder code rank name description threshold multiplier_thousandths colour icon"
    )

    id = models.SmallAutoField(primary_key=True)
    ladder = models.ForeignKey(Ladder, on_delete=models.PROTECT, related_name="levels")
    code = models.CharField(max_length=40, unique=True)
    rank = models.SmallIntegerField()
    name = models.JSONField()
    description = models.JSONField(default=dict)
    threshold = models.BigIntegerField()
    multiplier_thousandths = models.IntegerField(default=1000)
    colour = models.CharField(max_length=7, blank=True)
    icon = models.CharField(max_length=40, blank=True)

    class Meta:
        db_table = "entitlements_level"
        constraints = [
            models.UniqueConstraint(name="level_rank", fields=["ladder", "rank"]),
            models.CheckConstraint(
                name="level_threshold",
                condition=Q(rank=0, threshold=0) | (~Q(rank=0) & Q(threshold__gt=0)),
            ),
            models.CheckConstraint(
                name="level_multiplier", condition=Q(multiplier_thousandths__gte=0)
            ),
        ]


class MemberLevel(models.Model):
    """Where a member stands on a ladder; who never left the lowest level has no row.

    Holds through the moment before `valid_until` and on until the settlement that follows it
    (null: as long as it is earned). `source` is `earned`; levels that are bought or given by hand
    will say so there.
    """

    privacy = classed(pseudonym="holder_id", none="ladder_id level_id source since valid_until")

    pk = models.CompositePrimaryKey("holder_id", "ladder_id")
    holder_id = models.UUIDField()
    ladder_id = models.SmallIntegerField()
    level_id = models.SmallIntegerField()
    source = models.CharField(max_length=16, default="earned")
    since = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "entitlements_member_level"
        indexes = [models.Index(name="member_level_level", fields=["level_id"])]


class LevelChange(models.Model):
    """One change, for ever: from where to where, why, by which event or run, until when.

    `change` is raised, renewed or lowered; `cause` is the event's kind or `settlement`. `figure`
    is what counted towards the level at that moment.
    """

    append_only = True
    privacy = classed(
        pseudonym="id holder_id event_id",
        none="ladder_id from_level_id to_level_id change cause run_id figure valid_until "
        "recorded_at",
    )

    id = models.UUIDField(primary_key=True, default=new_uuid)
    holder_id = models.UUIDField()
    ladder_id = models.SmallIntegerField()
    from_level_id = models.SmallIntegerField()
    to_level_id = models.SmallIntegerField()
    change = models.CharField(max_length=8)
    cause = models.CharField(max_length=40)
    event_id = models.UUIDField(null=True)
    run_id = models.UUIDField(null=True)
    figure = models.BigIntegerField()
    valid_until = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "entitlements_level_change"
        indexes = [models.Index(name="level_change_holder", fields=["holder_id", "recorded_at"])]
        constraints = [
            models.CheckConstraint(
                name="level_change_kind", condition=Q(change__in=["raised", "renewed", "lowered"])
            ),
            models.CheckConstraint(
                name="level_change_cause",
                condition=Q(event_id__isnull=False) | Q(run_id__isnull=False),
            ),
            models.CheckConstraint(
                name="level_change_moves",
                condition=Q(change="renewed", from_level_id=F("to_level_id"))
                | (~Q(change="renewed") & ~Q(from_level_id=F("to_level_id"))),
            ),
        ]
