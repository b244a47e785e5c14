"""The history of consents."""

from django.db import migrations, models

import regulars.foundation.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Consent",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=regulars.foundation.ids.new_uuid, primary_key=True, serialize=False
                    ),
                ),
                ("member_id", models.UUIDField()),
                ("purpose", models.CharField(max_length=40)),
                ("granted", models.BooleanField()),
                ("version", models.CharField(max_length=40)),
                ("actor", models.CharField(max_length=80)),
                ("decided_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "db_table": "members_consent",
                "indexes": [
                    models.Index(
                        fields=["member_id", "purpose", "decided_at"], name="consent_member"
                    )
                ],
            },
        ),
    ]
