"""What somebody with all rights might do to the tables, behind the ledger's back.

Each deed names the check that must find it and the statement, which returns the id of the thing
that must be named.
"""

MEIS_POINTS = "holder_id = %(mei)s AND asset_id = %(points)s"
FIRST_BEANS = """(SELECT id FROM ledger_lot WHERE holder_id = %(mei)s AND asset_id = %(beans)s
    ORDER BY id LIMIT 1)"""
SETTLED = "(SELECT id FROM ledger_hold WHERE state = 'settled')"
NOBODY = "'00000000-0000-7000-8000-000000000000'::uuid"

# Promise 1: entries sum to zero, transfers arrive. Promise 2: history stays, caches follow it.
SUMS = {
    "a gift arrives short": (
        "in_transit",
        """UPDATE ledger_posting SET amount = 19 WHERE entry_id = %(given)s AND credit
        RETURNING entry_id""",
    ),
    "a gift never arrives": (
        "in_transit",
        "DELETE FROM ledger_posting WHERE entry_id = %(given)s AND credit RETURNING entry_id",
    ),
    "a gift goes to the giver": (
        "in_transit",
        """UPDATE ledger_posting SET holder_id = %(mei)s WHERE entry_id = %(given)s AND credit
        RETURNING entry_id""",
    ),
    "a spending is said to have expired": (
        "purpose_posted",
        """UPDATE ledger_posting SET counter = 'expired' WHERE entry_id = %(spent)s
        RETURNING entry_id""",
    ),
    "a balance is raised": (
        "account_postings",
        f"UPDATE ledger_account SET balance = balance + 1 WHERE {MEIS_POINTS} RETURNING id",
    ),
    "a posting is deleted": (
        "entry_explained",
        "DELETE FROM ledger_posting WHERE entry_id = %(spent)s RETURNING entry_id",
    ),
    "an amount is altered": (
        "balance_runs",
        "UPDATE ledger_posting SET amount = 200 WHERE entry_id = %(earned)s RETURNING entry_id",
    ),
    "a balance after is altered": (
        "balance_runs",
        """UPDATE ledger_posting SET balance_after = 101 WHERE entry_id = %(earned)s
        RETURNING entry_id""",
    ),
    "a lot use is deleted": (
        "lot_remaining",
        "DELETE FROM ledger_lot_use WHERE entry_id = %(spent)s RETURNING lot_id",
    ),
    "a used-up lot is opened again": (
        "lot_remaining",
        f"""UPDATE ledger_lot SET remaining = 1, is_open = true WHERE id = {FIRST_BEANS}
        RETURNING id""",
    ),
    "a lot and its balance are raised together": (
        "lot_remaining",
        """WITH raised AS (UPDATE ledger_account SET balance = balance + 5
            WHERE holder_id = %(oz)s AND asset_id = %(stamps)s)
        UPDATE ledger_lot SET remaining = remaining - 1
        WHERE holder_id = %(oz)s AND asset_id = %(stamps)s RETURNING id""",
    ),
    "a lot loses what the balance still has": (
        "account_lots",
        """UPDATE ledger_lot SET remaining = remaining - 1
        WHERE holder_id = %(oz)s AND asset_id = %(stamps)s
        RETURNING (SELECT id FROM ledger_account
            WHERE holder_id = %(oz)s AND asset_id = %(stamps)s)""",
    ),
    "a lot that has something left is called used up": (
        "lot_open",
        """UPDATE ledger_lot SET is_open = false
        WHERE holder_id = %(oz)s AND asset_id = %(stamps)s RETURNING id""",
    ),
    "a used-up lot is called open": (
        "lot_open",
        f"UPDATE ledger_lot SET is_open = true WHERE id = {FIRST_BEANS} RETURNING id",
    ),
    "a lot was made larger than it was posted": (
        "entry_explained",
        """UPDATE ledger_lot SET amount = amount + 5, remaining = remaining + 5
        WHERE entry_id = %(several)s AND asset_id = %(stamps)s RETURNING entry_id""",
    ),
    "a lot is deleted": (
        "entry_explained",
        "DELETE FROM ledger_lot WHERE entry_id = %(last)s RETURNING entry_id",
    ),
    "an account is deleted": (
        "account_postings",
        f"DELETE FROM ledger_account WHERE {MEIS_POINTS} RETURNING 'missing'",
    ),
    "a debt is forgiven in silence": (
        "account_debt",
        """UPDATE ledger_account SET debt = debt - 1, balance = balance + 1 WHERE debt > 0
        RETURNING id""",
    ),
}

