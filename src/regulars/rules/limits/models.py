"""What was used under limits: by each member, and by all members together."""

from django.db import models
from django.db.models import Q

from regulars.foundation.ids import new_uuid
from regulars.foundation.privacy import classed


class MemberCount(models.Model):
    """What a member used in one month ("": for all time), as JSON by the names of counters.

    The member's holder row is locked before it is read, so it needs no lock of its own.
    """

    privacy = classed(pseudonym="holder_id", none="month used")

    pk = models.CompositePrimaryKey("holder_id", "month")
    holder_id = models.UUIDField()
    month = models.CharField(max_length=7)
    used = models.TextField()

    class Meta:
        db_table = "rules_member_count"


class SharedCount(models.Model):
    """One of the slots into which a counter that all share is cut. The id tells what it counts.

    All slots together used what all members did. A slot may use up what it was `granted`; what
    all were granted is the `maximum`. `kept`: what was left when last seen whole, and is granted to
    none, because it is nothing or too little for who asked; else it is NULL.
    """

    privacy = classed(none="id slot subject period used granted maximum kept")

    pk = models.CompositePrimaryKey("id", "slot")
    id = models.UUIDField()
    slot = models.SmallIntegerField()
    subject = models.CharField(max_length=128)
    period = models.CharField(max_length=48)
    used = models.BigIntegerField()
    granted = models.BigIntegerField()
    maximum = models.BigIntegerField()
    kept = models.BigIntegerField(null=True)

    class Meta:
        db_table = "rules_shared_count"
        constraints = [
            models.CheckConstraint(name="shared_count_used", condition=Q(used__gte=0)),
        ]


class LimitUses(models.Model):
    """What an event that is no sale, or what followed from an event, used of limits.

    What sales used stands in their own rows, because refunds give it back. The id is the event's,
    or the key of what followed; `event_id` is always the event's, on whose receipt the rules
    stand. `uses` is JSON like a sale's. A merge gives the rows of the one to the other.
    """

    append_only = True
    mutable_columns = ("holder_id",)
    privacy = classed(pseudonym="id holder_id event_id", none="uses")

    id = models.UUIDField(primary_key=True, default=new_uuid)
    holder_id = models.UUIDField()
    event_id = models.UUIDField()
    uses = models.TextField()

    class Meta:
        db_table = "rules_limit_use"
        indexes = [models.Index(name="limit_use_holder", fields=["holder_id"])]
