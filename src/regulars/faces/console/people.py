"""How members are shown: never a whole number, never more than the job needs."""

from collections.abc import Sequence

import msgspec
from django.urls import reverse

from regulars.foundation.webkit.numbers import UNKNOWN
from regulars.ledger.book.types import AssetKind, AssetView, Balance
from regulars.members.profiles.types import MemberView

TAIL = 4


class FoundMember(msgspec.Struct, frozen=True):
    """One line of a list of members."""

    name: str
    initial: str
    href: str
    numbers: tuple[str, ...]
    store: str
    points: tuple[tuple[str, int, int], ...]
    is_active: bool


def name_shown(member: MemberView) -> str:
    """The member's name, or the number they are known by when there is none."""
    return member.display_name or next(iter(numbers_shown(member)), "") or member.public_id[-8:]


def initial_of(member: MemberView) -> str:
    """One letter for the round picture."""
    return (member.display_name or "·")[:1].upper()


def numbers_shown(member: MemberView) -> list[str]:
    """Phone and other numbers, masked."""
    return [each for each in (member.phone_masked, *map(masked, member.external_ids)) if each]


def masked(number: str) -> str:
    """A number with its middle hidden: HH-000123 is HH****0123; a short one keeps its end."""
    if len(number) <= TAIL:
        return number
    head = 2 if len(number) > 2 * TAIL - 1 else 0
    return f"{number[:head]}****{number[-TAIL:] if head else number[-2:]}"


def member_url(member: MemberView) -> str:
    """The address of the member's page."""
    return reverse("console:members-portrait", args=[member.public_id])


def store_shown(member: MemberView, store_names: dict[str, str]) -> str:
    """The name of the shop where the member joined."""
    code = member.home_store
    return store_names.get(code, code) if code else UNKNOWN


def member_found(
    member: MemberView,
    balances: Sequence[Balance],
    assets: dict[int, tuple[AssetView, str]],
    store_names: dict[str, str],
) -> FoundMember:
    """A member as one line: what can be spent now stands beside the name."""
    shown = [
        (assets[each.asset_id][1], each.spendable, assets[each.asset_id][0].scale)
        for each in balances
        if assets[each.asset_id][0].kind is not AssetKind.GROWTH
    ]
    return FoundMember(
        name=name_shown(member),
        initial=initial_of(member),
        href=member_url(member),
        numbers=tuple(numbers_shown(member)),
        store=store_shown(member, store_names),
        points=tuple(shown[:2]),
        is_active=member.is_active,
    )
