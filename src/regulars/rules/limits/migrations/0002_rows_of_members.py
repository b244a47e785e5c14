"""One row for a member's month in place of one for each counter, slots for what all share.

What was counted so far goes over; what a sale used goes into the sale's row.
"""

import json
from collections import defaultdict

from django.db import migrations, models

from regulars.foundation.ids import key_id
from regulars.rules.limits.types import SLOTS, Counts, Scope, Window, own_name

SETTINGS = """
    ALTER TABLE rules_member_count SET (fillfactor = 80);
    ALTER TABLE rules_shared_count SET (fillfactor = 20);
"""


def rows_of(apps, schema_editor, room, model):
    """The rows of a table, as its owner sees them."""
    return apps.get_model(room, model).objects.using(schema_editor.connection.alias)


def names_of(counters):
    """By the old counters' ids, the months of the new rows and the names in them."""
    names = {}
    for counter in counters:
        for window in Window:
            for counts in Counts:
                parts = ("limit", counter.subject, Scope.MEMBER, window, counts, counter.period)
                if key_id(*parts, str(counter.holder_id)) == str(counter.id):
                    is_monthly = window in (Window.DAY, Window.MONTH)
                    month = counter.period[:7] if is_monthly else ""
                    name = own_name(counter.subject, window, counts, counter.period)
                    names[counter.id] = (month, name)
    return names


def gone_over(apps, schema_editor):
    def rows(model, room="rules_limits"):
        return rows_of(apps, schema_editor, room, model)

    counters = list(rows("MemberCounter").all())
    names = names_of(counters)
    months: dict = defaultdict(dict)
    for counter in counters:
        month, name = names[counter.id]
        months[counter.holder_id, month][name] = counter.used
    for (holder_id, month), used in months.items():
        rows("MemberCount").create(holder_id=holder_id, month=month, used=json.dumps(used))
    for counter in rows("SharedCounter").all():
        for slot in range(SLOTS):
            # No limit has this maximum: the first batch holds the whole, and divides what is left.
            rows("SharedCount").create(
                id=counter.id,
                slot=slot,
                subject=counter.subject,
                period=counter.period,
                used=counter.used if slot == 0 else 0,
                granted=0,
                maximum=-1,
                is_spent=False,
            )
    uses = defaultdict(list)
    for use in rows("CounterUse").order_by("id"):
        month, name = names.get(use.counter_id, (None, str(use.counter_id)))
        uses[use.event_id].append([name, month, use.used, use.returned])
    for event_id, each in uses.items():
        rows("Purchase", "rules_purchases").filter(id=event_id).update(uses=json.dumps(each))


class Migration(migrations.Migration):
    dependencies = [("rules_limits", "0001_initial"), ("rules_purchases", "0005_uses")]

    operations = [
        migrations.CreateModel(
            name="MemberCount",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "holder_id",
                        "month",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("holder_id", models.UUIDField()),
                ("month", models.CharField(max_length=7)),
                ("used", models.TextField()),
            ],
            options={"db_table": "rules_member_count"},
        ),
        migrations.CreateModel(
            name="SharedCount",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "id",
                        "slot",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("id", models.UUIDField()),
                ("slot", models.SmallIntegerField()),
                ("subject", models.CharField(max_length=128)),
                ("period", models.CharField(max_length=48)),
                ("used", models.BigIntegerField()),
                ("granted", models.BigIntegerField()),
                ("maximum", models.BigIntegerField()),
                ("is_spent", models.BooleanField()),
            ],
            options={
                "db_table": "rules_shared_count",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("used__gte", 0)), name="shared_count_used"
                    )
                ],
            },
        ),
        migrations.RunSQL(SETTINGS, migrations.RunSQL.noop),
        migrations.RunPython(gone_over, migrations.RunPython.noop),
        migrations.DeleteModel(name="MemberCounter"),
        migrations.DeleteModel(name="SharedCounter"),
        migrations.DeleteModel(name="CounterUse"),
    ]
