"""What bodies and answers of the API look like, beside those that rooms define themselves."""

from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from regulars.rules.intake.services import BATCH_MAX
from regulars.rules.intake.types import (
    EventDocument,
    Key,
    MemberRef,
    Positive,
    ReceiptBody,
    Text,
)
from regulars.rules.programs.types import DraftView, ProgramView, VersionView

Words = dict[str, str]


class Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Refuses fields it doesn't know."""


class EventBatch(Strict, frozen=True):
    """Up to 1,000 events. Each is judged by itself; one document's events in this order."""

    events: Annotated[list[EventDocument], Meta(max_length=BATCH_MAX)]


class RedemptionBody(Strict, frozen=True):
    """A member pays with points.

    Without `asset` the first that a program in force takes is used. With `hold_seconds` the
    points are only set aside, until they are settled or released or the time is over.
    """

    member: MemberRef
    points: Positive
    asset: Text | None = None
    document: Key | None = None
    store: Text | None = None
    hold_seconds: Annotated[int, Meta(ge=0, le=86_400)] = 0
    occurred_at: Annotated[datetime, Meta(tz=True)] | None = None


class TransferBody(Strict, frozen=True):
    """Points for another member: `to` is that member's id, `asset` the code of what is given."""

    to: Text
    asset: Text
    points: Positive


class EnrolBody(Strict, frozen=True):
    """A member to be. A phone is Chinese unless it starts with +; `store` is a shop's code."""

    display_name: Annotated[str, Meta(max_length=200)] = ""
    phone: Annotated[str, Meta(max_length=40)] | None = None
    external_id: Text | None = None
    store: Text | None = None
    language: Annotated[str, Meta(max_length=16)] = "zh-hans"


class MergeBody(Strict, frozen=True):
    """Whose everything it is from now on (`into`, a member's id), and why."""

    into: Text
    reason: Annotated[str, Meta(min_length=1, max_length=200)]


class ReasonBody(Strict, frozen=True):
    """Why, for the audit trail."""

    reason: Annotated[str, Meta(min_length=1, max_length=200)]


class PublishBody(Strict, frozen=True):
    """Why a version is published, for the audit trail."""

    reason: Annotated[str, Meta(max_length=500)] = ""


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """A problem document (RFC 9457). `code` is stable; `detail` says what to do, in the
    language of Accept-Language; `context` holds the values named in it."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    context: dict[str, Any] = {}


class ItemAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """One event of a batch: 201, or 200 for a replay, with its receipt; else its problem."""

    status: int
    receipt: ReceiptBody | None = None
    problem: Problem | None = None


class BatchAnswer(msgspec.Struct, frozen=True):
    """One result for each event, in their order."""

    results: list[ItemAnswer]


class Expiring(msgspec.Struct, frozen=True, gc=False):
    """So much stops counting at this instant."""

    expires_at: datetime
    amount: int


class BalanceAnswer(msgspec.Struct, frozen=True, gc=False):
    """A member's position in one asset, in its units.

    balance = spendable + held + pending + expired but not yet posted − debt, where nothing is
    spendable while there is a debt. `expiring` lists the next twelve instants.
    """

    asset: str
    balance: int
    spendable: int
    held: int
    debt: int
    pending: int
    expiring: tuple[Expiring, ...]


class BalancesAnswer(msgspec.Struct, frozen=True, gc=False):
    """What a member has now of each asset that ever moved."""

    member: str
    balances: tuple[BalanceAnswer, ...]


class Enrolled(msgspec.Struct, frozen=True):
    """The new member, by id only: this answer is kept to be given again."""

    member: str
    joined_at: datetime


class MemberAnswer(msgspec.Struct, frozen=True):
    """A member. Of the phone only the last four digits are told.

    `merged_into` is who has everything of this member since a merge.
    """

    member: str
    display_name: str
    joined_at: datetime
    home_store: str | None
    language: str
    is_active: bool
    phone_last4: str | None
    external_ids: tuple[str, ...]
    cards: tuple[str, ...] = ()
    merged_into: str | None = None


class MembersAnswer(msgspec.Struct, frozen=True):
    """The members found: one or none."""

    items: tuple[MemberAnswer, ...]


class MovementAnswer(msgspec.Struct, frozen=True, gc=False):
    """One movement of an entry. `rule` names the program's version and rule: `beans@3/base`."""

    asset: str
    direction: str
    amount: int
    counter: str
    rule: str
    balance_after: int


class EntryAnswer(msgspec.Struct, frozen=True):
    """One entry of a member's statement. `receipt` is of the event that caused it."""

    entry: str
    kind: str
    occurred_at: datetime
    business_date: date
    recorded_at: datetime
    receipt: str | None
    reverses: str | None
    reason: str | None
    movements: tuple[MovementAnswer, ...]


class StatementAnswer(msgspec.Struct, frozen=True):
    """Entries, newest first. `next_cursor` leads to older ones; null when there are none."""

    items: tuple[EntryAnswer, ...]
    next_cursor: str | None


class ExplanationAnswer(msgspec.Struct, frozen=True):
    """Why a rule gave what it gave, or why not, as sentences."""

    rule: str
    fired: bool
    code: str
    params: dict[str, Any]
    text: Words


class StoreAnswer(msgspec.Struct, frozen=True):
    """A shop. Its business dates are those of its time zone."""

    store: str
    name: Words
    time_zone: str
    kind: str
    is_active: bool


class StoresAnswer(msgspec.Struct, frozen=True):
    """All shops in the order of their codes."""

    items: tuple[StoreAnswer, ...]


class ProgramsAnswer(msgspec.Struct, frozen=True):
    """All programs in the order of their codes."""

    items: tuple[ProgramView, ...]


class ReceiptAnswer(ReceiptBody, frozen=True, omit_defaults=True, kw_only=True):
    """A receipt with its explanation in sentences."""

    explanation: tuple[ExplanationAnswer, ...] = ()  # type: ignore[assignment]


__all__ = ["DraftView", "ProgramView", "VersionView"]
