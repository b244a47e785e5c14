"""What a hundred published rules cost when three of them can apply."""

import time
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from regulars.ledger.book.types import AssetView
from regulars.rules.limits.types import Allowance, LimitBook
from regulars.rules.programs.services import InForce, judged, program_trial, unseen
from regulars.rules.programs.types import LineFact, Occasion

RULES = 100
APPLYING = 3
BUYER = "01900000-0000-7000-8000-00000000000a"
DAY = date(2025, 3, 1)
STORE = "s1"


class ManyRules(msgspec.Struct, frozen=True):
    """Microseconds of judging one sale by three rules and by a hundred; `ratio` of the two."""

    few_us: float
    many_us: float

    @property
    def ratio(self) -> float:
        return self.many_us / self.few_us


def many_rules_measured(events: int = 4_000, rounds: int = 7) -> ManyRules:
    """Judges the same sale again and again in memory; the best round of each counts."""
    few, many = _rules_in_force(APPLYING), _rules_in_force(RULES)
    best = {APPLYING: float("inf"), RULES: float("inf")}
    for _ in range(rounds):
        for count, (in_force, assets) in ((APPLYING, few), (RULES, many)):
            best[count] = min(best[count], _judged_for(in_force, assets, events))
    return ManyRules(few_us=best[APPLYING] * 1e6, many_us=best[RULES] * 1e6)


def _rules_in_force(count: int) -> tuple[InForce, dict[int, AssetView]]:
    """Rules of which the first three can apply to a sale of tea in s1 on 1 March 2025."""
    rules = [_rule("base", "true"), _rule("store", 'order.store == "s1"')]
    rules.append(_rule("tea", '"tea" in order.categories && order.net_minor >= 100'))
    for number in range(APPLYING, count):
        other = number % 4
        when = (
            f'order.store == "far-{number}"',
            f'"goods-{number}" in order.categories',
            f'"sku-{number}" in order.skus && order.net_minor > 100',
            "order.net_minor > 100",
        )[other]
        rule = _rule(f"other-{number}", when)
        if other == APPLYING:
            rule["schedule"] = {"dates": [{"since": "2024-11-11", "until": "2024-11-11"}]}
        rules.append(rule)
    content = {
        "name": {"en": "Bench", "zh-Hans": "测试"},
        "time_zone": "Asia/Shanghai",
        "assets": [{"code": "bench", "name": {"en": "points", "zh-Hans": "积分"}}],
        "rules": rules,
    }
    program, assets = program_trial(code="bench", version=1, content=content, assets={})
    return InForce((program,)), assets


def _rule(code: str, when: str) -> dict[str, Any]:
    rate = {"amount": 1, "per_minor": 100}
    return {
        "code": code,
        "name": {"en": code, "zh-Hans": code},
        "on": "order.paid",
        "when": when,
        "earn": {"asset": "bench", "rate": rate},
    }


def _judged_for(in_force: InForce, assets: dict[int, AssetView], events: int) -> float:
    """Seconds for each event, of processor time."""
    lines = tuple([LineFact(str(n), f"tea-{n}", "tea", 1, 1500) for n in range(3)])
    paid_at = datetime(2025, 3, 1, 4, tzinfo=UTC)
    sale = Occasion("order.paid", {"order.store": STORE}, 4500, lines, paid_at, DAY)
    book, deck = LimitBook(), in_force.deck
    listening = len(deck.by_kind[sale.kind].seats)
    began = time.process_time()
    for _ in range(events):
        seats = deck.candidates(sale)
        judged(seats, sale, assets, Allowance(book, BUYER, DAY))
        unseen(seats, listening)
    return (time.process_time() - began) / events
