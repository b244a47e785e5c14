"""The one order in which rows are locked, and the keys of advisory locks.

A transaction takes locks going down this list only, and inside a table in the order of ids.
`LOCK_ORDER` is checked by a test against the statements that a shop's day sends
(`tests/faults/test_lock_order.py`).
"""

LOCK_ORDER = (
    # No table: sales are locked by slots of their documents' keys, before anything is looked up.
    "rules_document",
    "ledger_holder",
    "rules_shared_count",
    "rules_given_on_day",
    "ledger_hold",
    "commerce_shift",
    "commerce_ticket",
)

# Transaction-level advisory lock: writers of entries hold it shared, the sealing job takes it
# exclusively for an instant. Any fixed number will do as long as it is used for nothing else.
LEDGER_WRITERS = 7305111

# Session-level advisory lock: one sealer at a time; `prove` holds it while it takes its snapshot,
# so that the published roots and the table are seen at one moment.
LEDGER_SEALING = 7305113

# Transaction-level advisory lock: one installing or ending of a ready-made package at a time.
INSTALLING = 7305131

# Transaction-level advisory lock: whoever changes who may do what, so that the count of owners
# that a change leaves behind is the true one. Taken before any row.
STAFF_ROLES = 7305141

# Transaction-level advisory lock: whoever asks for a member's one-time code, so that the count of
# codes that were asked for is the true one. Taken before any row.
SIGN_IN_CODES = 7305151
