"""Sums by SQL that must agree, whatever happened at once."""

import psycopg

from regulars.foundation.database.connections import app_dsn

# balance = sum of all postings = what is left in the open lots, less the debt
SUMS = """
    SELECT a.balance,
           (SELECT coalesce(sum(CASE WHEN credit THEN amount ELSE -amount END), 0)::bigint
            FROM ledger_posting p WHERE (p.holder_id, p.asset_id) = (a.holder_id, a.asset_id)),
           (SELECT coalesce(sum(remaining), 0)::bigint FROM ledger_lot l
            WHERE (l.holder_id, l.asset_id) = (a.holder_id, a.asset_id) AND l.is_open) - a.debt
    FROM ledger_account a WHERE a.holder_id = %s
"""
MOVED = """
    SELECT coalesce(sum(amount), 0)::bigint FROM ledger_posting
    WHERE holder_id = %s AND counter = %s AND credit = %s
"""
ENTRIES = "SELECT count(*) FROM ledger_entry WHERE holder_id = %s AND kind = %s"


def rows(sql, *params):
    with psycopg.connect(app_dsn(), autocommit=True) as connection:
        return connection.execute(sql, params).fetchall()


def sums_of(holder_id):
    """(balance, sum of postings, open lots less debt) of a holder's one asset."""
    return rows(SUMS, holder_id)[0]


def moved(holder_id, counter, *, credit=False):
    """How much moved between a holder and a counter account."""
    return rows(MOVED, holder_id, counter, credit)[0][0]


def entries(holder_id, kind):
    """How many entries of a kind a holder has."""
    return rows(ENTRIES, holder_id, kind)[0][0]
