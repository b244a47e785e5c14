"""A tea shop's counter: its till, Ann who sells, Li who may approve, Oz from outside."""

from datetime import date

import msgspec
import pytest

from regulars.commerce.counter.services import refund_make, sale_take, shift_open, terminal_open
from regulars.commerce.counter.types import RefundContent, SaleContent, Tendered, TicketLine
from regulars.foundation.actors import SYSTEM, Actor, ActorKind
from regulars.foundation.ids import public_id
from regulars.members.profiles.services import member_enrol
from regulars.organization.devices.services import device_present, device_register
from regulars.organization.overrides.services import override_allow, pin_set
from regulars.organization.staff.services import staff_create
from regulars.rules.programs.services import starter_content
from tests.counter.hands import till_of
from tests.shop import shop_opened

PASSWORD = "plain-Tea-7781"
PIN = "740913"
PEOPLE = {
    "li": ("李经理", "owner", "zh-hans"),
    "ann": ("Ann", "cashier", "en"),
    "bea": ("Bea", "cashier", "en"),
    "oz": ("Oz", "auditor", "en"),
    "lin": ("林店长", "owner", "zh-hans"),
}


TODAY = date(2025, 3, 8)  # a Saturday
BIG = {
    "code": "big",
    "name": {"en": "Bonus over 200", "zh-Hans": "满 200 加赠"},
    "on": "order.paid",
    "when": "order.net_minor >= 20000",
    "earn_flat": {"asset": "beans", "amount": 50},
}


class Counter:
    """A till of store s1 with its people. What it sends is numbered as a real till does."""

    def __init__(self, shop):
        self.shop = shop
        self.people = {}
        with shop.time():
            pin_set(actor=self.li, pin=PIN)
            _, self.secret = device_register(actor=SYSTEM, name="Till 1", kind="till", store="s1")
            self.device = device_present(text=self.secret)
            self.till = terminal_open(actor=self.ann, device=self.device)
        self.count = 0

    def person(self, username):
        """One of PEOPLE, who can sign in from when she is first needed."""
        if username not in self.people:
            name, role, language = PEOPLE[username]
            with self.shop.time():
                staff = staff_create(
                    actor=SYSTEM,
                    username=username,
                    display_name=name,
                    password=PASSWORD,
                    role=role,
                    language=language,
                )
            self.people[username] = Actor(ActorKind.STAFF, staff.id)
        return self.people[username]

    @property
    def ann(self):
        return self.person("ann")

    @property
    def li(self):
        return self.person("li")

    def open(self, float_minor=20_000):
        with self.shop.time():
            return shift_open(actor=self.ann, till=self.till, float_minor=float_minor)

    def content(self, *amounts, member=None, cash=None, given=0, **more):
        """A sale of these amounts; paid in cash unless tenders are given."""
        self.count += 1
        lines = tuple(
            [each if isinstance(each, TicketLine) else TicketLine(each) for each in amounts]
        )
        sale = SaleContent(
            sequence=more.pop("sequence", self.count),
            occurred_at=more.pop("occurred_at", self.shop.now),
            lines=lines,
            tenders=more.pop("tenders", ()),
            member=self.id_of(member) if member else "",
            **more,
        )
        if sale.tenders or not sale.net_minor:
            return sale
        tenders = (Tendered("cash", cash if cash is not None else sale.net_minor, given),)
        return msgspec.structs.replace(sale, tenders=tenders)

    def id_of(self, name):
        return public_id("mem", self.shop.members[name])

    def sell(self, *amounts, actor=None, by=None, **more):
        return self.take(self.content(*amounts, **more), actor=actor, by=by)

    def take(self, sale, actor=None, by=None):
        with self.shop.time():
            return sale_take(
                actor=actor or self.ann,
                till=self.till,
                sale=sale,
                override=self.allowed(by, sale.sequence),
            )

    def allowed(self, by, sequence, asked_by=None):
        """The exception that somebody beside Ann allows for the receipt of this count."""
        if by is None:
            return ""
        with self.shop.time():
            return override_allow(
                manager=self.person(by).id,
                pin=PIN,
                right="counter.approve",
                store="s1",
                subject=f"{self.till.terminal}-{sequence:06d}",
                device=self.device.device,
                asked_by=asked_by or self.ann,
            ).public_id

    def back(self, number, amount_minor, **more):
        self.count += 1
        return RefundContent(
            sequence=self.count,
            occurred_at=self.shop.now,
            number=number,
            amount_minor=amount_minor,
            **more,
        )

    def refund(self, number, amount_minor, *, actor=None, by=None, **more):
        content = self.back(number, amount_minor, **more)
        with self.shop.time():
            return refund_make(
                actor=actor or self.ann,
                till=self.till,
                refund=content,
                override=self.allowed(by, content.sequence, actor),
            )


@pytest.fixture
def shop(clean_database, settings):
    """A shop in Shanghai at noon on Saturday 8 March 2025 with beans, Mei and Bo."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    shop = shop_opened(date(2025, 2, 1))
    shop.store()
    shop.publish(rules=[*starter_content("beans")["rules"], BIG])
    with shop.time():
        for name, shown, numbers in (
            ("mei", "梅小雨", {"phone": "13800138000", "external_id": "mei"}),
            ("bo", "Bo Wang", {"phone": "13912348000", "external_id": "bo"}),
        ):
            member = member_enrol(actor=SYSTEM, display_name=shown, store="s1", **numbers)
            shop.members[name] = member.id
    shop.on(TODAY)
    yield shop
    shop.close()


@pytest.fixture
def counter(shop):
    """The counter before its first shift."""
    return Counter(shop)


@pytest.fixture
def till(counter, chromium_path):
    """Ann's till in a browser."""
    with till_of(counter, chromium_path) as opened:
        yield opened
