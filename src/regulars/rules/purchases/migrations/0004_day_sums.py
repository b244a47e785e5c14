"""Sums of days that are over, and the marks of days that were changed since."""

from django.db import migrations, models

import regulars.foundation.ids


class Migration(migrations.Migration):
    dependencies = [("rules_purchases", "0003_course")]

    operations = [
        migrations.CreateModel(
            name="SalesDayTotal",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "business_date",
                        "store_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("business_date", models.DateField()),
                ("store_id", models.SmallIntegerField()),
                ("tickets", models.BigIntegerField()),
                ("net_minor", models.BigIntegerField()),
                ("refunded_minor", models.BigIntegerField()),
                ("member_tickets", models.BigIntegerField()),
                ("member_net_minor", models.BigIntegerField()),
            ],
            options={"db_table": "rules_sales_day"},
        ),
        migrations.CreateModel(
            name="DaysClosed",
            fields=[
                ("id", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("until", models.DateField()),
            ],
            options={"db_table": "rules_sales_closed"},
        ),
        migrations.CreateModel(
            name="DayTouched",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=regulars.foundation.ids.new_uuid,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("business_date", models.DateField()),
            ],
            options={"db_table": "rules_sales_touched"},
        ),
    ]
