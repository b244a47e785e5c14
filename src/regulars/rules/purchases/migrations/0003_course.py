"""What became of a sale that was cancelled and perhaps paid again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rules_purchases", "0002_days")]

    operations = [
        migrations.AddField("purchase", "course", models.TextField(null=True)),
    ]
