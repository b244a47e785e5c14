"""The ledger: everything a holder owns, in entries that sum to zero and can be proved."""
