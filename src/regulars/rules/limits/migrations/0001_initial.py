import django.db.models.expressions
from django.db import migrations, models

import regulars.foundation.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="MemberCounter",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("holder_id", models.UUIDField()),
                ("subject", models.CharField(max_length=128)),
                ("period", models.CharField(max_length=48)),
                ("used", models.BigIntegerField()),
            ],
            options={
                "db_table": "rules_member_counter",
                "indexes": [models.Index(fields=["holder_id"], name="member_counter_holder")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("used__gte", 0)), name="member_counter_used"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SharedCounter",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("subject", models.CharField(max_length=128)),
                ("period", models.CharField(max_length=48)),
                ("used", models.BigIntegerField()),
            ],
            options={
                "db_table": "rules_counter",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("used__gte", 0)), name="shared_counter_used"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CounterUse",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=regulars.foundation.ids.new_uuid, primary_key=True, serialize=False
                    ),
                ),
                ("holder_id", models.UUIDField()),
                ("event_id", models.UUIDField()),
                ("counter_id", models.UUIDField()),
                ("used", models.BigIntegerField()),
                ("returned", models.BigIntegerField()),
            ],
            options={
                "db_table": "rules_counter_use",
                "indexes": [models.Index(fields=["event_id"], name="counter_use_event")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("returned__gte", 0),
                            ("returned__lte", django.db.models.expressions.F("used")),
                        ),
                        name="counter_use_returned",
                    )
                ],
            },
        ),
    ]
