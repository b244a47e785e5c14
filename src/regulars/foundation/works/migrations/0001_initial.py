import django.db.models.deletion
from django.db import migrations, models

import regulars.foundation.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Work",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=regulars.foundation.ids.new_uuid, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=40)),
                ("screen", models.CharField(max_length=40)),
                ("arguments", models.JSONField(default=dict)),
                ("state", models.CharField(default="waiting", max_length=8)),
                ("cursor", models.TextField(blank=True)),
                ("done", models.IntegerField(default=0)),
                ("total", models.IntegerField(default=0)),
                ("refused", models.IntegerField(default=0)),
                ("note", models.CharField(blank=True, max_length=64)),
                ("created_at", models.DateTimeField()),
                ("created_by", models.CharField(max_length=80)),
                ("finished_at", models.DateTimeField(null=True)),
                ("file_name", models.CharField(blank=True, max_length=80)),
            ],
            options={
                "db_table": "work",
                "indexes": [models.Index(fields=["screen", "created_at"], name="work_screen")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "running", "done", "failed"])),
                        name="work_state",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkFile",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=regulars.foundation.ids.new_uuid, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.IntegerField()),
                ("content", models.BinaryField()),
                (
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pieces",
                        to="foundation_works.work",
                    ),
                ),
            ],
            options={
                "db_table": "work_file",
                "constraints": [
                    models.UniqueConstraint(fields=("work", "number"), name="work_file_piece")
                ],
            },
        ),
    ]
