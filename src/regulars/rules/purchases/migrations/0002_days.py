"""Days are read in ranges, and sales arrive in the order of their days."""

from django.db import migrations

FORWARD = """
    CREATE INDEX purchase_day ON rules_purchase USING brin (business_date)
        WITH (pages_per_range = 16, autosummarize = on);
    ALTER TABLE rules_purchase SET (fillfactor = 95);
"""


class Migration(migrations.Migration):
    dependencies = [("rules_purchases", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, "DROP INDEX purchase_day")]
