"""The built-in effect: crediting an asset, in proportion to what was paid or flat.

The amount is an exact quotient of integers, added up over all lines and rounded once; the
rounded amount is attributed to the lines by largest remainder of their exact shares.
"""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from regulars.foundation.amounts import AMOUNT_MAX, Rounding, largest_remainder, rounded
from regulars.rules.programs.rules import FlatEarning, RatedEarning, local_moment
from regulars.rules.programs.types import Note, Occasion, Proposal

Judged = tuple[Proposal | None, Note]
FLOOR = Rounding.FLOOR


class Basket:
    """What was paid, line by line, read once for all rules of an event."""

    __slots__ = ("_moment", "_zone", "base", "least", "lines", "names", "nets", "occasion")

    def __init__(self, occasion: Occasion) -> None:
        self.occasion = occasion
        self.lines = lines = occasion.lines
        self.nets = nets = [line.net_minor for line in lines] or [occasion.base_minor]
        self.names = [line.line for line in lines]
        self.base = sum(nets)
        self.least = min(nets)
        self._zone: ZoneInfo | None = None
        self._moment = (date.min, 0)

    def moment(self, zone: ZoneInfo) -> tuple[date, int]:
        """The local day and its minute; the rules of an event mostly ask for the same zone."""
        if zone is not self._zone:
            self._zone = zone
            self._moment = local_moment(self.occasion.occurred_at, zone)
        return self._moment


# What a rule earns, rounded once: the amount, each line's weight, and the factor of them all.
# Exactly it is the sum of the weights × the factor ÷ the effect's denominator.
Weighing = tuple[int, list[int], int]


def flat_decided(rule: str, effect: FlatEarning, basket: Basket) -> Judged:
    """A fixed amount, attributed to the lines (if any) by what was paid for them."""
    if basket.lines and basket.least < 0:
        return None, refused(rule, "negative_base", {"asset": effect.asset})
    amount = effect.amount
    note = fired(rule, "earned_flat", {"asset": effect.asset, "amount": amount})
    return proposed(rule, effect, basket, amount, basket.nets), note


def rated_decided(rule: str, effect: RatedEarning, basket: Basket) -> Judged:
    """The amount for what was paid, or why it is zero and what the first unit takes."""
    weighing = weighed(rule, effect, basket)
    if isinstance(weighing, Note):
        return None, weighing
    return earned(rule, effect, basket, weighing)


def weighed(rule: str, effect: RatedEarning, basket: Basket) -> Weighing | Note:
    """What the rule earns of this basket, or why it earns nothing."""
    if basket.least < 0:
        return refused(rule, "negative_base", {"asset": effect.asset})
    weights, weight, factor = basket.nets, basket.base, effect.amount
    factors = effect.line_factors
    if factors is not None:
        scales = factors.of(basket.occasion) if basket.lines else [effect.line_scale]
        weights = [net * scale for net, scale in zip(weights, scales, strict=True)]
        weight = sum(weights)
    for multiplier in effect.order_multipliers:
        factor *= multiplier.of_order(basket.occasion)
    numerator = factor * weight
    if effect.rounding is FLOOR:
        amount = numerator // effect.denominator
    else:
        amount = rounded(numerator, effect.denominator, effect.rounding)
    if amount == 0:
        return _nothing(rule, effect, basket.base, numerator)
    if amount > AMOUNT_MAX:
        return refused(rule, "amount_too_large", {"asset": effect.asset})
    return amount, weights, factor


def earned(
    rule: str, effect: RatedEarning, basket: Basket, weighing: Weighing
) -> tuple[Proposal, Note]:
    """All that was weighed, with its note."""
    amount, weights, _ = weighing
    proposal = proposed(rule, effect, basket, amount, weights)
    return proposal, _earned(rule, effect, amount, basket.base)


def proposed(
    rule: str,
    effect: RatedEarning | FlatEarning,
    basket: Basket,
    amount: int,
    weights: list[int],
) -> Proposal:
    """An amount of the effect's asset, attributed to the lines by their weights."""
    shares: tuple[tuple[str, int], ...] = ()
    if basket.lines:
        parts = largest_remainder(amount, weights)
        shares = tuple(zip(basket.names, parts, strict=True))
    expires_at, available_at = effect.dating.dates(basket.occasion.business_date)
    return Proposal(rule, effect.asset_id, amount, expires_at, available_at, shares)


def fired(rule: str, code: str, params: dict[str, Any]) -> Note:
    """The note of a rule that gave something."""
    return Note(rule, True, code, params)  # noqa: FBT003 - the hot path names nothing


def refused(rule: str, code: str, params: dict[str, Any]) -> Note:
    """The note of a rule that gave nothing."""
    return Note(rule, False, code, params)  # noqa: FBT003 - likewise


def _earned(rule: str, effect: RatedEarning, amount: int, base: int) -> Note:
    params = {"asset": effect.asset, "amount": amount, "base_minor": base}
    if effect.line_factors is None and not effect.order_multipliers:
        return fired(rule, "earned", params)
    extra = amount - rounded(effect.amount * base, effect.per_minor, effect.rounding)
    if extra > 0:
        params["extra"] = extra
        return fired(rule, "earned_more", params)
    if extra < 0:
        params["fewer"] = -extra
        return fired(rule, "earned_less", params)
    return fired(rule, "earned", params)


def _nothing(rule: str, effect: RatedEarning, base: int, numerator: int) -> Note:
    """Why a rule that applies gives zero, and how much more (at the plain rate) gives one."""
    denominator = effect.denominator
    params = {"asset": effect.asset, "base_minor": base}
    if base > 0 and numerator == 0:
        return refused(rule, "excluded", params)
    wanted = {
        Rounding.FLOOR: denominator,
        Rounding.HALF_UP: -(-denominator // 2),
        Rounding.CEIL: 1,
    }[effect.rounding]
    per_minor_unit = effect.amount * effect.line_scale * effect.order_scale
    params["more_minor"] = -(-(wanted - numerator) // per_minor_unit)
    return refused(rule, "below_first", params)
