"""The doors of the proofs: seal, prove, export, and declare a check of one's own."""

from pathlib import Path

from regulars.ledger.proofs.export import ledger_export
from regulars.ledger.proofs.proving import ledger_prove
from regulars.ledger.proofs.registry import check_declare
from regulars.ledger.proofs.sealing import ledger_seal

# The second implementation: one file, to be copied anywhere and run with any Python.
VERIFIER = Path(__file__).parent / "standalone" / "verifier.py"

__all__ = ["VERIFIER", "check_declare", "ledger_export", "ledger_prove", "ledger_seal"]
