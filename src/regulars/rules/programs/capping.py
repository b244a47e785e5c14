"""Limits of a program: made ready from its content, and what they leave of an amount.

A limit splits what was paid, not the points: the lines are taken in their order until the limit is
reached to the unit, the line in which that happens is split in whole minor units, and what is left
may earn at the ordinary rate.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from regulars.foundation.amounts import AMOUNT_MAX, largest_remainder, rounded
from regulars.ledger.book.types import AssetView
from regulars.rules.limits.types import Allowance, Counts, Limit
from regulars.rules.programs.content import Content, LimitContent, RuleContent
from regulars.rules.programs.earning import (
    Basket,
    Weighing,
    earned,
    fired,
    flat_decided,
    refused,
    weighed,
)
from regulars.rules.programs.rules import FlatEarning, RatedEarning
from regulars.rules.programs.types import Note, Proposal

# A proposal, its note, and the amount that counts under the rule's limits.
Capped = tuple[Proposal | None, Note, int]


def limits_compiled(
    content: Content, code: str, by_code: Mapping[str, AssetView]
) -> dict[str, tuple[Limit, ...]]:
    """The limits of each rule that has any, its own first, then the program's on its asset."""
    term = f"{content.valid_from or ''}/{content.valid_until or ''}"
    found: dict[str, tuple[Limit, ...]] = {}
    for rule in content.rules:
        own = [_limit(each, f"{code}/{rule.code}", term, content) for each in rule.limits]
        given = rule.effect.asset if rule.effect else None
        shared = [
            _limit(each, f"{code}//{each.asset or ''}", term, content)
            for each in content.limits
            if applies(each, rule, given)
        ]
        if own or shared:
            found[rule.code] = (*own, *shared)
    return found


def applies(limit: LimitContent, rule: RuleContent, asset: str | None) -> bool:
    """Whether a limit of the program is about this rule."""
    if limit.times is not None and limit.asset is None:
        return True
    return asset is not None and limit.asset == asset


def _limit(limit: LimitContent, subject: str, term: str, content: Content) -> Limit:
    maximum = limit.amount or limit.times or 0
    offer = content.redemption
    if limit.value_minor is not None and offer is not None:
        # As many points as the money is worth; a fraction of a point is no point.
        maximum = limit.value_minor * offer.points // offer.value_minor
    return Limit(
        subject=subject,
        scope=limit.per,
        window=limit.window,
        counts=Counts.TIMES if limit.times is not None else Counts.AMOUNT,
        maximum=maximum,
        term=term,
        money_minor=limit.value_minor or 0,
    )


def decided_within(
    rule: str,
    effect: RatedEarning | FlatEarning,
    basket: Basket,
    limits: Sequence[Limit],
    allowance: Allowance,
) -> Capped:
    """What the rule gives within its limits; a fixed amount is given whole or not at all."""
    if isinstance(effect, FlatEarning):
        proposal, note = flat_decided(rule, effect, basket)
        if proposal is None:
            return None, note, 0
        tightest, left = allowance.tightest(limits, effect.amount, is_whole=True)
        if tightest is None:
            return proposal, note, effect.amount
        return None, _reached(rule, effect, tightest, left), 0
    weighing = weighed(rule, effect, basket)
    if isinstance(weighing, Note):
        return None, weighing, 0
    amount = weighing[0]
    tightest, room = allowance.tightest(limits, amount) if limits else (None, amount)
    if tightest is None:
        return *earned(rule, effect, basket, weighing), amount
    if not room and effect.after_limit is None:
        return None, _used_up(rule, effect, basket.base, amount, tightest), 0
    return _split(rule, effect, basket, weighing, tightest, room)


@lru_cache(maxsize=4096)
def limit_params(limit: Limit) -> Mapping[str, object]:
    """What a note says of a limit. Treat as read-only."""
    params: dict[str, object] = {
        "per": limit.scope.value,
        "window": limit.window.value,
        "maximum": limit.maximum,
    }
    if limit.counts is Counts.TIMES:
        params["times"] = True
    if limit.money_minor:
        params["maximum_minor"] = limit.money_minor
    return params


def _reached(rule: str, effect: FlatEarning, limit: Limit, left: int) -> Note:
    params = {"asset": effect.asset, "cut": effect.amount, **limit_params(limit), "left": left}
    return refused(rule, "limit_reached", params)


def _used_up(rule: str, effect: RatedEarning, base: int, cut: int, limit: Limit) -> Note:
    params = {"asset": effect.asset, "amount": 0, "base_minor": base, "cut": cut}
    return refused(rule, "limit_reached", {**params, **limit_params(limit), "left": 0})


def _split(
    rule: str,
    effect: RatedEarning,
    basket: Basket,
    weighing: Weighing,
    limit: Limit,
    room: int,
) -> Capped:
    """Gives `room` for the part of the base that earns it, the rest at the ordinary rate."""
    amount, all_weights, factor = weighing
    inside, weights, rests = _base_inside(
        basket.nets, all_weights, factor, room * effect.denominator
    )
    beyond = 0
    if effect.after_limit is not None:
        more_amount, per_minor = effect.after_limit
        beyond = min(rounded(more_amount * sum(rests), per_minor, effect.rounding), AMOUNT_MAX)
    given = room + beyond
    params = {
        "asset": effect.asset,
        "amount": given,
        "base_minor": basket.base,
        "cut": amount - given,
        **limit_params(limit),
    }
    if given == 0:
        return None, _used_up(rule, effect, basket.base, amount, limit), 0
    shares: tuple[tuple[str, int], ...] = ()
    if basket.lines:
        parts = largest_remainder(room, weights) if room else [0] * len(weights)
        more = largest_remainder(beyond, rests) if beyond else [0] * len(rests)
        lines = zip(basket.names, parts, more, strict=True)
        shares = tuple([(name, part + extra) for name, part, extra in lines])
    expires_at, available_at = effect.dating.dates(basket.occasion.business_date)
    proposal = Proposal(rule, effect.asset_id, given, expires_at, available_at, shares)
    if effect.after_limit is None:
        return proposal, fired(rule, "limited", params), room
    params |= {"inside": room, "inside_minor": sum(inside), "beyond": beyond}
    params["beyond_minor"] = sum(rests)
    return proposal, fired(rule, "limited_then", params), room


def _base_inside(
    nets: list[int], weights: list[int], factor: int, wanted: int
) -> tuple[list[int], list[int], list[int]]:
    """Of each line, the minor units that earn the wanted numerator, and what they weigh.

    Then the minor units that are left of it, of a line that weighs nothing none.
    """
    inside: list[int] = []
    numerators: list[int] = []
    rests: list[int] = []
    left = wanted
    for net, weight in zip(nets, weights, strict=True):
        numerator = weight * factor
        if numerator <= left:
            inside.append(net if numerator else 0)
            numerators.append(numerator)
            rests.append(0)
            left -= numerator
        else:
            # The least whole minor units that reach the limit.
            part = -(-left * net // numerator)
            inside.append(part)
            numerators.append(left)
            rests.append(net - part)
            left = 0
    return inside, numerators, rests
