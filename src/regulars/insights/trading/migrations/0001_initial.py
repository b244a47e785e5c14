from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Joined",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("shift_days", models.SmallIntegerField(null=True)),
                ("store", models.CharField(max_length=40)),
                ("joined", models.BigIntegerField()),
            ],
            options={
                "db_table": "insights_joined",
            },
        ),
        migrations.CreateModel(
            name="Measured",
            fields=[
                ("id", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("since", models.DateField()),
            ],
            options={
                "db_table": "insights_measured",
            },
        ),
        migrations.CreateModel(
            name="OpenSales",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("business_date", models.DateField()),
                ("shift_days", models.SmallIntegerField(null=True)),
                ("store_id", models.SmallIntegerField()),
                ("tickets", models.BigIntegerField()),
                ("net_minor", models.BigIntegerField()),
                ("refunded_minor", models.BigIntegerField()),
                ("member_tickets", models.BigIntegerField()),
                ("member_net_minor", models.BigIntegerField()),
            ],
            options={
                "db_table": "insights_open_sales",
            },
        ),
    ]
