"""Entries whose key is their own id need no second unique index.

The intake answers repeated keys from a table of its own, and an expiry has no caller. Their
entries are most of the book, and each paid for a random page of this index.
"""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("ledger_book", "0004_rows_of_an_entry")]

    operations = [
        migrations.RemoveConstraint(model_name="entry", name="entry_key"),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.UniqueConstraint(
                condition=Q(("key", F("id")), _negated=True),
                fields=("holder_id", "key"),
                name="entry_key",
            ),
        ),
    ]
