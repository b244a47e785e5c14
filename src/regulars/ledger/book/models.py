"""The tables of the book. Columns, constraints and small facts only; writes are in `store`.

Append-only tables name the few cache columns that may change (`mutable_columns`); the database
role of the application has no right to change or delete anything else in them. Relations inside
the hot tables carry no foreign-key constraint: a check per row costs more than the row, and
`prove` finds orphans. Every owned row carries `holder_id`, so that the book can be spread over
several machines by holder; rows that nothing refers to have no id of their own.
"""

from django.db import models
from django.db.models import F, Q

from regulars.foundation.ids import new_uuid
from regulars.foundation.privacy import classed


class Asset(models.Model):
    """A kind of value: points, growth, principal, bonus, a token, a count.

    `code` is what people and programs use; `expiry` is the asset's policy (see `expiry`).
    `currency` is set for money assets; `scale` is the number of decimals shown.
    """

    privacy = classed(
        none="id code name kind currency scale spend_order expiry shortfall transferable "
        "time_zone created_at",
    )

    id = models.SmallAutoField(primary_key=True)
    code = models.SlugField(max_length=40, unique=True)
    name = models.JSONField()
    kind = models.CharField(max_length=16)
    currency = models.CharField(max_length=3, blank=True)
    scale = models.SmallIntegerField(default=0)
    spend_order = models.CharField(max_length=24, default="earliest_expiry")
    expiry = models.JSONField(default=dict)
    shortfall = models.CharField(max_length=16, default="debt")
    transferable = models.BooleanField(default=False)
    time_zone = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "ledger_asset"
        constraints = [
            models.CheckConstraint(name="asset_scale", condition=Q(scale__gte=0, scale__lte=8)),
            models.CheckConstraint(
                name="asset_shortfall", condition=Q(shortfall__in=["debt", "write_off"])
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Holder(models.Model):
    """Whoever owns value. A member's holder has the member's id; the ledger knows no more."""

    privacy = classed(
        pseudonym="id merged_into",
        none="kind frozen created_at",
    )

    id = models.UUIDField(primary_key=True, default=new_uuid)
    kind = models.CharField(max_length=16, default="member")
    frozen = models.BooleanField(default=False)
    merged_into = models.UUIDField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "ledger_holder"


class Account(models.Model):
    """What one holder has of one asset. All three amounts are caches that `prove` derives anew.

    balance = postings = open lots − debt; `held` is the part of open lots under holds.
    `inactive_at` is the instant at which everything expires unless the account moves.
    """

    privacy = classed(
        pseudonym="id holder_id",
        none="asset_id balance held debt inactive_at",
    )

    id = models.UUIDField(primary_key=True, default=new_uuid)
    holder_id = models.UUIDField()
    asset_id = models.SmallIntegerField()
    balance = models.BigIntegerField(default=0)
    held = models.BigIntegerField(default=0)
    debt = models.BigIntegerField(default=0)
    inactive_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "ledger_account"
        constraints = [
            models.UniqueConstraint(name="account_owner", fields=["holder_id", "asset_id"]),
            models.CheckConstraint(name="account_debt", condition=Q(debt__gte=0)),
            models.CheckConstraint(name="account_held", condition=Q(held__gte=0)),
            models.CheckConstraint(
                name="account_covers_held", condition=Q(balance__gte=F("held") - F("debt"))
            ),
        ]


class Entry(models.Model):
    """An immutable business fact. `seq` is the order in which the database recorded it.

    `key` is the caller's, unique for its holder; callers with a key table of their own (the intake)
    pass the entry's own id, which the primary key holds unique already. `digest` is of the content,
    so that the same key with other content is refused. `reason_digest` is salted; its text lies in
    `Reason` and may be erased.
    """

    append_only = True
    privacy = classed(
        pseudonym="id holder_id key reverses_id event_id actor",
        none="seq digest kind reason_digest occurred_at business_date recorded_at",
    )

    id = models.UUIDField(primary_key=True, default=new_uuid)
    seq = models.BigIntegerField()
    holder_id = models.UUIDField()
    key = models.UUIDField()
    digest = models.UUIDField()
    kind = models.CharField(max_length=32)
    reverses_id = models.UUIDField(null=True)
    event_id = models.UUIDField(null=True)
    actor = models.CharField(max_length=80)
    reason_digest = models.CharField(max_length=64)
    occurred_at = models.DateTimeField()
    business_date = models.DateField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "ledger_entry"
        constraints = [
            models.UniqueConstraint(
                name="entry_key", fields=["holder_id", "key"], condition=~Q(key=F("id"))
            ),
        ]
        indexes = [
            models.Index(
                name="entry_reverses",
                fields=["holder_id", "reverses_id"],
                condition=Q(reverses_id__isnull=False),
            ),
        ]


class Posting(models.Model):
    """A movement between a holder's account and a named counter account, always positive.

    `credit` says the holder gains. `balance_after` is the account's balance after this posting.
    `rule` names the program version and rule that decided it, such as `beans@3/base`.
    """

    append_only = True
    privacy = classed(
        pseudonym="holder_id entry_id",
        none="ordinal asset_id credit amount counter rule balance_after",
    )

    pk = models.CompositePrimaryKey("holder_id", "entry_id", "ordinal")
    holder_id = models.UUIDField()
    entry_id = models.UUIDField()
    ordinal = models.SmallIntegerField()
    asset_id = models.SmallIntegerField()
    credit = models.BooleanField()
    amount = models.BigIntegerField()
    counter = models.CharField(max_length=64)
    rule = models.CharField(max_length=120)
    balance_after = models.BigIntegerField()

    class Meta:
        db_table = "ledger_posting"
        constraints = [
            models.CheckConstraint(name="posting_amount", condition=Q(amount__gt=0)),
        ]


class Lot(models.Model):
    """Value that came in at one time and goes out by its own dates.

    `amount` and the dates are its origin and never change; `remaining`, `held` and `is_open`
    are caches. `expires_at` is the instant after the last valid day (null: never). `origin_id`
    is the entry that first earned the value, `parent_id` the lot it was moved from.
    """

    append_only = True
    mutable_columns = ("remaining", "held", "is_open")
    privacy = classed(
        pseudonym="id holder_id entry_id origin_id parent_id",
        none="asset_id amount earned_at available_at expires_at remaining held is_open",
    )

    id = models.UUIDField(primary_key=True, default=new_uuid)
    holder_id = models.UUIDField()
    asset_id = models.SmallIntegerField()
    entry_id = models.UUIDField()
    origin_id = models.UUIDField()
    parent_id = models.UUIDField(null=True)
    amount = models.BigIntegerField()
    earned_at = models.DateTimeField()
    available_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    remaining = models.BigIntegerField()
    held = models.BigIntegerField(default=0)
    is_open = models.BooleanField(default=True)

    class Meta:
        db_table = "ledger_lot"
        indexes = [
            models.Index(
                name="lot_open", fields=["holder_id", "asset_id"], condition=Q(is_open=True)
            ),
            models.Index(
                name="lot_due",
                fields=["expires_at"],
                condition=Q(is_open=True, expires_at__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(name="lot_amount", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="lot_remaining", condition=Q(remaining__gte=0, remaining__lte=F("amount"))
            ),
            models.CheckConstraint(
                name="lot_held", condition=Q(held__gte=0, held__lte=F("remaining"))
            ),
            models.CheckConstraint(
                name="lot_is_open",
                condition=Q(is_open=True, remaining__gt=0) | Q(is_open=False, remaining=0),
            ),
        ]


class LotUse(models.Model):
    """How an entry used a lot: positive takes from it, negative gives back.

    remaining = amount − Σ uses. `ordinal` is the order of use inside the entry.
    """

    append_only = True
    privacy = classed(
        pseudonym="holder_id entry_id lot_id",
        none="ordinal asset_id amount purpose",
    )

    pk = models.CompositePrimaryKey("holder_id", "entry_id", "ordinal")
    holder_id = models.UUIDField()
    entry_id = models.UUIDField()
    lot_id = models.UUIDField()
    ordinal = models.SmallIntegerField()
    asset_id = models.SmallIntegerField()
    amount = models.BigIntegerField()
    purpose = models.CharField(max_length=16)

    class Meta:
        db_table = "ledger_lot_use"
        constraints = [
            models.CheckConstraint(name="lot_use_amount", condition=~Q(amount=0)),
        ]


class Hold(models.Model):
    """Value set aside for a while. Open until settled, released or past `expires_at`."""

    privacy = classed(
        pseudonym="id holder_id key entry_id actor",
        none="asset_id digest amount state created_at expires_at closed_at",
    )

    id = models.UUIDField(primary_key=True, default=new_uuid)
    holder_id = models.UUIDField()
    asset_id = models.SmallIntegerField()
    key = models.UUIDField()
    digest = models.UUIDField()
    amount = models.BigIntegerField()
    state = models.CharField(max_length=12, default="open")
    entry_id = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    actor = models.CharField(max_length=80)

    class Meta:
        db_table = "ledger_hold"
        indexes = [
            models.Index(name="hold_open", fields=["holder_id"], condition=Q(state="open")),
        ]
        constraints = [
            models.UniqueConstraint(name="hold_key", fields=["holder_id", "key"]),
            models.CheckConstraint(name="hold_amount", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="hold_state", condition=Q(state__in=["open", "settled", "released"])
            ),
        ]


class HoldLot(models.Model):
    """The part of a lot that a hold has taken, in the order in which it would be spent."""

    append_only = True
    privacy = classed(
        pseudonym="holder_id hold_id lot_id",
        none="ordinal amount",
    )

    pk = models.CompositePrimaryKey("holder_id", "hold_id", "ordinal")
    holder_id = models.UUIDField()
    hold_id = models.UUIDField()
    lot_id = models.UUIDField()
    ordinal = models.SmallIntegerField()
    amount = models.BigIntegerField()

    class Meta:
        db_table = "ledger_hold_lot"
        constraints = [
            models.CheckConstraint(name="hold_lot_amount", condition=Q(amount__gt=0)),
        ]


class Reason(models.Model):
    """The words a person gave for an entry, with the salt of their digest. May be erased."""

    privacy = classed(
        pii="text",
        pseudonym="id entry_id holder_id",
        none="salt",
    )

    id = models.UUIDField(primary_key=True, default=new_uuid)
    entry_id = models.UUIDField()
    holder_id = models.UUIDField()
    salt = models.CharField(max_length=32)
    text = models.TextField()

    class Meta:
        db_table = "ledger_reason"
        indexes = [models.Index(name="reason_entry", fields=["holder_id", "entry_id"])]
