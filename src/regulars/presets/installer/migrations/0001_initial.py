import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Installation",
            fields=[
                ("code", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("version", models.SmallIntegerField()),
                ("installed_at", models.DateTimeField()),
                ("installed_by", models.CharField(max_length=80)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "presets_installation",
            },
        ),
        migrations.CreateModel(
            name="InstalledPart",
            fields=[
                ("id", models.AutoField(primary_key=True, serialize=False)),
                ("section", models.CharField(max_length=40)),
                ("code", models.CharField(max_length=40)),
                ("content", models.JSONField()),
                ("is_ours", models.BooleanField()),
                (
                    "installation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="presets_installer.installation",
                    ),
                ),
            ],
            options={
                "db_table": "presets_installed_part",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("installation", "section", "code"), name="installed_part"
                    )
                ],
            },
        ),
    ]
