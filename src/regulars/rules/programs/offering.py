"""What points pay at the till, in a sentence: for who sets it and for who owns them."""

from django.utils.translation import gettext as _

from regulars.foundation.shop.selectors import shop_known
from regulars.foundation.webkit.numbers import amount_text, money_shown
from regulars.rules.programs.content import RedemptionContent
from regulars.rules.programs.types import Redemption


def redemption_told(offer: Redemption | RedemptionContent, asset: str) -> str:
    """What points pay, from which balance on and in which steps; `asset` is their name."""
    words = _("%(points)s %(asset)s pay %(value)s.") % {
        "points": amount_text(offer.points),
        "asset": asset,
        "value": money_shown(offer.value_minor, shop_known().currency),
    }
    if offer.minimum_balance:
        least = amount_text(offer.minimum_balance)
        words += _(" From a balance of %(least)s on.") % {"least": least}
    if offer.step > 1:
        words += _(" In steps of %(step)s.") % {"step": amount_text(offer.step)}
    return words
