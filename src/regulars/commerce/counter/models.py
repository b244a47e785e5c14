"""Tills, shifts, receipts and what stands beside them. Receipts and tenders are only added to.

Sums are never kept: a shift and a day are the sum of their receipts. What was expected and counted
when a shift was closed is kept as it was then.
"""

from django.db import models
from django.db.models import F, Q

from regulars.foundation.ids import new_uuid
from regulars.foundation.privacy import classed

# What is said of a receipt later: whose it is, and what it then earned.
NAMED_COLUMNS = (
    "trouble",
    "named_sealed",
    "member_id",
    "event_id",
    "movements",
    "claimed_at",
    "claimed_by",
)


class CounterTerminal(models.Model):
    """A browser's storage at a registered device. Its id is the first part of receipt numbers.

    Who loses that storage gets a new one, so that no count ever begins again under the same number.
    """

    privacy = classed(none="id device name store opened_at")

    id = models.AutoField(primary_key=True)
    device = models.CharField(max_length=16)
    name = models.CharField(max_length=80)
    store = models.ForeignKey("organization_stores.Store", models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()

    class Meta:
        db_table = "commerce_terminal"
        indexes = [models.Index(name="terminal_device", fields=["device"])]


class CounterRule(models.Model):
    """How the counters of one store work. A store without a row works by the ordinary rules."""

    privacy = classed(
        none="store discount_limit_minor refund_limit_minor is_blind categories head foot "
        "changed_at"
    )

    store = models.OneToOneField(
        "organization_stores.Store", models.PROTECT, primary_key=True, related_name="+"
    )
    discount_limit_minor = models.BigIntegerField(null=True)
    refund_limit_minor = models.BigIntegerField(null=True)
    is_blind = models.BooleanField(default=False)
    categories = models.JSONField(default=list)
    head = models.CharField(max_length=400, blank=True)
    foot = models.CharField(max_length=400, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "commerce_counter_rule"


class CounterShift(models.Model):
    """One person's time at a till, from the float to the count. One is open at a till at most."""

    privacy = classed(
        none="id number terminal store opened_at float_minor is_blind handed_key closed_at parked "
        "note",
        pseudonym="opened_by closed_by",
    )

    id = models.UUIDField(primary_key=True, default=new_uuid)
    number = models.IntegerField()
    terminal = models.ForeignKey(CounterTerminal, models.PROTECT, related_name="+")
    store = models.ForeignKey("organization_stores.Store", models.PROTECT, related_name="+")
    opened_by = models.UUIDField()
    opened_at = models.DateTimeField()
    float_minor = models.BigIntegerField()
    is_blind = models.BooleanField(default=False)
    # Under which key of the till's own it was handed over to this shift's person.
    handed_key = models.UUIDField(null=True)
    closed_by = models.UUIDField(null=True)
    closed_at = models.DateTimeField(null=True)
    parked = models.IntegerField(default=0)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "commerce_shift"
        constraints = [
            models.UniqueConstraint(
                name="shift_open", fields=["terminal"], condition=Q(closed_at__isnull=True)
            ),
            models.UniqueConstraint(name="shift_number", fields=["terminal", "number"]),
            models.UniqueConstraint(name="shift_handed", fields=["terminal", "handed_key"]),
            models.CheckConstraint(name="shift_float", condition=Q(float_minor__gte=0)),
            models.CheckConstraint(
                name="shift_end", condition=Q(closed_at__isnull=True) | Q(closed_by__isnull=False)
            ),
        ]
        indexes = [models.Index(name="shift_of_store", fields=["store", "opened_at"])]


class ShiftCount(models.Model):
    """What was expected and what was counted of one tender when a shift was closed."""

    append_only = True
    privacy = classed(none="id shift kind expected_minor counted_minor")

    id = models.UUIDField(primary_key=True, default=new_uuid)
    shift = models.ForeignKey(
        CounterShift, models.PROTECT, related_name="counts", db_constraint=False
    )
    kind = models.CharField(max_length=12)
    expected_minor = models.BigIntegerField()
    counted_minor = models.BigIntegerField()

    class Meta:
        db_table = "commerce_shift_count"
        constraints = [models.UniqueConstraint(name="count_once", fields=["shift", "kind"])]


class CashMove(models.Model):
    """Cash that was put into the drawer, or taken out (negative), without a sale. The id is the
    till's own, so that pressing twice moves it once."""

    append_only = True
    privacy = classed(none="id shift store amount_minor reason moved_at", pseudonym="staff_id")

    id = models.UUIDField(primary_key=True, default=new_uuid)
    shift = models.ForeignKey(
        CounterShift, models.PROTECT, related_name="moves", db_constraint=False
    )
    store = models.ForeignKey(
        "organization_stores.Store", models.PROTECT, related_name="+", db_constraint=False
    )
    amount_minor = models.BigIntegerField()
    reason = models.CharField(max_length=200)
    staff_id = models.UUIDField()
    moved_at = models.DateTimeField()

    class Meta:
        db_table = "commerce_cash_move"
        constraints = [
            models.CheckConstraint(name="cash_move_some", condition=~Q(amount_minor=0)),
            models.CheckConstraint(name="cash_move_why", condition=~Q(reason="")),
        ]
        indexes = [models.Index(name="cash_of_day", fields=["store", "moved_at"])]


class DayEnd(models.Model):
    """A day-end sheet as it was made: it never changes, whatever arrives later for that day."""

    append_only = True
    privacy = classed(none="id store business_date made_at sheet", pseudonym="made_by")

    id = models.UUIDField(primary_key=True, default=new_uuid)
    store = models.ForeignKey(
        "organization_stores.Store", models.PROTECT, related_name="+", db_constraint=False
    )
    business_date = models.DateField()
    made_by = models.UUIDField()
    made_at = models.DateTimeField()
    sheet = models.JSONField()

    class Meta:
        db_table = "commerce_day_end"
        constraints = [
            models.UniqueConstraint(name="day_end_once", fields=["store", "business_date"])
        ]


class Ticket(models.Model):
    """A receipt: a sale, a return or a void. `net_minor` is money, `points_minor` paid by points.

    `named_sealed` keeps the phone or card that was typed while the server was away, until somebody
    settles whose it is. A receipt of nobody that was claimed for a member says when and by whom.
    """

    append_only = True
    mutable_columns = NAMED_COLUMNS
    privacy = classed(
        pii="named_sealed",
        pseudonym="id member_id event_id staff_id approved_by claimed_by",
        none="number kind terminal sequence store shift original digest occurred_at recorded_at "
        "business_date goods_minor discount_minor rounding_minor points points_minor net_minor "
        "lines movements trouble is_offline reason claimed_at",
    )

    id = models.UUIDField(primary_key=True, default=new_uuid)
    number = models.CharField(max_length=24, unique=True)
    kind = models.CharField(max_length=8)
    terminal = models.ForeignKey(
        CounterTerminal, models.PROTECT, related_name="+", db_constraint=False
    )
    sequence = models.IntegerField()
    store = models.ForeignKey(
        "organization_stores.Store", models.PROTECT, related_name="+", db_constraint=False
    )
    shift = models.ForeignKey(CounterShift, models.PROTECT, related_name="+", db_constraint=False)
    original = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", db_constraint=False
    )
    digest = models.UUIDField()
    staff_id = models.UUIDField()
    approved_by = models.UUIDField(null=True)
    member_id = models.UUIDField(null=True)
    event_id = models.UUIDField(null=True)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    business_date = models.DateField()
    goods_minor = models.BigIntegerField()
    discount_minor = models.BigIntegerField(default=0)
    rounding_minor = models.BigIntegerField(default=0)
    points = models.BigIntegerField(default=0)
    points_minor = models.BigIntegerField(default=0)
    net_minor = models.BigIntegerField()
    lines = models.JSONField()
    movements = models.JSONField()
    trouble = models.CharField(max_length=40, blank=True)
    named_sealed = models.TextField(blank=True)
    is_offline = models.BooleanField(default=False)
    reason = models.CharField(max_length=200, blank=True)
    claimed_at = models.DateTimeField(null=True)
    claimed_by = models.UUIDField(null=True)

    class Meta:
        db_table = "commerce_ticket"
        constraints = [
            models.UniqueConstraint(name="ticket_sequence", fields=["terminal", "sequence"]),
            models.CheckConstraint(
                name="ticket_kind", condition=Q(kind__in=["sale", "refund", "void"])
            ),
            models.CheckConstraint(
                name="ticket_adds_up",
                condition=Q(
                    goods_minor=F("discount_minor")
                    + F("rounding_minor")
                    + F("points_minor")
                    + F("net_minor")
                ),
            ),
            models.CheckConstraint(
                name="ticket_amounts",
                condition=Q(
                    net_minor__gte=0,
                    points_minor__gte=0,
                    discount_minor__gte=0,
                    rounding_minor__gte=0,
                    points__gte=0,
                ),
            ),
        ]
        indexes = [
            models.Index(name="ticket_of_shift", fields=["shift"]),
            models.Index(name="ticket_of_day", fields=["store", "business_date"]),
            models.Index(name="ticket_latest", fields=["store", "-recorded_at"]),
            models.Index(
                name="ticket_original", fields=["original"], condition=Q(original__isnull=False)
            ),
            models.Index(name="ticket_trouble", fields=["store"], condition=~Q(trouble="")),
        ]


class Tender(models.Model):
    """A part of a ticket's payment; negative where it was given back."""

    append_only = True
    privacy = classed(none="id ticket kind amount_minor given_minor")

    id = models.UUIDField(primary_key=True, default=new_uuid)
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="tenders", db_constraint=False)
    kind = models.CharField(max_length=12)
    amount_minor = models.BigIntegerField()
    given_minor = models.BigIntegerField(default=0)

    class Meta:
        db_table = "commerce_tender"
        constraints = [models.UniqueConstraint(name="tender_once", fields=["ticket", "kind"])]


class ParkedSale(models.Model):
    """A sale put aside at a store, for a day at most. `key` is the till's; `content` has the
    member's id at most, `label` an amount and a time."""

    privacy = classed(none="key store terminal label parked_at", pseudonym="content parked_by")

    key = models.UUIDField(primary_key=True)
    store = models.ForeignKey("organization_stores.Store", models.PROTECT, related_name="+")
    terminal = models.ForeignKey(CounterTerminal, models.PROTECT, related_name="+")
    label = models.CharField(max_length=40, blank=True)
    content = models.TextField()
    parked_by = models.UUIDField()
    parked_at = models.DateTimeField()

    class Meta:
        db_table = "commerce_parked_sale"
