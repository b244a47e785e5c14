"""Cards and their batches."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="CardBatch",
            fields=[
                ("id", models.AutoField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=80)),
                ("first", models.CharField(max_length=32)),
                ("last", models.CharField(max_length=32)),
                ("count", models.IntegerField()),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "db_table": "members_card_batch",
            },
        ),
        migrations.CreateModel(
            name="Card",
            fields=[
                ("digest", models.UUIDField(primary_key=True, serialize=False)),
                ("value_encrypted", models.TextField()),
                ("batch_id", models.IntegerField()),
                ("member_id", models.UUIDField(null=True)),
                ("state", models.CharField(default="stock", max_length=12)),
                ("bound_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "db_table": "members_card",
                "indexes": [
                    models.Index(
                        condition=models.Q(("member_id__isnull", False)),
                        fields=["member_id"],
                        name="card_member",
                    ),
                    models.Index(
                        condition=models.Q(("state", "stock")),
                        fields=["batch_id"],
                        name="card_stock",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("member_id__isnull", True), ("state", "stock")),
                            models.Q(
                                ("member_id__isnull", False),
                                ("state__in", ["bound", "lost", "replaced"]),
                            ),
                            _connector="OR",
                        ),
                        name="card_state",
                    )
                ],
            },
        ),
    ]
