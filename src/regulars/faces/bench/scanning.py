"""How long a customer waits at the till, from the scan to her name on its screen."""

import subprocess
import sys

import msgspec

from regulars.faces.bench.people import PHONE_EVERY
from regulars.faces.bench.scanning_types import Asked
from regulars.faces.pos.doors import DEVICE_COOKIE
from regulars.foundation import ids
from regulars.foundation.actors import SYSTEM
from regulars.foundation.database.session import unit_of_work
from regulars.members.cards.services import card_bind, cards_make
from regulars.members.profiles.selectors import member_find
from regulars.organization.devices.services import device_register
from regulars.organization.devices.types import DeviceKind
from regulars.organization.staff.services import role_create, staff_create

SCANS = 30
WARM = 3  # the first questions to a server that did other things until now are not counted
PERCENT = 95
PATIENCE_SECONDS = 180
WORDS_MAX = 300
STRIDE = 104_729  # members all over the place
SELLER, SELLERS_NAME = "bench-seller", {"en": "Sells only", "zh-Hans": "仅收银"}
CARD = "BENCH"
CARD_DIGITS = 6
PAGE = "regulars.faces.bench.scanning_page"


def counter_scan_p95(port: int, members: int) -> float:
    """Milliseconds within which 95 of 100 scans show the member, in Chromium at a registered till.

    Half are cards, half phones. A SystemExit says why it could not be measured: no Playwright, no
    Chromium, or a till that shows nobody.
    """
    password = ids.new_secret()
    # A role that only sells gives nothing away, so that nobody asks for a second factor.
    role_create(actor=SYSTEM, code=SELLER, name=SELLERS_NAME, rights=["counter.sell"])
    staff_create(
        actor=SYSTEM,
        username="bench-till",
        display_name="Bench",
        password=password,
        role=SELLER,
        store="bench",
        language="en",
    )
    _, device = device_register(actor=SYSTEM, name="Bench", kind=DeviceKind.TILL, store="bench")
    asked = Asked(
        address=f"http://127.0.0.1:{port}",
        cookie=DEVICE_COOKIE,
        device=device,
        username="bench-till",
        password=password,
        scans=_scans(members),
    )
    done = subprocess.run(
        [sys.executable, "-m", PAGE],
        input=msgspec.json.encode(asked),
        capture_output=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    if done.returncode:
        words = done.stderr.decode("utf-8", "replace").strip()
        raise SystemExit(words[-WORDS_MAX:] or f"Chromium's process ended with {done.returncode}.")
    taken = sorted(msgspec.json.decode(done.stdout, type=list[float])[WARM:])
    return taken[max(0, -(-len(taken) * PERCENT // 100) - 1)]


def _scans(members: int) -> tuple[str, ...]:
    """Phones and cards by turns; the cards are made and given here."""
    texts: list[str] = []
    with unit_of_work() as unit:
        cards_make(
            unit=unit,
            actor=SYSTEM,
            name="Bench",
            prefix=CARD,
            first=1,
            count=SCANS + WARM,
            digits=CARD_DIGITS,
        )
    for place in range(1, SCANS + WARM + 1):
        number = place * STRIDE % members // PHONE_EVERY * PHONE_EVERY
        if place % 2:
            texts.append(f"139{number:08}")
            continue
        text = f"{CARD}{place:0{CARD_DIGITS}}"
        member = member_find("external_id", f"m{number + 1}")
        with unit_of_work() as unit:
            card_bind(unit=unit, actor=SYSTEM, member_id=member.id, number=text)
        texts.append(text)
    return tuple(texts)
