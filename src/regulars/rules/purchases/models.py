"""Every sale with its lines, whoever sold it, and what was refunded of it since."""

from django.db import models
from django.db.models import Q

from regulars.foundation.ids import new_uuid
from regulars.foundation.privacy import classed


class Purchase(models.Model):
    """One paid document. The id is its event's.

    `lines` is a JSON array of {line, sku, category, quantity, net_minor}; they belong to the sale
    for ever, so they live in its row. `effects` says what each line earned, `refunds` lists the
    refunds applied so far, `course` how it went on after a cancellation (null: it did not), `uses`
    what it used of limits (null: nothing); all four are the intake's own notes (JSON). A sale to a
    walk-in customer has the nil UUID as holder; a merge gives the sales of the one to the other.
    Amounts are minor units of the deployment's currency.
    """

    append_only = True
    mutable_columns = ("holder_id", "refunded_minor", "refunds", "cancelled", "course", "uses")
    privacy = {
        "id": "pseudonym",
        "holder_id": "pseudonym",
        "source": "none",
        "document": "pseudonym",
        "store_id": "none",
        "business_date": "none",
        "occurred_at": "none",
        "net_minor": "none",
        "freight_minor": "none",
        "line_count": "none",
        "lines": "none",
        "effects": "none",
        "refunded_minor": "none",
        "refunds": "pseudonym",
        "cancelled": "none",
        "course": "pseudonym",
        "uses": "none",
    }

    id = models.UUIDField(primary_key=True, default=new_uuid)
    holder_id = models.UUIDField()
    source = models.CharField(max_length=40)
    document = models.CharField(max_length=128)
    store_id = models.SmallIntegerField(null=True)
    business_date = models.DateField()
    occurred_at = models.DateTimeField()
    net_minor = models.BigIntegerField()
    freight_minor = models.BigIntegerField()
    line_count = models.IntegerField()
    lines = models.JSONField()
    effects = models.TextField()
    refunded_minor = models.BigIntegerField(default=0)
    refunds = models.TextField(default="[]")
    cancelled = models.BooleanField(default=False)
    course = models.TextField(null=True)  # noqa: DJ001 - absent is not empty
    uses = models.TextField(null=True)  # noqa: DJ001 - likewise

    class Meta:
        db_table = "rules_purchase"
        indexes = [
            models.Index(name="purchase_holder", fields=["holder_id", "business_date"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="purchase_refunded",
                condition=Q(refunded_minor__gte=0, refunded_minor__lte=models.F("net_minor")),
            ),
        ]


class SalesDayTotal(models.Model):
    """A business day's sales at one store (0: none named), kept once the day is over.

    The same figures as `selectors.sales_by_day` counts from the sales themselves; `prove` counts
    them anew.
    """

    privacy = classed(
        none="business_date store_id tickets net_minor refunded_minor member_tickets "
        "member_net_minor"
    )

    pk = models.CompositePrimaryKey("business_date", "store_id")
    business_date = models.DateField()
    store_id = models.SmallIntegerField()
    tickets = models.BigIntegerField()
    net_minor = models.BigIntegerField()
    refunded_minor = models.BigIntegerField()
    member_tickets = models.BigIntegerField()
    member_net_minor = models.BigIntegerField()

    class Meta:
        db_table = "rules_sales_day"


class DaysClosed(models.Model):
    """The first day whose sales are not summed yet; one row."""

    privacy = classed(none="id until")

    id = models.SmallIntegerField(primary_key=True)
    until = models.DateField()

    class Meta:
        db_table = "rules_sales_closed"


class DayTouched(models.Model):
    """A day that was changed after it was over: its sums don't hold until they are made anew."""

    privacy = classed(none="id business_date")

    id = models.UUIDField(primary_key=True, default=new_uuid)
    business_date = models.DateField()

    class Meta:
        db_table = "rules_sales_touched"
