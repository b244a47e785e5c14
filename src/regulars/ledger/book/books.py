"""What the ledger says when somebody wants another currency: whether books are kept already."""

from regulars.foundation.shop.registry import books_register
from regulars.ledger.book.models import Asset, Entry


def books_kept() -> bool:
    """Whether an entry stands in the ledger, or an asset that is money."""
    return Entry.objects.exists() or Asset.objects.exclude(currency="").exists()


books_register(books_kept)
