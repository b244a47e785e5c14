"""The ledger's own checks: together they recompute the whole book from its first entry."""

from regulars.ledger.proofs.checks import accounts, entries, holds, lots, reversals, seals
from regulars.ledger.proofs.registry import check_declare

check_declare(
    # The long ones first: two connections share the work.
    *seals.CHECKS,
    *entries.CHECKS,
    *accounts.CHECKS,
    *lots.CHECKS,
    *holds.CHECKS,
    *reversals.CHECKS,
)
