"""The built-in actions, declared like those of any other room."""

from collections.abc import Sequence

from regulars.foundation.database.session import Statement
from regulars.rules.actions import Action, Decided, Loaded, Needs, action_register
from regulars.rules.programs.earning import Basket, Judged, flat_decided, rated_decided
from regulars.rules.programs.rules import FlatEarning, RatedEarning
from regulars.rules.programs.types import Occasion, Proposal


def earning_needs(
    effects: Sequence[RatedEarning | FlatEarning], member_ids: Sequence[str]
) -> Needs:
    """The accounts to be credited; the ledger locks their holders and loads them."""
    return Needs(asset_ids=frozenset(effect.asset_id for effect in effects))


def rated_earning(rule: str, effect: RatedEarning, occasion: Occasion, loaded: Loaded) -> Decided:
    """Credits an asset in proportion to what was paid."""
    return _decided(rated_decided(rule, effect, Basket(occasion)))


def flat_earning(rule: str, effect: FlatEarning, occasion: Occasion, loaded: Loaded) -> Decided:
    """Credits a fixed amount of an asset."""
    return _decided(flat_decided(rule, effect, Basket(occasion)))


def earnings_stored(decisions: Sequence[Proposal]) -> Sequence[Statement]:
    """Nothing of its own: the ledger posts all proposals of an event in one entry."""
    return ()


def _decided(judged: Judged) -> Decided:
    proposal, note = judged
    return Decided(proposal, note.fired, note.code, note.params)


action_register(Action("earn", earning_needs, rated_earning, earnings_stored))
action_register(Action("earn_flat", earning_needs, flat_earning, earnings_stored))