# Promise 4: one key, one effect. And: nothing belongs to nobody.
PLACES = {
    "an entry is written twice": (
        "entry_place",
        """INSERT INTO ledger_entry SELECT uuidv7(), 10000, holder_id, uuidv7(), digest, kind,
            reverses_id, event_id, actor, reason_digest, occurred_at, business_date, recorded_at
        FROM ledger_entry WHERE id = %(last)s RETURNING id""",
    ),
    "a key has two entries": (
        "entry_once",
        """INSERT INTO ledger_entry SELECT
            'ffffffff-0000-7000-8000-000000000000', 10000, holder_id, key, digest, kind,
            reverses_id, event_id, actor, reason_digest, occurred_at, business_date, recorded_at
        FROM ledger_entry WHERE id = %(last)s RETURNING id""",
    ),
    "two entries have one number": (
        "entry_once",
        """UPDATE ledger_entry SET seq = (SELECT seq FROM ledger_entry WHERE id = %(spent)s)
        WHERE id = %(last)s RETURNING id""",
    ),
    "a posting loses its entry": (
        "posting_place",
        f"""UPDATE ledger_posting SET entry_id = {NOBODY} WHERE entry_id = %(spent)s
        RETURNING entry_id""",
    ),
    "a posting moves somebody else's account": (
        "posting_place",
        """UPDATE ledger_posting SET holder_id = %(bo)s WHERE entry_id = %(spent)s
        RETURNING entry_id""",
    ),
    "an asset is deleted": (
        "posting_place",
        """DELETE FROM ledger_asset WHERE code = 'coins' RETURNING (SELECT min(entry_id::text)
        FROM ledger_posting WHERE asset_id = ledger_asset.id)""",
    ),
    "a lot use loses its lot": (
        "use_place",
        f"""UPDATE ledger_lot_use SET lot_id = {NOBODY} WHERE entry_id = %(spent)s
        RETURNING entry_id""",
    ),
    "a holder is deleted": (
        "account_place",
        """DELETE FROM ledger_holder WHERE id = %(oz)s RETURNING (SELECT min(id::text)
        FROM ledger_account WHERE holder_id = %(oz)s)""",
    ),
    "an entry's holder is deleted": (
        "entry_place",
        "DELETE FROM ledger_holder WHERE id = %(mei)s RETURNING %(earned)s",
    ),
    "a lot loses its entry": (
        "lot_origin",
        f"UPDATE ledger_lot SET entry_id = {NOBODY} WHERE entry_id = %(last)s RETURNING id",
    ),
    "a merged holder still owns": (
        "merged",
        "UPDATE ledger_holder SET merged_into = %(bo)s WHERE id = %(mei)s RETURNING id",
    ),
    "a holder is merged into nobody": (
        "merged",
        f"""WITH new AS (INSERT INTO ledger_holder VALUES
            (uuidv7(), 'member', false, {NOBODY}, now()) RETURNING id) SELECT id FROM new""",
    ),
}

