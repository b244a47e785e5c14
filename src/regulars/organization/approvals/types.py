"""Deeds that wait for a second person, as other rooms see and declare them."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from regulars.foundation.actors import Actor, ActorKind
from regulars.foundation.database.session import Unit
from regulars.foundation.settings import RegularsSettings

Payload = dict[str, Any]
Texts = dict[str, str]

APPROVAL_PREFIX = "apr"


class ApprovalState(StrEnum):
    """Where a request stands. `approved` is decided and being carried out: it is `done` or
    `failed` a moment later. `expired` is what still waits after its time."""

    WAITING = "waiting"
    APPROVED = "approved"
    DONE = "done"
    FAILED = "failed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Described(msgspec.Struct, frozen=True):
    """A deed in words: how much, what follows when it is approved (in figures), and where its
    subject can be looked at. Each text in zh-Hans and English. `whom` is the member whom it is for,
    by name: for the page only, and kept nowhere."""

    amount: Texts
    consequence: Texts
    href: str = ""
    whom: str = ""


class Approved(msgspec.Struct, frozen=True):
    """What an executor is handed. `key` is the same however often it is called for one request:
    give it to the service as its idempotency key."""

    id: str
    kind: str
    key: str
    payload: Payload
    amount: int
    store: str | None
    subject: str
    reason: str
    requested_by: str
    approver: Actor

    @property
    def asker(self) -> Actor:
        """Who asked for it, and in whose name it is done."""
        kind, _, actor_id = self.requested_by.partition(":")
        return Actor(ActorKind(kind), actor_id)


class ApprovalKind(msgspec.Struct, frozen=True):
    """One kind of deed that may need a second person; a room registers it in `approvals.py`.

    `right` is what the approver needs at the deed's store (everywhere, when it has none), besides
    `approvals.decide`. `limit` tells from the settings up to which amount nobody need be asked;
    None: never. `describe` only reads. Exactly one executor is given, and answers a short
    reference to what it made (a public id):
    `in_orm` runs inside the approver's transaction of Django's, `in_unit` inside her unit of work,
    and `afterwards` once her decision is committed, for services that commit by themselves; it may
    be called twice, and must have one effect by `Approved.key`.
    With `alone_is_free` nobody is asked where nobody else could approve: for what an owner who
    works alone must be able to do, such as bringing along her members from another system.
    """

    code: str
    title: Texts
    right: str
    limit: Callable[[RegularsSettings], int | None]
    describe: Callable[[Payload], Described]
    alone_is_free: bool = False
    in_orm: Callable[[Approved], str] | None = None
    in_unit: Callable[[Unit, Approved], str] | None = None
    afterwards: Callable[[Approved], str] | None = None


class ApprovalView(msgspec.Struct, frozen=True):
    """A request as it stands. Actors are written as in the audit trail."""

    id: str
    public_id: str
    kind: str
    payload: Payload
    amount: int
    store: str | None
    subject: str
    reason: str
    requested_by: str
    requested_at: datetime
    expires_at: datetime
    state: ApprovalState
    decided_by: str = ""
    decided_at: datetime | None = None
    decided_reason: str = ""
    outcome: str = ""
    problem: Texts = msgspec.field(default_factory=dict)
