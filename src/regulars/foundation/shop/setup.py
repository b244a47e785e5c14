"""Whose the shop is while nobody works there: whoever holds the code that the server printed.

The code is as good as a password, counts until the first owner is there, and only its digest is
kept. A new start of the server makes a new one.
"""

import hashlib
import hmac

from django.db import transaction

from regulars.foundation import clock
from regulars.foundation.ids import new_secret
from regulars.foundation.shop.models import Shop

# What stands in place of the digest from the first owner to the end of setting up.
CLAIMED = "claimed"


@transaction.atomic
def setup_code_made() -> str:
    """A new code with which the first owner may come in; the one before no longer counts."""
    code = new_secret()
    row = Shop(setup_digest=_digest(code), updated_at=clock.now())
    Shop.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["id"], update_fields=["setup_digest"]
    )
    return code


def setup_code_fits(code: str) -> bool:
    """Whether this is the code that the server printed last."""
    kept = Shop.objects.values_list("setup_digest", flat=True).first() or ""
    return len(kept) > len(CLAIMED) and hmac.compare_digest(kept, _digest(code))


def setup_claimed() -> None:
    """Ends the code, for the first owner is there; joins the caller's transaction."""
    Shop.objects.update(setup_digest=CLAIMED)


def setup_ended() -> None:
    """Notes that nothing is left to set up; joins the caller's transaction."""
    Shop.objects.update(setup_digest="")


def setup_is_unfinished() -> bool:
    """Whether an owner came in by the code and has not gone through all steps yet."""
    return Shop.objects.filter(setup_digest=CLAIMED).exists()


def _digest(code: str) -> str:
    return hashlib.sha256(code.strip().encode("utf-8", "replace")).hexdigest()
