"""A whole small shop for stories: stores, members, a program, and events through the intake."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from regulars.entitlements.tiers.services import ladders_forgotten
from regulars.foundation import clock
from regulars.foundation.actors import SYSTEM, job
from regulars.foundation.database.session import pool_close, unit_of_work
from regulars.foundation.errors import RegularsError
from regulars.ledger.book import selectors as book
from regulars.ledger.book import services as ledger
from regulars.ledger.book.types import Balance
from regulars.members.profiles.services import member_enrol
from regulars.organization.stores.services import store_create
from regulars.rules.intake.services import process
from regulars.rules.intake.types import (
    EventDocument,
    MemberRef,
    Order,
    OrderLine,
    RedemptionDocument,
    Refund,
    RefundLine,
)
from regulars.rules.programs.services import (
    program_draft_save,
    program_publish,
    programs_forgotten,
    starter_content,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Shop:
    """Regulars as one shop in Shanghai uses it; time moves by `on(day)`."""

    def __init__(self, today: date) -> None:
        self.at = datetime(today.year, today.month, today.day, 12, tzinfo=SHANGHAI)
        self.members: dict[str, str] = {}
        self.count = 0

    def on(self, day: date, hour: int = 12, minute: int = 0) -> None:
        self.at = datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI)

    @property
    def now(self) -> datetime:
        return self.at.astimezone(UTC)

    @contextmanager
    def time(self) -> Iterator[None]:
        with clock.stopped_at(self.now):
            yield

    def store(self, code: str = "s1", time_zone: str = "Asia/Shanghai") -> None:
        with self.time():
            name = {"en": code, "zh-Hans": code}
            store_create(actor=SYSTEM, code=code, name=name, time_zone=time_zone)

    def member(self, name: str, **numbers: Any) -> str:
        with self.time():
            numbers.setdefault("external_id", name)
            self.members[name] = str(member_enrol(actor=SYSTEM, display_name=name, **numbers).id)
        return self.members[name]

    def publish(self, code: str = "beans", **changes: Any) -> None:
        """Publishes a starter's content, with changes to its top-level parts."""
        content = starter_content("beans") | changes
        with self.time():
            program_draft_save(actor=SYSTEM, code=code, content=content)
            program_publish(actor=SYSTEM, code=code)

    def send(self, *items: Any, source: str = "till", imported: bool = False) -> list[Any]:
        with self.time():
            return process(items, source=source, actor=job("test"), imported=imported)

    def one(self, item: Any, **more: Any) -> dict[str, Any]:
        """The receipt of one item; a refusal is raised."""
        answer = self.send(item, **more)[0]
        if isinstance(answer, RegularsError):
            raise answer
        return json.loads(answer.body)

    def _id(self) -> str:
        self.count += 1
        return f"event-{self.count}"

    def sale(
        self,
        member: str | None,
        net_minor: int,
        document: str | None = None,
        *,
        lines: list[tuple[str, str, int]] | None = None,
        **more: Any,
    ) -> EventDocument:
        """A sale; `lines` are (line, category, net)."""
        order_lines = tuple(
            OrderLine(line=line, category=category, net_minor=net)
            for line, category, net in lines or ()
        )
        event_id = more.pop("event_id", None) or self._id()
        return EventDocument(
            event_id=event_id,
            kind="order.paid",
            occurred_at=more.pop("occurred_at", self.now),
            member=more.pop("ref", None) or (MemberRef(external_id=member) if member else None),
            document=document or f"R-{event_id}",
            order=Order(
                currency=more.pop("currency", "CNY"), net_minor=net_minor, lines=order_lines
            ),
            **more,
        )

    def refund(
        self,
        document: str,
        net_minor: int,
        part: str = "1",
        *,
        lines: list[tuple[str, int]] | None = None,
        **more: Any,
    ) -> EventDocument:
        return EventDocument(
            event_id=more.pop("event_id", None) or self._id(),
            kind="order.refunded",
            occurred_at=more.pop("occurred_at", self.now),
            document=document,
            part=part,
            refund=Refund(
                net_minor=net_minor,
                lines=tuple(RefundLine(line=line, net_minor=net) for line, net in lines or ()),
            ),
            **more,
        )

    def cancel(self, document: str, **more: Any) -> EventDocument:
        return EventDocument(
            event_id=more.pop("event_id", None) or self._id(),
            kind="order.cancelled",
            occurred_at=more.pop("occurred_at", self.now),
            document=document,
            **more,
        )

    def visit(self, member: str, **more: Any) -> EventDocument:
        """A member came by."""
        return EventDocument(
            event_id=more.pop("event_id", None) or self._id(),
            kind=more.pop("kind", "visit.checked_in"),
            occurred_at=self.now,
            member=MemberRef(external_id=member),
            **more,
        )

    def redemption(self, member: str, points: int, document: str | None = None, **more: Any):
        return RedemptionDocument(
            key=more.pop("key", None) or self._id(),
            member=MemberRef(external_id=member),
            points=points,
            document=document,
            **more,
        )

    def of(self, name: str, asset: str = "beans") -> Balance:
        with unit_of_work() as unit:
            found = book.balances(unit, [self.members[name]], self.now)[self.members[name]]
        for balance in found:
            if balance.asset == asset:
                return balance
        return Balance(0, asset, 0, 0, 0, 0, 0)

    def expire(self) -> None:
        with unit_of_work() as unit:
            while ledger.lots_expire(
                unit, at=self.now, now=self.now, actor="job:expiry", limit=1000
            ):
                pass

    def rows(self, table: str) -> int:
        with unit_of_work() as unit:
            return unit.fetch(f"SELECT count(*) FROM {table}")[0][0]

    def close(self) -> None:
        pool_close()


def shop_opened(today: date) -> Shop:
    """A shop with nothing remembered from an earlier one."""
    ledger.assets_forgotten()
    programs_forgotten()
    ladders_forgotten()
    return Shop(today)


def days(count: int) -> timedelta:
    return timedelta(days=count)
