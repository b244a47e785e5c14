"""Facts about whom a member is among: tags, segments, RFM, and the shop's yardsticks."""

from regulars.foundation.amounts import AMOUNT_MAX
from regulars.foundation.database.session import unit_of_work
from regulars.members.fields.selectors import BIRTHDAYS
from regulars.members.profiles.selectors import JOINED
from regulars.members.tags.selectors import TAGS_OF_MEMBERS, tags_named
from regulars.rules.expressions.types import ValueType
from regulars.rules.facts import Choice, FactTable, TableFact, choices_register, table_register
from regulars.rules.segments import own_fields as _own_fields  # noqa: F401 - declares them
from regulars.rules.segments.rfm import GROUPS, GROUPS_OF_MEMBERS
from regulars.rules.segments.selectors import SEGMENTS_OF_MEMBERS, segments_listed
from regulars.rules.segments.yardsticks import YARDSTICKS

TEXT, TEXTS, INT = ValueType.TEXT, ValueType.TEXTS, ValueType.INT


def _label(chinese: str, english: str) -> dict[str, str]:
    return {"zh-Hans": chinese, "en": english}


table_register(
    FactTable("member_tags", TAGS_OF_MEMBERS),
    (
        TableFact(
            name="member.tags",
            type=TEXTS,
            column="codes",
            missing=(),
            label=_label("会员标签", "the member's tags"),
        ),
    ),
)
table_register(
    FactTable("member_segments", SEGMENTS_OF_MEMBERS),
    (
        TableFact(
            name="member.segments",
            type=TEXTS,
            column="codes",
            missing=(),
            label=_label("会员所在人群", "the member's segments"),
        ),
    ),
)
table_register(
    FactTable("member_joined", JOINED),
    (
        TableFact(
            name="member.days_since_joining",
            type=INT,
            column="days_since",
            missing=0,
            can_look_back=True,
            label=_label("入会天数", "days since joining"),
        ),
        TableFact(
            name="member.home_store",
            type=TEXT,
            column="home_store",
            missing="",
            can_look_back=True,
            label=_label("入会门店", "the store where the member joined"),
        ),
    ),
)
table_register(
    FactTable("member_birthday", BIRTHDAYS),
    (
        TableFact(
            name="member.birth_month",
            type=INT,
            column="birth_month",
            missing=0,
            can_look_back=True,
            label=_label("生日月份（未知为 0）", "month of birth (0: not known)"),
        ),
        TableFact(
            name="member.days_to_birthday",
            type=INT,
            column="days_to",
            missing=-1,
            can_look_back=True,
            label=_label("距生日天数（未知为 -1）", "days to the birthday (-1: not known)"),
        ),
    ),
)
table_register(
    FactTable("member_rfm", GROUPS_OF_MEMBERS),
    (
        TableFact(
            name="member.rfm",
            type=TEXT,
            column="code",
            missing="",
            moving=True,
            label=_label("RFM 分层（未购买为空）", "the RFM group (empty: no purchase)"),
        ),
    ),
)
# Before the first measuring nobody reaches the top fifth.
table_register(
    FactTable("shop_yardsticks", YARDSTICKS, for_all=True),
    (
        TableFact(
            name="shop.top_spend_minor",
            type=INT,
            column="top_spend",
            missing=AMOUNT_MAX,
            label=_label(
                "近 365 天消费前 20% 的门槛（分）",
                "what the top fifth spends at least in 365 days (minor units)",
            ),
        ),
    ),
)


def _tags() -> list[Choice]:
    with unit_of_work() as unit:
        return [Choice(each.code, each.name) for each in tags_named(unit)]


def _segments() -> list[Choice]:
    with unit_of_work() as unit:
        return [Choice(each.code, each.name) for each in segments_listed(unit)]


choices_register(("member.tags",), _tags)
choices_register(("member.segments",), _segments)
choices_register(("member.rfm",), lambda: [Choice(each.code, each.name) for each in GROUPS])
