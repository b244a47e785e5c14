"""What stands in the database, to see that a refusal left no trace."""

from collections.abc import Iterator
from contextlib import contextmanager

from regulars.foundation.database.session import unit_of_work

FLOORS = (
    "ledger",
    "rules",
    "members",
    "organization",
    "entitlements",
    "outbox",
    "audit",
    "idempotency",
)

TABLES = """
    SELECT tablename FROM pg_tables
    WHERE schemaname = 'public' AND split_part(tablename, '_', 1) = ANY(%s) ORDER BY 1
"""


def everything() -> dict[str, str | None]:
    """A digest of every table's rows."""
    with unit_of_work() as unit:
        tables = [row[0] for row in unit.fetch(TABLES, list(FLOORS))]
        assert {"ledger_posting", "rules_event", "members_member", "outbox_notice"} <= set(tables)
        return {
            table: unit.fetch(
                f"SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM {table} AS t"
            )[0][0]
            for table in tables
        }


@contextmanager
def nothing_moves() -> Iterator[None]:
    """Fails when a row of any room is another one after the block."""
    before = everything()
    yield
    after = everything()
    assert [table for table in after if after[table] != before[table]] == []
