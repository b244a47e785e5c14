"""Clients that send until they have a definite answer, and the check of what they were told."""

import threading
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPException

from tests.faults.house import key
from tests.faults.sums import rows, sums_of
from tests.faults.tills import Till

ANSWER_SECONDS = 20
GIVE_UP_SECONDS = 60
PAUSE_SECONDS = 0.1
SALE_BEANS, PAID_BEANS = 10, 5

EVENTS = (
    "SELECT external_id, receipt FROM rules_event WHERE source = 'till' AND holder_id = ANY(%s)"
)
ENTRIES = """
    SELECT e.kind, count(*) FROM ledger_entry e WHERE e.holder_id = %s AND e.kind <> 'expire'
    GROUP BY e.kind
"""


@dataclass(frozen=True)
class Told:
    """An acknowledged effect: whose, under which key, in which words, when."""

    member: str
    kind: str
    key: str
    receipt: str
    at: float


@dataclass
class Load:
    """What all clients saw."""

    told: list[Told] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    troubles: Counter = field(default_factory=Counter)
    longest: float = 0.0
    stop: threading.Event = field(default_factory=threading.Event)

    def client(self, house, port, names, place):
        """One client: sales and payments in turn, for one member after the other."""
        with closing(Till(port, house.api_key, patience=ANSWER_SECONDS)) as till:
            turn = place
            while not self.stop.is_set():
                turn += 1
                name = names[turn % len(names)]
                if turn % 2:
                    body = house.sale(name, SALE_BEANS * 100)
                    self._until_told(till, name, "earn", "/events", body, body["event_id"])
                else:
                    body = {"member": {"id": house.public(name)}, "points": PAID_BEANS}
                    self._until_told(till, name, "redeem", "/redemptions", body, key())

    def _until_told(self, till, name, kind, path, body, own):
        """The same request under the same key until the answer is definite."""
        began = time.monotonic()
        while time.monotonic() - began < GIVE_UP_SECONDS:
            try:
                reply = till.post(path, body, key=own)
            except (OSError, HTTPException) as trouble:
                self.troubles[type(trouble).__name__] += 1
                till.close()
            else:
                if reply.outcome in ("done", "again"):
                    now = time.monotonic()
                    self.longest = max(self.longest, now - began)
                    self.told.append(Told(name, kind, own, reply.body.decode(), now))
                    return
                self.troubles[reply.outcome] += 1
                if reply.status != 503 or "retry-after" not in reply.headers:
                    self.wrong.append(f"{own}: {reply.outcome}")
                    return
            time.sleep(PAUSE_SECONDS)
        self.wrong.append(f"{own}: no definite answer in {GIVE_UP_SECONDS} s")


def wrong_with(house, told, names, *, before):
    """What was acknowledged and is not there, there twice, or there and never acknowledged.

    `before` is how many beans each member had, from one sale, when the load began.
    """
    holders = [house.id(name) for name in names]
    kept = {}
    for external_id, receipt in rows(EVENTS, holders):
        kept.setdefault(external_id, []).append(receipt)
    wrong = []
    for each in told:
        receipts = kept.pop(each.key, [])
        if len(receipts) != 1:
            wrong.append(f"{each.key}: acknowledged, there {len(receipts)} times")
        elif receipts[0] != each.receipt:
            wrong.append(f"{each.key}: another receipt than the one that was told")
    wrong += [f"{external_id}: there, never acknowledged" for external_id in kept]
    for name in names:
        counted = Counter(each.kind for each in told if each.member == name)
        beans = before + SALE_BEANS * counted["earn"] - PAID_BEANS * counted["redeem"]
        if (found := sums_of(house.id(name))) != (beans,) * 3:
            wrong.append(f"{name}: {found} beans instead of {beans}")
        counted["earn"] += 1
        if (found := dict(rows(ENTRIES, house.id(name)))) != counted:
            wrong.append(f"{name}: {found} entries instead of {dict(counted)}")
    return wrong
