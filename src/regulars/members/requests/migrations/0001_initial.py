"""Members' requests."""

from django.db import migrations, models

import regulars.foundation.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="MemberRequest",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=regulars.foundation.ids.new_uuid, primary_key=True, serialize=False
                    ),
                ),
                ("member_id", models.UUIDField()),
                ("kind", models.CharField(max_length=12)),
                ("created_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                ("closed_by", models.CharField(blank=True, max_length=80)),
            ],
            options={
                "db_table": "members_request",
                "indexes": [
                    models.Index(fields=["member_id", "created_at"], name="request_member"),
                    models.Index(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=["created_at"],
                        name="request_open",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["export", "erase"])), name="request_kind"
                    )
                ],
            },
        ),
    ]
