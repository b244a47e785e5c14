"""A full program: sixteen rules with levels, birthdays, groups, limits, a segment and a budget.

The bench measures with it, and the year of a real grocer is judged by it and computed a second
time by an independent program that shares no line with this one.
"""

from typing import Any

import msgspec

from regulars.entitlements.tiers.services import ladder_save
from regulars.foundation.actors import Actor
from regulars.members.tags.services import tag_create
from regulars.rules.programs.services import program_draft_save, program_publish
from regulars.rules.segments.services import segment_save

Rule = dict[str, Any]

GROWTH = "growth"
INSIDER = "insider"
INSIDERS = "insiders"
ORDER, ENTERED = "order.paid", "tier.entered"
LEVELS = (("plain", 0, 1000), ("silver", 200, 1200), ("gold", 500, 1500), ("black", 800, 2000))
DAILY, DAILY_AFTER, MONTHLY = 60, {"amount": 1, "per_minor": 200}, 400


class Shop(msgspec.Struct, frozen=True, kw_only=True):
    """What differs from shop to shop: the clock, the goods, the stores, how large the budget is.

    `validity` holds `valid_from` and `valid_until` where the program has them; `budget_minor` is a
    month's, in money. `declares_asset` is false where the asset is there with its own expiry.
    """

    time_zone: str
    asset: str
    fresh: str
    meat: str
    pantry: str
    left_out: tuple[str, ...]
    stores: tuple[str, ...]
    budget_minor: int
    validity: dict[str, str] = {}
    declares_asset: bool = True


def birth_tag(month: int) -> str:
    """The tag of those who were born in a month."""
    return f"born-{month:02}"


def full_program(shop: Shop) -> dict[str, Any]:
    """The program as a merchant writes it."""
    asset = {
        "code": shop.asset,
        "name": _named(shop.asset),
        "expiry": {"lot": {"kind": "after_months", "months": 6}},
    }
    return {
        "name": _named("The full program"),
        "time_zone": shop.time_zone,
        **shop.validity,
        "assets": [
            *([asset] if shop.declares_asset else []),
            {"code": GROWTH, "name": _named(GROWTH), "kind": "growth"},
        ],
        "redemption": {
            "asset": shop.asset,
            "points": 100,
            "value_minor": 100,
            "minimum_balance": 100,
            "step": 100,
        },
        "groups": [{"code": "days", "kind": "exclusive"}, {"code": "baskets", "kind": "best_of"}],
        "limits": [{"per": "member", "window": "month", "amount": MONTHLY, "asset": shop.asset}],
        "rules": [
            *_base(shop),
            *_days(shop),
            *_baskets(shop),
            *_people(shop),
            *_calendar(shop),
            *_levels(shop),
        ],
    }


def program_opened(code: str, shop: Shop, actor: Actor) -> None:
    """Publishes the program with all that it names: its levels, its tags and its segment."""
    tags = [*[birth_tag(month) for month in range(1, 13)], INSIDER]
    for tag in tags:
        tag_create(actor=actor, code=tag, name=_named(tag))
    segment_save(
        actor=actor,
        code=INSIDERS,
        name=_named(INSIDERS),
        condition=f"'{INSIDER}' in member.tags",
    )
    program_draft_save(actor=actor, code=code, content=full_program(shop))
    program_publish(actor=actor, code=code)
    ladder_save(
        actor=actor,
        content={
            "code": "full",
            "name": _named("Levels"),
            "qualifier": {"by": "gain", "asset": GROWTH},
            "validity": {"type": "unlimited"},
            "levels": [
                {
                    "code": level,
                    "name": _named(level),
                    "threshold": threshold,
                    "multiplier_thousandths": thousandths,
                }
                for level, threshold, thousandths in LEVELS
            ],
        },
    )


def _named(text: str) -> dict[str, str]:
    return {"zh-Hans": text, "en": text}


def _rule(code: str, on: str = ORDER, **parts: Any) -> Rule:
    return {"code": code, "name": _named(code), "on": on, **parts}


def _rate(asset: str, per_minor: int, **parts: Any) -> dict[str, Any]:
    return {"asset": asset, "rate": {"amount": 1, "per_minor": per_minor}, **parts}


def _flat(shop: Shop, amount: int) -> dict[str, Any]:
    return {"asset": shop.asset, "amount": amount}


def _of(category: str) -> str:
    return f'line.category == "{category}"'


