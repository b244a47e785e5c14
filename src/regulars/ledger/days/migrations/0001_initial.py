from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("ledger_proofs", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="DayTotal",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "business_date",
                        "asset_id",
                        "counter",
                        "program",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("business_date", models.DateField()),
                ("asset_id", models.SmallIntegerField()),
                ("counter", models.CharField(max_length=64)),
                ("program", models.CharField(max_length=120)),
                ("gained", models.BigIntegerField()),
            ],
            options={"db_table": "ledger_day_total"},
        ),
        migrations.CreateModel(
            name="Summed",
            fields=[
                ("id", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField()),
            ],
            options={"db_table": "ledger_summed"},
        ),
        migrations.CreateModel(
            name="Expiring",
            fields=[
                ("asset_id", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("amount", models.BigIntegerField()),
                ("measured_at", models.DateTimeField()),
            ],
            options={"db_table": "ledger_expiring"},
        ),
    ]
