"""Notices are read in the order of the transactions that wrote them."""

from django.db import migrations

FORWARD = """
    ALTER TABLE outbox_notice ADD COLUMN tx xid8 NOT NULL DEFAULT pg_current_xact_id();
    ALTER TABLE outbox_notice DROP CONSTRAINT outbox_notice_pkey, ADD PRIMARY KEY (tx, id);
"""

BACKWARD = """
    ALTER TABLE outbox_notice DROP CONSTRAINT outbox_notice_pkey, ADD PRIMARY KEY (id);
    ALTER TABLE outbox_notice DROP COLUMN tx;
"""


class Migration(migrations.Migration):
    dependencies = [("foundation_outbox", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
