"""All checks of `regulars prove`: the ledger's own and what other rooms declare.

A room declares its checks in its `checks.py`, which is found at the start like its jobs.
"""

from regulars.ledger.proofs.types import Check

_checks: dict[str, Check] = {}


def check_declare(*checks: Check) -> None:
    """Adds checks to `regulars prove`; a code is used once."""
    for check in checks:
        known = _checks.get(check.code)
        if known is not None and known != check:
            raise ValueError(f"two checks are called {check.code}")
        _checks[check.code] = check


def checks_declared() -> tuple[Check, ...]:
    """Every check, in the order of declaration."""
    return tuple(_checks.values())
