"""One small merchant with two stores and somebody of every role; everything has a name that bites.

It is built once for all tests of this folder. What stands in `HOSTILE` is in names, tags, reasons,
stores, programs, cells of files and orders: a page that shows one of them as anything but text
gives itself away.
"""

import io
from contextlib import contextmanager
from datetime import date
from types import SimpleNamespace

from django.test import Client

from regulars.commerce.counter.services import sale_park, sale_take, shift_open, terminal_open
from regulars.commerce.counter.types import SaleContent, Tendered, TicketLine
from regulars.entitlements.tiers.services import ladder_save
from regulars.foundation.actors import SYSTEM, Actor, ActorKind
from regulars.foundation.audit.services import record
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.ids import public_id
from regulars.foundation.works.services import work_begin
from regulars.members.cards.services import card_bind, cards_make
from regulars.members.fields.services import field_define
from regulars.members.profiles.services import member_enrol
from regulars.members.requests.services import request_make
from regulars.members.requests.types import RequestKind
from regulars.members.signin.selectors import session_of, sessions_of
from regulars.members.tags.services import tag_create, tag_set
from regulars.organization.apikeys.services import apikey_create, keys_forgotten
from regulars.organization.apikeys.types import Scope
from regulars.organization.approvals.services import approval_request
from regulars.organization.devices.services import device_present, device_register
from regulars.organization.staff.services import role_create, staff_create
from regulars.organization.stores.services import (
    store_create,
    store_group_create,
    stores_forgotten,
)
from regulars.organization.webhooks.services import webhook_create
from regulars.rules.eventkinds.services import event_kind_define
from regulars.rules.eventkinds.types import EventField, FieldType
from regulars.rules.fileimports.services import file_add, file_check
from regulars.rules.inbound.services import inbound_connect
from regulars.rules.programs.services import program_draft_save, starter_content
from regulars.rules.segments.services import segment_save
from tests.phone import phones
from tests.shop import shop_opened

BOS_PHONE = "13912345678"
PASSWORD = "plain-Tea-7781"
TODAY = date(2025, 3, 8)
SCRIPT = "<script>alert(1)</script>"
IMAGE = '"><img src=x onerror=alert(2)>'
LINK = "javascript:alert(3)"
BRACES = "{{7*7}}${7*7}"
TURNED = "\u202egpj.exe"
FORMULA = '=HYPERLINK("http://x")'
HOSTILE = (SCRIPT, IMAGE, LINK, BRACES, TURNED, FORMULA)
PARKED = {
    "s1": "01900000-0000-7000-8000-00000000000a",
    "s2": "01900000-0000-7000-8000-00000000000b",
}
# username, role, store: the columns of the matrix that are people with a password.
STAFF = {
    "owner": ("owner", None),
    "manager": ("manager", None),
    "manager_s1": ("manager", "s1"),
    "cashier_s1": ("cashier", "s1"),
    "marketer": ("marketer", None),
    "auditor": ("auditor", None),
    "rightless": ("guest", None),
}
CLERK = "clerk"
LADDER = {
    "code": "insider",
    "name": {"en": f"Insider {SCRIPT}"},
    "qualifier": {"by": "calendar_spend"},
    "validity": {"type": "end_of_next_year"},
    "levels": [
        {"code": "insider", "name": {"en": IMAGE}, "threshold": 0},
        {"code": "vib", "name": {"en": SCRIPT}, "threshold": 35_000},
    ],
}


def named(text):
    return {"en": text, "zh-Hans": text}


def built(carrier):
    """The merchant, her people, and one thing of every kind, at each store where it has one."""
    keys_forgotten()
    stores_forgotten()
    shop = shop_opened(date(2025, 2, 1))
    shop.carrier = carrier
    stage = SimpleNamespace(
        shop=shop, people={}, devices={}, device_codes={}, shifts={}, tickets={}
    )
    with shop.time():
        for code in ("s1", "s2"):
            name = named(f"{code} {SCRIPT}")
            store_create(actor=SYSTEM, code=code, name=name, time_zone="Asia/Shanghai")
        store_group_create(actor=SYSTEM, code="east", name=named(IMAGE))
        role_create(actor=SYSTEM, code="guest", name=named(SCRIPT), rights=[])
    shop.publish(name=named(f"Beans {SCRIPT}"))
    shop.on(TODAY)
    with shop.time():
        _members(stage)
        _people(stage)
        for code in ("s1", "s2"):
            _counter(stage, code)
        _office(stage)
        _keys(stage)
    _phone(stage)
    return stage


def _members(stage):
    shop = stage.shop
    for name, shown, phone, store in (
        ("mei", IMAGE, phones.PHONE, "s1"),
        ("bo", FORMULA, BOS_PHONE, "s2"),
        ("cai", f"{SCRIPT}{TURNED}", "13700137001", "s2"),
    ):
        member = member_enrol(
            actor=SYSTEM, display_name=shown, external_id=name, phone=phone, store=store
        )
        shop.members[name] = str(member.id)
    tag_create(actor=SYSTEM, code="vip", name=named(f"{BRACES} {SCRIPT}"))
    field_define(actor=SYSTEM, code="pet", name=named(IMAGE), kind="text")
    for name in ("mei", "bo"):
        tag_set(actor=SYSTEM, member_id=shop.members[name], code="vip", reason=f"{IMAGE}{TURNED}")
    with unit_of_work() as unit:
        stage.batch = cards_make(
            unit=unit, actor=SYSTEM, name=IMAGE, prefix="VIP", first=1, count=9, digits=3
        )
        for number, name in ((1, "mei"), (2, "bo")):
            card_bind(
                unit=unit,
                actor=SYSTEM,
                member_id=shop.members[name],
                number=f"VIP00{number}",
            )
        request_make(
            unit=unit,
            actor=Actor(ActorKind.MEMBER, shop.members["mei"]),
            member_id=shop.members["mei"],
            kind=RequestKind.EXPORT,
        )
    stage.member = public_id("mem", shop.members["mei"])


