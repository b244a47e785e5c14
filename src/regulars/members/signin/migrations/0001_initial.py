"""Codes and sessions of members, and the shop's words for phones."""

from django.db import migrations, models

import regulars.foundation.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="PhoneSetting",
            fields=[
                ("id", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("help_text", models.JSONField(default=dict)),
                ("contact_phone", models.CharField(blank=True, max_length=40)),
                ("may_join", models.BooleanField(default=True)),
                ("home_store", models.CharField(max_length=40, null=True)),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "db_table": "members_phone_setting",
            },
        ),
        migrations.CreateModel(
            name="SignInCode",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=regulars.foundation.ids.new_uuid, primary_key=True, serialize=False
                    ),
                ),
                ("phone_digest", models.UUIDField()),
                ("address_digest", models.UUIDField()),
                ("phone_encrypted", models.TextField(blank=True)),
                ("code_encrypted", models.TextField(blank=True)),
                ("code_digest", models.UUIDField()),
                ("tries", models.SmallIntegerField(default=0)),
                ("language", models.CharField(max_length=8)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("proved_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "members_signin_code",
                "indexes": [
                    models.Index(fields=["created_at"], name="signin_code_created"),
                    models.Index(fields=["phone_digest", "created_at"], name="signin_code_phone"),
                    models.Index(
                        fields=["address_digest", "created_at"], name="signin_code_address"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SignInSession",
            fields=[
                ("digest", models.UUIDField(primary_key=True, serialize=False)),
                ("id", models.UUIDField(default=regulars.foundation.ids.new_uuid)),
                ("member_id", models.UUIDField()),
                ("number_digest", models.UUIDField()),
                ("device", models.CharField(max_length=80)),
                ("created_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
            ],
            options={
                "db_table": "members_signin_session",
                "indexes": [
                    models.Index(fields=["member_id"], name="signin_session_member"),
                    models.Index(fields=["seen_at"], name="signin_session_seen"),
                ],
            },
        ),
    ]
