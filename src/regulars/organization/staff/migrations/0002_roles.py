"""Roles at all stores, at groups or at single stores, and roles of the merchant's own."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import regulars.foundation.ids


class Migration(migrations.Migration):
    dependencies = [
        ("organization_staff", "0001_initial"),
        ("organization_stores", "0002_groups"),
    ]

    operations = [
        migrations.AddField(
            model_name="staff",
            name="must_change_password",
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name="CustomRole",
            fields=[
                ("id", models.AutoField(primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=40, unique=True)),
                ("name", models.JSONField()),
                ("rights", models.JSONField(default=list)),
                ("created_at", models.DateTimeField()),
            ],
            options={"db_table": "organization_role"},
        ),
        migrations.CreateModel(
            name="RoleGrant",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=regulars.foundation.ids.new_uuid, primary_key=True, serialize=False
                    ),
                ),
                ("role", models.CharField(max_length=40)),
                ("created_at", models.DateTimeField()),
                (
                    "group",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organization_stores.storegroup",
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organization_stores.store",
                    ),
                ),
            ],
            options={
                "db_table": "organization_role_grant",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("staff", "role", "store", "group"),
                        name="role_grant_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("store", None), ("group", None), _connector="OR"),
                        name="role_grant_place",
                    ),
                ],
            },
        ),
    ]