def _member_limit(window: str, **maximum: int) -> dict[str, Any]:
    return {"per": "member", "window": window, **maximum}


def _base(shop: Shop) -> list[Rule]:
    """For every purchase: by level, twice for what is fresh, within a day's limit."""
    left_out = " || ".join(_of(category) for category in shop.left_out)
    by_goods = [
        {"when": _of(shop.meat), "thousandths": 3000},
        {"when": left_out, "thousandths": 0},
    ]
    by_level = [
        {"when": _of(shop.fresh), "thousandths": 2000},
        {"by": "member.level_multiplier"},
    ]
    base = _rate(shop.asset, 100, multipliers=by_level, after_limit=DAILY_AFTER)
    goods = _rate(shop.asset, 200, multipliers=by_goods, rounding="half_up")
    return [
        _rule("base", earn=base, limits=[_member_limit("day", amount=DAILY)]),
        _rule("growth", earn=_rate(GROWTH, 100)),
        _rule("goods", earn=goods),
    ]


def _days(shop: Shop) -> list[Rule]:
    """One of three, by priority: the month of birth, a Wednesday, an early hour."""
    born = " || ".join(
        f"('{birth_tag(month)}' in member.tags && business.month == {month})"
        for month in range(1, 13)
    )
    early = {"hours": [{"since": "06:00", "until": "10:00"}]}
    return [
        _rule("early", group="days", schedule=early, earn_flat=_flat(shop, 4)),
        _rule(
            "birthday",
            group="days",
            priority=20,
            when=born,
            earn=_rate(shop.asset, 50),
            limits=[_member_limit("month", times=3)],
        ),
        _rule(
            "midweek",
            group="days",
            priority=10,
            schedule={"weekdays": [3]},
            earn=_rate(shop.asset, 100, rounding="ceil"),
        ),
    ]


def _baskets(shop: Shop) -> list[Rule]:
    """The better of two: for a large basket, or for what fills the pantry."""
    others = {"when": f'line.category != "{shop.pantry}"', "thousandths": 0}
    return [
        _rule(
            "large",
            group="baskets",
            when="order.net_minor >= 4000",
            earn_flat=_flat(shop, 20),
        ),
        _rule(
            "pantry",
            group="baskets",
            earn=_rate(shop.asset, 80, multipliers=[others]),
            limits=[_member_limit("month", amount=90)],
        ),
    ]


def _people(shop: Shop) -> list[Rule]:
    """For a segment, and for whoever stands high."""
    return [
        _rule(
            "insiders",
            audience=f"'{INSIDERS}' in member.segments",
            earn=_rate(shop.asset, 250, rounding="half_up"),
            limits=[_member_limit("month", amount=12)],
        ),
        _rule(
            "gold",
            audience="member.level_rank >= 2",
            when="order.line_count >= 3",
            earn_flat=_flat(shop, 3),
            limits=[_member_limit("day", times=1)],
        ),
    ]


def _calendar(shop: Shop) -> list[Rule]:
    """By place and time, one with an expiry of its own, one within a budget of the whole shop."""
    stores = ", ".join(f'"{store}"' for store in shop.stores)
    weekend = {"weekdays": [6, 7], "hours": [{"since": "08:00", "until": "20:00"}]}
    night = {"hours": [{"since": "22:00", "until": "02:00"}]}
    harvest = {"dates": [{"since": "2017-11-20", "until": "2017-11-26"}]}
    lasting = {"kind": "after_days", "days": 30}
    budget = {"per": "all", "window": "month", "value_minor": shop.budget_minor}
    return [
        _rule(
            "weekend",
            when=f"order.store in [{stores}]",
            schedule=weekend,
            earn_flat=_flat(shop, 2),
        ),
        _rule("harvest", schedule=harvest, earn=_rate(shop.asset, 100, expiry=lasting)),
        _rule(
            "pot",
            when="order.net_minor >= 2000",
            earn=_rate(shop.asset, 300),
            limits=[budget],
        ),
        _rule("night", schedule=night, earn_flat=_flat(shop, 1)),
    ]


def _levels(shop: Shop) -> list[Rule]:
    """A gift for reaching a level, once."""
    return [
        _rule(
            f"hello-{level}",
            on=ENTERED,
            when=f'tier.code == "{level}"',
            earn_flat=_flat(shop, amount),
            limits=[_member_limit("total", times=1)],
        )
        for level, amount in (("silver", 30), ("gold", 80))
    ]
