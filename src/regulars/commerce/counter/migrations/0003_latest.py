"""The latest receipts of a store are read in their order, however many there are."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("commerce_counter", "0002_tickets")]

    operations = [
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(fields=["store", "-recorded_at"], name="ticket_latest"),
        ),
    ]
