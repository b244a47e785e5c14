"""The texts that members are asked about."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members_consents", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ConsentText",
            fields=[
                ("id", models.AutoField(primary_key=True, serialize=False)),
                ("purpose", models.CharField(max_length=40)),
                ("number", models.IntegerField()),
                ("title", models.JSONField()),
                ("body", models.JSONField()),
                ("is_needed", models.BooleanField(default=False)),
                ("is_offered", models.BooleanField(default=True)),
                ("actor", models.CharField(max_length=80)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "db_table": "members_consent_text",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("purpose", "number"), name="consent_text_number"
                    )
                ],
            },
        ),
    ]
