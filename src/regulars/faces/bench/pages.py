"""How long the server takes for the main pages, whatever the number of members."""

import time
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path

import msgspec
from django.contrib.auth import get_user_model
from django.db import transaction
from django.test import Client

from regulars.faces.h5.door import SESSION_COOKIE
from regulars.foundation.actors import SYSTEM
from regulars.foundation.ids import new_secret, public_id
from regulars.insights.membership.services import members_measure
from regulars.insights.trading.services import open_days_measure
from regulars.ledger.days.services import days_sum, expiring_measure
from regulars.ledger.proofs.services import ledger_seal
from regulars.members.profiles.selectors import identifier_digest, member_by_digest
from regulars.members.signin.services import session_begin
from regulars.members.tallies.services import tallies_measure
from regulars.organization.staff.services import staff_create
from regulars.rules.purchases.services import days_close

ROUNDS = 20
PERCENT = 95
USERNAME = "bench-pages"
CONSOLE, PHONE = "/console/", "/m/"
# The pages that the navigation leads to, and those behind them; each is asked in full.
PAGES = (
    "",
    "takings/",
    "shifts/",
    "day-ends/",
    "members/",
    "members/?sort=name",
    "members/?bought_from=2020-01-01",
    "search/?q=8000",
    "programs/",
    "programs/calendar/",
    "programs/versions/",
    "assets/",
    "segments/",
    "levels/",
    "tags/",
    "presets/",
    "stores/",
    "staff/",
    "devices/",
    "api-keys/",
    "jobs/",
    "jobs/queue/",
    "approvals/",
    "audit/",
    "settings/",
    "health/",
)
# Of a member: of another one each time.
PORTRAIT = ("", "?tab=purchases", "?tab=assets", "?tab=timeline", "?tab=cards", "?tab=tags")
OWN = ("", "points/", "level/", "me/", "me/cards/", "me/consents/")


class SlowPage(msgspec.Struct, frozen=True):
    """A page: within `p95_ms` 95 of 100 are answered."""

    path: str
    p95_ms: float


def jobs_caught_up(roots_file: Path) -> None:
    """Does what the job worker does every few minutes, and could not do beside the bench."""
    ledger_seal(roots_file=roots_file)
    days_sum()
    days_close()
    expiring_measure()
    members_measure()
    open_days_measure()
    tallies_measure()


def pages_measured(more: Sequence[str] = (), *, rounds: int = ROUNDS) -> list[SlowPage]:
    """The console's main pages and `more`, a member's portrait and her phone's pages, the slowest
    first.

    The whole request is timed, with session, rights and drawing, but not the way over the wire.
    The first round of each page warms up and is not counted.
    """
    digests = [identifier_digest("external_id", f"m{number * 7}") for number in range(rounds + 1)]
    members = [member_by_digest(digest) or "" for digest in digests]
    client = _signed_in()
    phones = [_phone(*known) for known in zip(members, digests, strict=True)]
    pages = [(path, [(client, f"{CONSOLE}{path}")]) for path in (*PAGES, *more)]
    for tab in PORTRAIT:
        asked = [f"{CONSOLE}members/{public_id('mem', member)}/{tab}" for member in members]
        pages.append((f"members/…/{tab}", [(client, each) for each in asked]))
    pages += [(f"{PHONE}{path}", [(phone, f"{PHONE}{path}") for phone in phones]) for path in OWN]
    found = [SlowPage(path, _p95(asked, rounds)) for path, asked in pages]
    return sorted(found, key=lambda page: -page.p95_ms)


def _p95(asked: Sequence[tuple[Client, str]], rounds: int) -> float:
    taken = []
    for number, (client, path) in zip(range(rounds + 1), cycle(asked), strict=False):
        begun = time.perf_counter()
        answer = client.get(path)
        if answer.status_code != 200:
            raise SystemExit(f"The page {path} answered {answer.status_code}")
        if number:
            taken.append((time.perf_counter() - begun) * 1000)
    taken.sort()
    return taken[max(0, -(-len(taken) * PERCENT // 100) - 1)]


def _phone(member_id: str, digest: str) -> Client:
    """A phone on which the member is signed in."""
    client = Client(SERVER_NAME="localhost")
    with transaction.atomic():
        token = session_begin(member_id=member_id, number_digest=digest, device="bench")
    client.cookies[SESSION_COOKIE] = token
    return client


def _signed_in() -> Client:
    """A browser at which an auditor has signed in: she may see every page and change none."""
    staff_create(
        actor=SYSTEM,
        username=USERNAME,
        display_name="Bench",
        password=new_secret(),
        role="auditor",
        language="en",
    )
    client = Client(SERVER_NAME="localhost")
    client.force_login(get_user_model()._default_manager.get_by_natural_key(USERNAME))
    return client
