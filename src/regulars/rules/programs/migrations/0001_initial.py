import django.db.models.deletion
from django.db import migrations, models

import regulars.foundation.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Program",
            fields=[
                ("id", models.SmallAutoField(primary_key=True, serialize=False)),
                ("code", models.SlugField(max_length=40, unique=True)),
                ("name", models.JSONField()),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "db_table": "rules_program",
            },
        ),
        migrations.CreateModel(
            name="ProgramDraft",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=regulars.foundation.ids.new_uuid, primary_key=True, serialize=False
                    ),
                ),
                ("content", models.JSONField()),
                ("revision", models.IntegerField(default=1)),
                ("saved_at", models.DateTimeField()),
                ("saved_by", models.CharField(max_length=80)),
                (
                    "program",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="draft",
                        to="rules_programs.program",
                    ),
                ),
            ],
            options={
                "db_table": "rules_program_draft",
            },
        ),
        migrations.CreateModel(
            name="ProgramVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=regulars.foundation.ids.new_uuid, primary_key=True, serialize=False
                    ),
                ),
                ("version", models.IntegerField()),
                ("content", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                ("valid_from", models.DateTimeField()),
                ("valid_until", models.DateTimeField(null=True)),
                ("published_at", models.DateTimeField()),
                ("published_by", models.CharField(max_length=80)),
                (
                    "program",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="rules_programs.program",
                    ),
                ),
            ],
            options={
                "db_table": "rules_program_version",
            },
        ),
        migrations.CreateModel(
            name="ProgramEnding",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=regulars.foundation.ids.new_uuid, primary_key=True, serialize=False
                    ),
                ),
                ("ended_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("recorded_by", models.CharField(max_length=80)),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="endings",
                        to="rules_programs.programversion",
                    ),
                ),
            ],
            options={
                "db_table": "rules_program_ending",
            },
        ),
        migrations.AddConstraint(
            model_name="programversion",
            constraint=models.UniqueConstraint(
                fields=("program", "version"), name="program_version"
            ),
        ),
        migrations.AddConstraint(
            model_name="programversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until__isnull", True),
                    ("valid_until__gt", models.F("valid_from")),
                    _connector="OR",
                ),
                name="program_validity",
            ),
        ),
    ]
