"""Ladders as merchants write them, and levels as other rooms see them."""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from regulars.foundation.amounts import AMOUNT_MAX

Texts = dict[str, str]
Code = Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9_-]{0,39}$")]
Colour = Annotated[str, Meta(pattern="^(#[0-9a-f]{6})?$")]


class CalendarSpend(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="calendar_spend", tag_field="by"
):
    """Net spend of a calendar year, by the business dates of the purchases."""


class LifetimeSpend(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="lifetime_spend", tag_field="by"
):
    """Net spend of all time."""


class RollingSpend(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="rolling_spend", tag_field="by"
):
    """Net spend of the last so many days, today among them."""

    days: Annotated[int, Meta(ge=1, le=3_660)]


class Gain(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="gain", tag_field="by"):
    """What the member has gained of an asset that is never spent, such as a growth value."""

    asset: Code


Qualifier = CalendarSpend | LifetimeSpend | RollingSpend | Gain


class EndOfNextYear(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="end_of_next_year"
):
    """A level holds for the rest of the year whose spend earned it, and the next whole year."""


class ForMonths(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="months"):
    """A level holds for so many months, and then for as many again if it is still earned."""

    months: Annotated[int, Meta(ge=1, le=120)]


class Unlimited(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="unlimited"):
    """A level holds for as long as its figure is reached."""


Validity = EndOfNextYear | ForMonths | Unlimited


class LevelContent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One level as it is written. The first of a ladder has threshold 0."""

    code: Code
    name: Texts
    threshold: Annotated[int, Meta(ge=0, le=AMOUNT_MAX)]
    multiplier_thousandths: Annotated[int, Meta(ge=0, le=100_000)] = 1000
    description: Texts = {}
    colour: Colour = ""
    icon: Annotated[str, Meta(max_length=40)] = ""


class LadderContent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A ladder as it is written; levels from the lowest up.

    `on_refund`: `fall_back` lowers at once when a refund takes the figure below the level, `keep`
    waits for the settlement. `downgrade` is what a settlement does when a level's time is over
    and it is no longer earned: to the level earned, one step at a time, or nothing.
    """

    code: Code
    name: Texts
    qualifier: Qualifier
    validity: Validity
    levels: Annotated[tuple[LevelContent, ...], Meta(min_length=1, max_length=20)]
    on_refund: Literal["fall_back", "keep"] = "fall_back"
    downgrade: Literal["earned", "one_step", "none"] = "earned"
    is_active: bool = True


class LevelView(msgspec.Struct, frozen=True):
    """A level as stored."""

    id: int
    code: str
    rank: int
    name: Texts
    threshold: int
    multiplier_thousandths: int
    description: Texts = {}
    colour: str = ""
    icon: str = ""


class LadderView(msgspec.Struct, frozen=True):
    """A ladder as stored; `levels` by rank, so that a rank is a place in it."""

    id: int
    code: str
    name: Texts
    qualifier: Qualifier
    validity: Validity
    on_refund: str
    downgrade: str
    time_zone: str
    is_active: bool
    revision: int
    settled_on: date | None
    asset_id: int | None
    levels: tuple[LevelView, ...]

    @property
    def unit(self) -> str:
        """What figures and thresholds count: `money`, or the code of an asset."""
        return self.qualifier.asset if isinstance(self.qualifier, Gain) else "money"


# Until when a level holds that was brought along as one for ever: no settlement and no refund ends
# it. It is an instant, since none means “as long as it is earned”; people are shown no day at all.
NO_END = datetime(9999, 1, 1, tzinfo=UTC)


class Standing(msgspec.Struct, frozen=True):
    """A rank and until when it holds (None: as long as it is earned; NO_END: for ever)."""

    rank: int
    valid_until: datetime | None = None


class Change(StrEnum):
    RAISED = "raised"
    RENEWED = "renewed"
    LOWERED = "lowered"


class MemberLevelView(msgspec.Struct, frozen=True):
    """Where a member stands on a ladder, and what is missing for more.

    `figure` counts now; `missing` is what the next level still needs (None at the top), and
    `missing_to_keep` what the present one still needs to hold beyond `valid_until` (None where
    nothing has to be kept). `valid_until` is None for ever, and as long as it is earned.
    """

    ladder: LadderView
    level: LevelView
    since: datetime | None
    valid_until: datetime | None
    figure: int
    next_level: LevelView | None
    missing: int | None
    missing_to_keep: int | None


class LevelChangeView(msgspec.Struct, frozen=True):
    """A change as people read it."""

    ladder: LadderView
    before: LevelView
    after: LevelView
    change: Change
    cause: str
    event_id: str | None
    figure: int
    valid_until: datetime | None
    recorded_at: datetime


class SettlementView(msgspec.Struct, frozen=True):
    """What a settlement did, or would do: how many rise, are renewed and fall."""

    ladder: str
    members: int
    raised: int
    renewed: int
    lowered: int
