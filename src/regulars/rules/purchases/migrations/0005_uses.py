"""What a sale used of limits stands in its own row."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rules_purchases", "0004_day_sums")]

    operations = [
        migrations.AddField("purchase", "uses", models.TextField(null=True)),
    ]
