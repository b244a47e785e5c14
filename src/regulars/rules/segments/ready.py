"""Segments that come ready: the four classes, each with its tag, and the eight RFM groups."""

from regulars.foundation.actors import Actor
from regulars.foundation.database.session import unit_of_work
from regulars.members.tags.selectors import tags_named
from regulars.members.tags.services import tag_create
from regulars.rules.segments.rfm import GROUPS
from regulars.rules.segments.selectors import segments_listed
from regulars.rules.segments.services import segment_save
from regulars.rules.segments.types import SegmentView

Ready = tuple[str, str, str, str]

LOYAL = (
    "member.orders_365d >= 4 && member.cycle_days > 0"
    " && member.days_since_order * 2 <= member.cycle_days * 3"
)

# Code, names, condition. Loyal: four purchases a year, the last within one and a half of the
# member's own cycle. At risk: silent for more than two cycles.
CLASSES: tuple[Ready, ...] = (
    (
        "loyal",
        "忠诚",
        "Loyal",
        LOYAL,
    ),
    (
        "high_spend",
        "高消费",
        "High spend",
        "member.spend_365d_minor > 0 && member.spend_365d_minor >= shop.top_spend_minor",
    ),
    ("returning", "回头", "Returning", "member.orders_total >= 2"),
    (
        "at_risk",
        "可能流失",
        "At risk",
        "member.cycle_days > 0 && member.days_since_order > 2 * member.cycle_days",
    ),
)


def segments_ready_add(*, actor: Actor) -> list[SegmentView]:
    """Adds the ready segments that are not there yet; answers those that were added."""
    with unit_of_work() as unit:
        there = {segment.code for segment in segments_listed(unit)}
        tags = {tag.code for tag in tags_named(unit)}
    added = []
    for code, chinese, english, condition in CLASSES:
        if code in there:
            continue
        name = {"zh-Hans": chinese, "en": english}
        if code not in tags:
            tag_create(actor=actor, code=code, name=name)
        added.append(segment_save(actor=actor, code=code, name=name, condition=condition, tag=code))
    for group in GROUPS:
        code = f"rfm_{group.code}"
        if code not in there:
            condition = f"member.rfm == '{group.code}'"
            added.append(segment_save(actor=actor, code=code, name=group.name, condition=condition))
    return added
