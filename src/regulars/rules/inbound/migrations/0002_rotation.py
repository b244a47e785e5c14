"""The secret before a rotation, which goes on for a day."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rules_inbound", "0001_initial")]

    operations = [
        migrations.AddField(
            "connection", "secret_before_sealed", models.TextField(blank=True, default="")
        ),
        migrations.AddField("connection", "rotated_at", models.DateTimeField(null=True)),
    ]