# Promises 5 and 6: what is spendable, expiry, holds, dates.
DATES = {
    "a lot is dead before it was spent": (
        "lot_dead",
        f"""UPDATE ledger_lot SET expires_at = '2025-03-02+00' WHERE id = {FIRST_BEANS}
        RETURNING %(beans_spent)s""",
    ),
    "a spending is dated after its lot's death": (
        "lot_dead",
        """UPDATE ledger_entry SET occurred_at = '2025-03-20+00', business_date = '2025-03-20'
        WHERE id = %(beans_spent)s RETURNING id""",
    ),
    "an earning is dated otherwise than its lot": (
        "lot_origin",
        """UPDATE ledger_entry SET occurred_at = occurred_at + interval '1 hour'
        WHERE id = %(last)s RETURNING (SELECT id FROM ledger_lot WHERE entry_id = %(last)s)""",
    ),
    "an entry is booked into another month": (
        "business_date",
        "UPDATE ledger_entry SET business_date = '2025-02-28' WHERE id = %(last)s RETURNING id",
    ),
    "a gift lives longer than it would have": (
        "lot_parent",
        """UPDATE ledger_lot SET expires_at = NULL
        WHERE parent_id IS NOT NULL AND expires_at IS NOT NULL RETURNING id""",
    ),
    "a gift's lot grows": (
        "lot_given",
        """UPDATE ledger_lot SET amount = amount + 1, remaining = remaining + 1
        WHERE entry_id = %(given)s RETURNING parent_id""",
    ),
    "a lot was spent before it was available": (
        "lot_pending",
        """UPDATE ledger_lot SET available_at = '2025-08-01+00' WHERE entry_id = %(earned)s
        RETURNING %(spent)s""",
    ),
    "an account's rest is ended": (
        "account_idle",
        """UPDATE ledger_account SET inactive_at = NULL
        WHERE holder_id = %(bo)s AND asset_id = %(coins)s RETURNING id""",
    ),
    "what inactivity cleared is spent": (
        "lot_idle",
        """UPDATE ledger_lot_use SET lot_id = (SELECT id FROM ledger_lot
            WHERE holder_id = %(bo)s AND asset_id = %(coins)s ORDER BY id LIMIT 1)
        WHERE holder_id = %(bo)s AND asset_id = %(coins)s AND purpose = 'spend'
        RETURNING entry_id""",
    ),
    "an expiry is said to be a spending": (
        "purpose_posted",
        """UPDATE ledger_lot_use SET purpose = 'spend'
        WHERE holder_id = %(bo)s AND asset_id = %(coins)s AND purpose = 'expire'
        RETURNING entry_id""",
    ),
    "a hold takes less than it says": (
        "hold_lots",
        """UPDATE ledger_hold SET amount = amount + 1 WHERE state = 'open' AND amount = 7
        RETURNING id""",
    ),
    "a hold's lots are somebody else's": (
        "hold_lots",
        f"""UPDATE ledger_hold_lot SET lot_id = {FIRST_BEANS}
        WHERE hold_id = (SELECT id FROM ledger_hold WHERE state = 'open' AND amount = 7)
        RETURNING hold_id""",
    ),
    "a hold is ended in silence": (
        "account_held",
        """UPDATE ledger_hold SET state = 'released', closed_at = now() WHERE amount = 7
        RETURNING (SELECT id FROM ledger_account
            WHERE holder_id = ledger_hold.holder_id AND asset_id = ledger_hold.asset_id)""",
    ),
    "a settled hold forgets its entry": (
        "hold_ended",
        f"UPDATE ledger_hold SET entry_id = NULL WHERE id = {SETTLED} RETURNING id",
    ),
    "an account holds back less than its holds": (
        "account_held",
        "UPDATE ledger_account SET held = held - 1 WHERE held > 0 RETURNING id",
    ),
    "a lot holds back more than its holds": (
        "lot_held",
        """UPDATE ledger_lot SET held = held + 1 WHERE holder_id = %(oz)s
        AND asset_id = %(stamps)s RETURNING id""",
    ),
}

# Promise 7: refunds.
REFUNDS = {
    "an earning is taken back twice": (
        "reversal_amount",
        """WITH e AS (INSERT INTO ledger_entry SELECT uuidv7(), 10000, holder_id, uuidv7(), digest,
            kind, reverses_id, event_id, actor, reason_digest, occurred_at, business_date,
            recorded_at FROM ledger_entry WHERE id = %(refund)s RETURNING *),
        p AS (INSERT INTO ledger_posting SELECT p.holder_id, e.id, p.ordinal, p.asset_id, p.credit,
            p.amount, p.counter, p.rule, p.balance_after
            FROM e JOIN ledger_posting p ON p.entry_id = %(refund)s RETURNING entry_id)
        SELECT reverses_id FROM e""",
    ),
    "a refund names somebody else's entry": (
        "reversal_origin",
        "UPDATE ledger_entry SET reverses_id = %(several)s WHERE id = %(refund)s RETURNING id",
    ),
    "a refund names a later entry": (
        "reversal_origin",
        "UPDATE ledger_entry SET reverses_id = %(last)s WHERE id = %(refund)s RETURNING id",
    ),
    "a refund takes more than the earning was": (
        "reversal_amount",
        """UPDATE ledger_posting SET amount = 69 WHERE entry_id = %(to_67)s
        RETURNING (SELECT reverses_id FROM ledger_entry WHERE id = %(to_67)s)""",
    ),
    "more comes back to a lot than was taken": (
        "refill",
        """UPDATE ledger_lot_use SET amount = -99 WHERE purpose = 'refill' AND amount = -20
        RETURNING lot_id""",
    ),
    "a loss is not written off": (
        "entry_explained",
        """DELETE FROM ledger_posting WHERE entry_id = %(written_off)s AND counter = 'unrecovered'
        RETURNING entry_id""",
    ),
    "a repayment vanishes": (
        "account_debt",
        """DELETE FROM ledger_lot_use WHERE entry_id = %(repaying)s AND purpose = 'repay'
        RETURNING (SELECT id FROM ledger_account
            WHERE holder_id = %(mei)s AND asset_id = %(points)s)""",
    ),
    "a debt comes from nowhere": (
        "account_debt",
        """UPDATE ledger_account SET debt = 9 WHERE holder_id = %(oz)s AND asset_id = %(stamps)s
        RETURNING id""",
    ),
}

