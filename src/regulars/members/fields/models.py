"""The merchant's own fields of members, their values, and birthdays.

A personal value is sealed for its row. Of a birthday the year is sealed; month and day lie open,
because rules ask for them of many members at once.
"""

from django.db import models
from django.db.models import Q

from regulars.foundation.ids import new_uuid
from regulars.foundation.privacy import classed


class Field(models.Model):
    """A field: its code, its names, what a value may be. `choices` are pairs of a
    code and its names, in the order in which they are offered."""

    privacy = classed(none="id code name kind choices is_required is_personal is_active created_at")

    id = models.SmallAutoField(primary_key=True)
    code = models.CharField(max_length=40, unique=True)
    name = models.JSONField()
    kind = models.CharField(max_length=8)
    choices = models.JSONField(default=list)
    is_required = models.BooleanField(default=False)
    is_personal = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "members_field"
        constraints = [
            models.CheckConstraint(
                name="field_kind",
                condition=Q(kind__in=["text", "number", "date", "choice", "yes_no"]),
            ),
        ]


class FieldValue(models.Model):
    """What a member's field says, in the clear or sealed, never both."""

    privacy = classed(pii="value sealed", pseudonym="id member_id", none="field_id set_at")

    id = models.UUIDField(primary_key=True, default=new_uuid)
    member_id = models.UUIDField()
    field_id = models.SmallIntegerField()
    value = models.TextField(null=True)  # noqa: DJ001 - null where the value is sealed
    sealed = models.TextField(null=True)  # noqa: DJ001 - null where it is not
    set_at = models.DateTimeField()

    class Meta:
        db_table = "members_field_value"
        constraints = [
            models.UniqueConstraint(name="field_value_once", fields=["member_id", "field_id"]),
            models.CheckConstraint(
                name="field_value_place",
                condition=Q(value__isnull=True, sealed__isnull=False)
                | Q(value__isnull=False, sealed__isnull=True),
            ),
        ]


class MemberBirthday(models.Model):
    """When a member has her birthday; the year, where she told it, is sealed."""

    privacy = classed(pii="month day year_sealed", pseudonym="member_id seal", none="set_at")

    member_id = models.UUIDField(primary_key=True)
    month = models.SmallIntegerField()
    day = models.SmallIntegerField()
    seal = models.UUIDField()
    year_sealed = models.TextField(null=True)  # noqa: DJ001 - null where nobody knows it
    set_at = models.DateTimeField()

    class Meta:
        db_table = "members_birthday"
        constraints = [
            models.CheckConstraint(
                name="birthday_day",
                condition=Q(month__gte=1, month__lte=12, day__gte=1, day__lte=31),
            ),
        ]
