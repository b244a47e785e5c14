"""What an import would bring along, as a figure for the limit above which two people decide."""

import hashlib

import msgspec

from regulars.rules.fileimports.models import FileImport

# The name of the deed in `approvals.py`.
IMPORT = "import.start"
REFUNDS = "refunds"


def import_weight(run: FileImport) -> int:
    """All that the checked file would credit: points and minor units together; sales count by
    what was paid, since they earn.

    Rejected rows count too: some of them may be taken when it is run in earnest.
    """
    total = 0
    for name, amount in run.checked.get("counts", {}).items():
        which, _, what = name.partition(":")
        if which in ("taken", "rejected") and what and what != REFUNDS:
            total += amount
    return total


def import_digest(run: FileImport) -> str:
    """The file and how it is read, as one text that changes when either does."""
    told = (run.digest, run.kind, run.columns, run.values, run.headings, run.as_of.isoformat())
    plain = msgspec.json.encode(told, order="deterministic")
    return hashlib.blake2b(plain, digest_size=32).hexdigest()