def _people(stage):
    for username, (role, store) in {**STAFF, CLERK: ("cashier", None)}.items():
        where = {"store": store} if store else {}
        person = staff_create(
            actor=SYSTEM,
            username=username,
            display_name=f"{username} {SCRIPT}",
            password=PASSWORD,
            role=role,
            language="en",
            **where,
        )
        stage.people[username] = person.id


def _counter(stage, store):
    owner = Actor(ActorKind.STAFF, stage.people["owner"])
    _, secret = device_register(actor=SYSTEM, name=IMAGE, kind="till", store=store)
    device = device_present(text=secret)
    till = terminal_open(actor=owner, device=device)
    stage.devices[store] = secret, till.terminal
    stage.device_codes[store] = device.device
    stage.shifts[store] = shift_open(actor=owner, till=till, float_minor=20_000).id
    sale = SaleContent(
        sequence=1,
        occurred_at=stage.shop.now,
        lines=(TicketLine(30_000, category=SCRIPT[:24]),),
        tenders=(Tendered("cash", 30_000, 0),),
        member=stage.member,
    )
    stage.tickets[store] = sale_take(actor=owner, till=till, sale=sale).number
    sale_park(actor=owner, till=till, key=PARKED[store], label=IMAGE, content=SCRIPT)


def _office(stage):
    owner = Actor(ActorKind.STAFF, stage.people["owner"])
    stage.approvals = {
        store: approval_request(
            actor=owner,
            kind="points.credit",
            payload={"member": stage.member, "asset": "beans", "points": 90_000},
            amount=90_000,
            subject=stage.member,
            reason=f"{SCRIPT}{IMAGE}",
            key=store,
            store=store,
        ).public_id
        for store in ("s1", "s2")
    }
    draft_laid(stage)
    segment_save(
        actor=SYSTEM, code="loyal", name=named(SCRIPT), condition="member.orders_total > 0"
    )
    ladder_save(actor=SYSTEM, content=LADDER)
    event_kind_define(
        actor=SYSTEM,
        code="table.booked",
        name=named(SCRIPT),
        fields=[EventField("seats", named(IMAGE), FieldType.INTEGER)],
    )
    stage.webhook = webhook_create(
        actor=SYSTEM, name=SCRIPT, url="https://shop.example/hooks", kinds=["event.*"]
    )[0].webhook
    stage.connection = inbound_connect(actor=SYSTEM, name=IMAGE, shape="woocommerce", source="web")[
        0
    ].connection
    rows = f'Phone,Name\nnone,"{FORMULA.replace(chr(34), chr(34) * 2)}"\n1,{SCRIPT}\n'
    stage.import_id = file_add(actor=SYSTEM, stream=io.BytesIO(rows.encode()), name="m.csv").id
    file_check(actor=SYSTEM, import_id=stage.import_id)
    stage.work = work_begin(
        actor=SYSTEM, kind="members.export", screen="members", arguments={}, total=1
    ).id


def draft_laid(stage):
    """A draft to look at and to publish; whoever publishes it leaves none."""
    with stage.shop.time():
        program_draft_save(actor=SYSTEM, code="beans", content=starter_content("beans"))


def made_ready(stage):
    """The draft laid anew, and both tills seen just now: a look at them leaves no trace then."""
    draft_laid(stage)
    with stage.shop.time():
        for secret, _ in stage.devices.values():
            device_present(text=secret)


def _keys(stage):
    every = list(Scope)
    record(actor=SYSTEM, action="store.updated", subject="s1", reason=FORMULA)
    _, stage.spare = apikey_create(actor=SYSTEM, name=IMAGE, source="spare", scopes=every[:1])
    stage.keys = {}
    for scope in every:
        rest = [each for each in every if each is not scope]
        stage.keys[scope.value] = tuple(
            apikey_create(actor=SYSTEM, name=scope.value, source="till", scopes=scopes)[1]
            for scopes in (rest, [scope])
        )


def _phone(stage):
    """Two sessions of Mei's and one of Bo's."""
    shop = stage.shop
    stage.token = phones.signed_in(shop).token
    for phone in (phones.PHONE, BOS_PHONE):
        phones.signed_in(shop, phone)
    with shop.time():
        here = session_of(stage.token).public_id
        mine = [each.public_id for each in sessions_of(shop.members["mei"])]
        mine.remove(here)
        stage.sessions = {"own": mine[0], "other": sessions_of(shop.members["bo"])[0].public_id}


@contextmanager
def signed_in(stage, role):
    """The browser of somebody with this role, at the shop's time."""
    client = Client()
    client.cookies["django_language"] = "en"
    with stage.shop.time():
        if role in STAFF:
            given = {"username": role, "password": PASSWORD}
            assert client.post("/console/sign-in/", given).status_code == 302
        if role == "member":
            client.cookies["regulars_member"] = stage.token
        yield client