# Promise 8: what is sealed stays as it was, even where all figures agree with each other.
SEALS = {
    "figures are forged all at once": (
        "sealed_entry",
        """WITH p AS (UPDATE ledger_posting SET amount = 8, balance_after = 8
            WHERE holder_id = %(oz)s AND asset_id = %(stamps)s),
        l AS (UPDATE ledger_lot SET amount = 8, remaining = 8
            WHERE holder_id = %(oz)s AND asset_id = %(stamps)s)
        UPDATE ledger_account SET balance = 8 WHERE holder_id = %(oz)s AND asset_id = %(stamps)s
        RETURNING %(several)s""",
    ),
    "the counter of an earning is swapped": (
        "sealed_entry",
        """UPDATE ledger_posting SET counter = 'partner:x' WHERE entry_id = %(several)s
        AND asset_id = %(stamps)s RETURNING entry_id""",
    ),
    "somebody else did it": (
        "sealed_entry",
        "UPDATE ledger_entry SET actor = 'staff:li' WHERE id = %(spent)s RETURNING id",
    ),
    "a digest is replaced": (
        "sealed_entry",
        "UPDATE ledger_entry SET digest = uuidv7() WHERE id = %(spent)s RETURNING id",
    ),
    "the order of two entries is changed": (
        "sealed_entry",
        """WITH swapped AS (UPDATE ledger_entry SET seq = CASE id WHEN %(spent)s THEN 1 ELSE 2 END
            WHERE id IN (%(spent)s, %(earned)s))
        SELECT %(earned)s::uuid""",
    ),
    "a sealed entry vanishes": (
        "sealed_entry",
        """WITH p AS (DELETE FROM ledger_posting WHERE entry_id = %(given)s),
        u AS (DELETE FROM ledger_lot_use WHERE entry_id = %(given)s),
        l AS (DELETE FROM ledger_lot WHERE entry_id = %(given)s)
        DELETE FROM ledger_entry WHERE id = %(given)s RETURNING id""",
    ),
    "an entry is slipped in": (
        "sealed_all",
        """INSERT INTO ledger_entry SELECT uuidv7(), 0, holder_id, uuidv7(), digest, kind,
            reverses_id, event_id, actor, reason_digest, occurred_at, business_date, recorded_at
        FROM ledger_entry WHERE id = %(last)s RETURNING id""",
    ),
    "a seal is deleted": (
        "sealed_all",
        "DELETE FROM ledger_seal WHERE id = %(spent)s RETURNING id",
    ),
    "a seal is edited": (
        "sealed_entry",
        "UPDATE ledger_seal SET hash = sha256('') WHERE id = %(spent)s RETURNING id",
    ),
    "a seal's edit reaches its root": (
        "segment_root",
        "UPDATE ledger_seal SET hash = sha256('') WHERE id = %(spent)s RETURNING segment",
    ),
    "a root is edited": (
        "segment_root",
        "UPDATE ledger_segment SET root = repeat('f', 64) WHERE number = 2 RETURNING number",
    ),
    "the next segment notices": (
        "segment_chain",
        "UPDATE ledger_segment SET root = repeat('f', 64) WHERE number = 2 RETURNING number + 1",
    ),
    "a segment vanishes": (
        "segment_chain",
        "DELETE FROM ledger_segment WHERE number = 2 RETURNING number + 1",
    ),
    "a reason is reworded": (
        "reason",
        "UPDATE ledger_reason SET text = 'a present' WHERE text = 'spoilt milk' RETURNING id",
    ),
}
DEEDS = {**SUMS, **PLACES, **DATES, **REFUNDS, **SEALS}

# What a constraint of the database itself keeps out is done without that constraint.
WITHOUT = {
    "a key has two entries": "DROP INDEX entry_key",
    **dict.fromkeys(
        ("a lot that has something left is called used up", "a used-up lot is called open"),
        "ALTER TABLE ledger_lot DROP CONSTRAINT lot_is_open",
    ),
}

# These the export doesn't carry: derived rests, words. Business dates and the like it does carry,
# but only seals bear witness to them there, and these entries are not sealed.
NOT_EXPORTED = {
    "an account's rest is ended",
    "a reason is reworded",
    "an entry is booked into another month",
}
