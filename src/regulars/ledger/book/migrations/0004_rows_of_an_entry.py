"""All rows of a stretch of entries can be found without an index that every write pays for.

Ids grow with time, and so rows lie on the disk about in the order of their entries' ids. A block
range index (a few kilobytes) tells where; sealing, proving and exporting read stretches.
"""

from django.db import migrations

TABLES = ("ledger_posting", "ledger_lot", "ledger_lot_use")
INDEX = """
    CREATE INDEX {table}_of_entry ON {table} USING brin (entry_id)
        WITH (pages_per_range = 16, autosummarize = on);
"""

FORWARD = "".join(INDEX.format(table=table) for table in TABLES)
BACKWARD = "".join(f"DROP INDEX {table}_of_entry;" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [("ledger_book", "0003_recording_order")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
