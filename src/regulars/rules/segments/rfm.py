"""The eight groups by recency, frequency and money."""

from typing import LiteralString

import msgspec

from regulars.rules.purchases.selectors import YEARS
from regulars.rules.segments.yardsticks import YARDSTICKS


class Group(msgspec.Struct, frozen=True):
    """One of the eight: recent or not, often or not, much or not; its names, and what to do."""

    code: str
    recent: bool
    often: bool
    much: bool
    name: dict[str, str]
    action: dict[str, str]


def _group(code: str, marks: str, names: tuple[str, str], action: tuple[str, str]) -> Group:
    recent, often, much = (mark == "1" for mark in marks)
    return Group(
        code,
        recent,
        often,
        much,
        {"zh-Hans": names[0], "en": names[1]},
        {"zh-Hans": action[0], "en": action[1]},
    )


GROUPS = (
    _group("champions", "111", ("重要价值客户", "Champions"), ("重点服务", "serve well")),
    _group("keep", "011", ("重要保持客户", "To keep"), ("主动联系", "get in touch")),
    _group("develop", "101", ("重要发展客户", "To develop"), ("提升频次", "raise frequency")),
    _group("rescue", "001", ("重要挽留客户", "To rescue"), ("尽力挽回", "win back")),
    _group("value", "110", ("一般价值客户", "Frequent, small"), ("提升客单", "raise the ticket")),
    _group("remind", "010", ("一般保持客户", "To remind"), ("适时提醒", "remind")),
    _group("nurture", "100", ("一般发展客户", "To nurture"), ("逐步培育", "nurture")),
    _group("quiet", "000", ("一般挽留客户", "Quiet, small"), ("低成本维护", "low cost only")),
)

_HEAD: LiteralString = """
    SELECT member_id, CASE
        (days_since <= rfm_days)::int * 4 + (orders >= rfm_orders)::int * 2
            + (spend_minor >= rfm_spend)::int
        WHEN 7 THEN 'champions' WHEN 3 THEN 'keep' WHEN 5 THEN 'develop' WHEN 1 THEN 'rescue'
        WHEN 6 THEN 'value' WHEN 2 THEN 'remind' WHEN 4 THEN 'nurture' WHEN 0 THEN 'quiet'
        END AS code
    FROM (
"""
_MIDDLE: LiteralString = """
    ) AS year CROSS JOIN (SELECT rfm_days, rfm_orders, rfm_spend FROM (
"""
_TAIL: LiteralString = ") AS shop) AS yardstick"

# The group of each member who bought in the last 365 days, once the yardsticks are measured.
GROUPS_OF_MEMBERS: LiteralString = _HEAD + YEARS + _MIDDLE + YARDSTICKS + _TAIL
