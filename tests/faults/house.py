"""A shop for races: members with exact balances, and servers with or without their protections."""

from collections import Counter
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path

from regulars.foundation import ids
from regulars.foundation.actors import SYSTEM
from regulars.foundation.database.connections import APP_ROLE, OWNER_ROLE
from regulars.foundation.database.session import unit_of_work
from regulars.ledger.book.services import verbs_run
from regulars.ledger.book.types import Credit, Post
from regulars.organization.apikeys.services import apikey_create
from regulars.organization.apikeys.types import Scope
from regulars.rules.programs.services import starter_content
from tests.faults.sums import sums_of
from tests.faults.tills import together
from tests.foundation.servers import server_start
from tests.shop import SHANGHAI, shop_opened

ROOT = Path(__file__).resolve().parents[2]
_numbers = count(1)


def key():
    """A key that nobody used before."""
    return f"key-{next(_numbers)}"


def shop_with_everything():
    """A shop whose beans may be given away and spent from the first one on."""
    shop = shop_opened(date(2014, 1, 1))
    shop.store()
    starter = starter_content("beans")
    assets = [starter["assets"][0] | {"transferable": True}]
    shop.publish(assets=assets, redemption=starter["redemption"] | {"minimum_balance": 0})
    shop.at = datetime.now(SHANGHAI)
    return shop


def api_key_made():
    """An API key that may do everything, as text."""
    return apikey_create(actor=SYSTEM, name="till", source="till", scopes=list(Scope))[1]


class House:
    """The shop, and its servers: the honest one, and those with something taken out."""

    def __init__(self, database, folder):
        self.database = database
        self.folder = folder
        self.shop = shop_with_everything()
        self.api_key = api_key_made()
        self.servers = {}

    def close(self):
        for server in self.servers.values():
            server.stop()
        self.shop.close()

    def port(self, sabotage=""):
        """The port of the server with these protections taken out; starts it at first use."""
        if sabotage not in self.servers:
            environment = {
                "DATABASE_URL": self.database.url(APP_ROLE),
                "REGULARS_OWNER_DATABASE_URL": self.database.url(OWNER_ROLE),
            }
            module = "regulars"
            if sabotage:
                module = "tests.faults.sabotage"
                environment |= {"REGULARS_SABOTAGE": sabotage, "PYTHONPATH": str(ROOT)}
                meeting = self.folder / f"{sabotage}-meeting"
                meeting.mkdir(parents=True)
                environment["REGULARS_MEETING"] = str(meeting)
            folder = self.folder / (sabotage or "honest")
            self.servers[sabotage] = server_start(
                environment, folder, "--workers", "2", "--no-jobs", module=module
            )
            self.servers[sabotage].wait_ready()
        return self.servers[sabotage].port

    def together(self, sabotage, clients, work):
        return together(self.port(sabotage), self.api_key, clients, work)

    def member(self, points=0, *, dies_at=None):
        """A new member with so many beans in one lot; answers the external id."""
        name = f"member-{next(_numbers)}"
        self.shop.member(name)
        if points and dies_at:
            self.given(name, points, dies_at)
        elif points:
            self.shop.one(self.shop.sale(name, points * 100), source="opening")
        return name

    def given(self, name, points, dies_at):
        """Beans that die at an instant of our choice."""
        now = datetime.now(UTC)
        post = Post(
            key=ids.new_id(),
            holder_id=self.id(name),
            kind="earn",
            movements=(Credit(self.asset_id(), points, by_policy=False, expires_at=dies_at),),
            occurred_at=now,
            business_date=now.date(),
            actor=SYSTEM,
        )
        with unit_of_work() as unit:
            verbs_run(unit, [post])

    def asset_id(self):
        with unit_of_work() as unit:
            return unit.fetch("SELECT id FROM ledger_asset WHERE code = 'beans'")[0][0]

    def id(self, name):
        """The holder's id inside the house."""
        return self.shop.members[name]

    def public(self, name):
        return ids.public_id("mem", self.id(name))

    def sale(self, name, net_minor):
        """The body of a sale at this instant, with an event id and a document of its own."""
        number = next(_numbers)
        return {
            "event_id": f"sale-{number}",
            "kind": "order.paid",
            "occurred_at": datetime.now(UTC).isoformat(),
            "member": {"id": self.public(name)},
            "store": "s1",
            "document": f"R-{number}",
            "order": {"currency": "CNY", "net_minor": net_minor},
        }

    def refund(self, document, net_minor, part):
        return {
            "event_id": f"refund-{next(_numbers)}",
            "kind": "order.refunded",
            "occurred_at": datetime.now(UTC).isoformat(),
            "document": document,
            "part": part,
            "refund": {"net_minor": net_minor},
        }

    def wrong_sums(self, name, balance):
        """What is wrong with a member's sums, where `balance` beans must be left."""
        found = sums_of(self.id(name))
        return [] if found == (balance,) * 3 else [f"{name}: {found} instead of {balance}"]


def wrong_outcomes(replies, expected):
    """What is wrong with the outcomes of many replies: `expected` counts each outcome."""
    found = Counter(reply.outcome for reply in replies)
    return [] if found == +Counter(expected) else [f"{dict(found)} instead of {expected}"]
