"""How long the server takes for the console's main pages, whatever the number of members."""

import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
from django.contrib.auth import get_user_model
from django.test import Client

from regulars.foundation.actors import SYSTEM
from regulars.foundation.ids import new_secret
from regulars.insights.membership.services import members_measure
from regulars.insights.trading.services import open_days_measure
from regulars.ledger.days.services import days_sum, expiring_measure
from regulars.ledger.proofs.services import ledger_seal
from regulars.members.tallies.services import tallies_measure
from regulars.organization.staff.services import staff_create
from regulars.rules.purchases.services import days_close

ROUNDS = 20
PERCENT = 95
USERNAME = "bench-pages"
# The pages one has open all day; each is asked in full.
PAGES = (
    "",
    "members/",
    "members/?sort=name",
    "members/?bought_from=2020-01-01",
    "search/?q=8000",
    "programs/",
    "segments/",
    "levels/",
    "tags/",
    "stores/",
    "jobs/",
    "settings/",
)


class SlowPage(msgspec.Struct, frozen=True):
    """The slowest of the pages: within `p95_ms` 95 of 100 are answered."""

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


def slowest_page(more: Sequence[str] = (), *, rounds: int = ROUNDS) -> SlowPage:
    """The slowest of the main pages (and of `more`, the pages of some members).

    The whole request is timed, with session, rights and drawing, but not the way over the wire.
    The first round of each page warms up and is not counted.
    """
    client = _signed_in()
    found = [SlowPage(path, _p95(client, path, rounds)) for path in (*PAGES, *more)]
    return max(found, key=lambda page: page.p95_ms)


def _p95(client: Client, path: str, rounds: int) -> float:
    taken = []
    for number in range(rounds + 1):
        begun = time.perf_counter()
        answer = client.get(f"/console/{path}")
        if answer.status_code != 200:
            raise SystemExit(f"The page {path or 'today'} answered {answer.status_code}")
        if number:
            taken.append((time.perf_counter() - begun) * 1000)
    taken.sort()
    return taken[max(0, -(-len(taken) * PERCENT // 100) - 1)]


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
