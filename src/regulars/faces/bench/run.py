"""The run: every figure once, in an order in which one prepares the next.

What levels and segments leave behind would slow the plain figures down, so they come after them;
the full program is measured last of what goes over HTTP. A figure that can't be measured is
reported as failed, and the run goes on.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import msgspec
import typer
from django.db import connections

from regulars.faces.bench.figures import Figures
from regulars.faces.bench.full import shop_filled
from regulars.faces.bench.history import month_simulated
from regulars.faces.bench.importing import members_import_rate
from regulars.faces.bench.loading import (
    Door,
    Load,
    best_load,
    load_maker,
    load_run,
    sale_body,
)
from regulars.faces.bench.many_rules import many_rules_measured
from regulars.faces.bench.pages import jobs_caught_up, pages_measured
from regulars.faces.bench.people import SEARCHED
from regulars.faces.bench.scanning import counter_scan_p95
from regulars.faces.bench.searching import member_search_p95
from regulars.faces.bench.segmenting import purchases_made, segment_count_seconds
from regulars.faces.bench.stage import (
    balances_opened,
    database_settled,
    database_warmed,
    in_processes,
    members_enrolled,
    pgbench_tps,
    server_running,
    shop_opened,
    tree_memory_mb,
)
from regulars.faces.bench.tiering import ladder_rested, settlement_ratio
from regulars.foundation import clock
from regulars.foundation.actors import job
from regulars.foundation.database.embedded import database_running
from regulars.foundation.database.migrations import migrate
from regulars.foundation.database.session import pool_close, unit_of_work
from regulars.foundation.ids import new_id, public_id
from regulars.foundation.settings import RegularsSettings
from regulars.ledger.book.services import expiry_run
from regulars.ledger.proofs.services import ledger_prove, ledger_seal
from regulars.rules.intake.services import BATCH_MAX, process
from regulars.rules.intake.types import EventDocument

SMALL = 10_000
PROCESSES = 2
IMPORT_PARTS = 3  # as `regulars import` has on two cores
EVENT_COST_BATCH = 500
# Rows of the imported file: one for so many members who are there already.
IMPORTED_SHARE = 10
_EVENT = msgspec.json.Decoder(EventDocument)


class Scale(msgspec.Struct, frozen=True):
    """How large and long a run is: whole for the record, small to see that it works."""

    members: int
    seconds: int
    pgbench_seconds: int
    baskets: int
    judged: int


WHOLE = Scale(members=1_000_000, seconds=10, pgbench_seconds=15, baskets=14_000, judged=4_000)
TRIAL = Scale(members=20_000, seconds=2, pgbench_seconds=2, baskets=1_000, judged=400)


def bench_run(settings: RegularsSettings, scale: Scale, folder: Path) -> Figures:
    """Measures everything against a fresh database in the settings' data directory."""
    figures = Figures()
    with _database(settings):
        key, members, small_cost = _opened(figures, settings, scale)
        _ledger_measured(figures, settings, members)
        database_settled(settings)
        _step("events at all members")
        with figures.trying("event_cost_1m_to_10k"):
            cost = _event_cost("large", scale.members)
            figures.add("event_cost_1m_to_10k", cost / small_cost)
        _step("import")
        with figures.trying("import"):
            figures.add_rate("import", _import_rate(scale))
        ledger_seal(roots_file=settings.roots_file)  # or the job worker would do it beside HTTP
        database_settled(settings)
        _reading_measured(figures, scale)
    ledger_file = folder / "members.txt"
    ledger_file.write_text("\n".join(public_id("mem", each) for each in members[:100_000]))
    door = Door(settings.port, key, scale.seconds, scale.members)
    with figures.trying("http"), server_running(settings, with_jobs=True):
        _http_measured(figures, settings, door, ledger_file)
    with _database(settings):
        _groups_measured(figures, settings)
        _simulate_measured(figures, scale)
        _step("the full program")
        with figures.trying("full_program"):
            shop_filled()
        database_settled(settings)
    with figures.trying("http_full"), server_running(settings, with_jobs=True):
        _full_measured(figures, settings, door)
    with _database(settings), figures.trying("expiry_of_1m_lots"):
        _step("expiry")
        figures.add("expiry_of_1m_lots", _expiry_seconds())
    with _database(settings), figures.trying("members_import_per_second"):
        _step("import of members")
        rates = members_import_rate(scale.members // IMPORTED_SHARE, PROCESSES)
        figures.add("members_import_per_second", rates.taken)
        figures.add("members_import_checked_per_second", rates.checked)
    _step("cold start")
    with (
        figures.trying("cold_start"),
        server_running(settings, with_jobs=True) as seconds,
    ):
        figures.add("cold_start", seconds)
    figures.complete()
    return figures


@contextmanager
def _database(settings: RegularsSettings) -> Iterator[None]:
    """The database while it runs; connections to one that ended are of no use any more."""
    pool_close()
    connections.close_all()
    with database_running(settings):
        yield
        pool_close()
        connections.close_all()


def _step(name: str) -> None:
    typer.echo(f"… {name}", err=True)


def _opened(
    figures: Figures, settings: RegularsSettings, scale: Scale
) -> tuple[str, list[str], float]:
    """The key, the members' ids, and what an event costs while there are few members."""
    migrate()
    _step("pgbench")
    figures.add("pgbench_tps", pgbench_tps(settings, seconds=scale.pgbench_seconds))
    key = shop_opened()
    members = [new_id() for _ in range(scale.members)]
    members_enrolled(range(SMALL), members)
    _step("events at 10,000 members")
    small_cost = _event_cost("small", SMALL)
    _step("members")
    share = (scale.members - SMALL) // PROCESSES

    def part(number: int) -> None:
        first = SMALL + number * share
        last = scale.members if number + 1 == PROCESSES else first + share
        members_enrolled(range(first, last), members)

    figures.add("enrol_bulk_per_second", (scale.members - SMALL) / in_processes(PROCESSES, part))
    return key, members, small_cost


def _ledger_measured(figures: Figures, settings: RegularsSettings, members: list[str]) -> None:
    _step("ledger post")
    half = len(members) // PROCESSES

    def open_balances(number: int) -> None:
        balances_opened(members[number * half : (number + 1) * half], 100_000)

    with figures.trying("ledger_post"):
        seconds = in_processes(PROCESSES, open_balances)
        figures.add_rate("ledger_post", half * PROCESSES / seconds)
    _step("seal and prove")
    with figures.trying("prove_1m_entries"):
        began = time.monotonic()
        ledger_seal(roots_file=settings.roots_file)
        figures.add("seal_1m_entries", (time.monotonic() - began) * 1_000_000 / len(members))
        began = time.monotonic()
        results = ledger_prove(roots_file=settings.roots_file)
        differences = [each for each in results if not each.holds]
        if differences:
            raise SystemExit(f"The ledger does not prove: {differences[0]}")
        figures.add("prove_1m_entries", (time.monotonic() - began) * 1_000_000 / len(members))


def _reading_measured(figures: Figures, scale: Scale) -> None:
    _step("search")
    with figures.trying("member_search_p95"):
        figures.add("member_search_p95", member_search_p95(SEARCHED))
    _step("100 rules")
    with figures.trying("many_rules"):
        found = many_rules_measured(events=scale.judged)
        figures.add("many_rules_3_us", found.few_us)
        figures.add("many_rules_100_us", found.many_us)
        figures.add("many_rules", found.ratio)


def _lines(
    run: str, number: int, count: int, members: int, share: tuple[int, int] = (1, 0)
) -> list[str]:
    """Sales of members all over the place; with a share (2, 1), of every second member only."""
    parts, part = share
    return [
        sale_body(
            run,
            f"{number}-{place}",
            (number * 7919 + place * 104_729) % (members // parts) * parts + part,
        )
        for place in range(count)
    ]


def _sales(run: str, number: int, count: int, members: int) -> list[EventDocument]:
    return [_EVENT.decode(line) for line in _lines(run, number, count, members)]


def _sold(run: str, batches: range, members: int) -> None:
    for number in batches:
        _booked(_sales(run, number, EVENT_COST_BATCH, members))


def _booked(items: list[EventDocument], *, imported: bool = False) -> None:
    for answer in process(items, source="bench", actor=job("bench"), imported=imported):
        if isinstance(answer, Exception):
            raise answer


def _event_cost(run: str, members: int) -> float:
    """Seconds for an event in batches of 500, the best of three stretches of ten batches."""
    _sold(f"{run}-warm", range(5), members)
    best = 1e9
    for stretch in range(3):
        began = time.monotonic()
        _sold(f"{run}-{stretch}", range(10), members)
        best = min(best, (time.monotonic() - began) / 5000)
    return best


def _import_rate(scale: Scale) -> float:
    """Events a second through the intake from three processes, one part of the members each."""
    batches = max(10, scale.members // 10_000)

    # The lines of a file, which are there before an import begins; decoding them is part of it.
    parts = [
        [
            _lines(f"import-{part}", number, BATCH_MAX, scale.members, (IMPORT_PARTS, part))
            for number in range(batches)
        ]
        for part in range(IMPORT_PARTS)
    ]

    def part(number: int) -> None:
        for lines in parts[number]:
            _booked([_EVENT.decode(line) for line in lines], imported=True)

    return IMPORT_PARTS * batches * BATCH_MAX / in_processes(IMPORT_PARTS, part)


def _http_measured(figures: Figures, settings: RegularsSettings, door: Door, members: Path) -> None:
    time.sleep(3)
    with figures.trying("idle_memory"):
        figures.add("idle_memory", tree_memory_mb(_root_pid()))
    # The server has just started: its database has nothing in memory.
    _step(f"HTTP warm-up, {load_maker()}")
    with figures.trying("database_warmed"):
        database_warmed(settings)
    load_run("purchase", door, connections=64, run="warm")
    load_run("redemption", door, connections=64, run="warm")
    for name in ("purchase", "redemption"):
        _step(f"HTTP {name}")
        with figures.trying(f"http_{name}"):
            load = best_load(name, door, run=name, sizes=(16, 64, 128))
            _load_kept(figures, f"http_{name}", load)
    _step("HTTP batch")
    with figures.trying("http_batch"):
        figures.add_rate("http_batch", _batch_rate(door, "batch"))
    _step("HTTP balance")
    with figures.trying("http_balance"):
        balance = load_run("balance", door, connections=64, run=str(members))
        figures.add("http_balance", balance.per_second)
    _step("scans at the counter")
    with figures.trying("counter_scan_p95"):
        figures.add("counter_scan_p95", counter_scan_p95(settings.port, door.members))


def _load_kept(figures: Figures, name: str, load: Load) -> None:
    figures.add_rate(name, load.per_second)
    figures.add(f"{name}_connections", load.connections)
    figures.add(f"{name}_p50_ms", load.p50_ms)
    figures.add(f"{name}_p95_ms", load.p95_ms)
    figures.add(f"{name}_refused", load.refused)


def _groups_measured(figures: Figures, settings: RegularsSettings) -> None:
    """Segments and levels over everybody, each with a purchase or two of the last year."""
    _step("purchases of a year")
    with figures.trying("purchases_of_a_year"):
        purchases_made()
    database_settled(settings)
    _step("segments")
    with figures.trying("segment_count"):
        figures.add("segment_count", segment_count_seconds())
    _step("pages of the console")
    with figures.trying("console_page_p95"):
        jobs_caught_up(settings.roots_file)
        pages = pages_measured(["programs/beans/"])
        figures.add("console_page_p95", pages[0].p95_ms)
        for page in pages:
            _step(f"{page.p95_ms:.0f} ms: {page.path or 'today'}")
    _step("levels")
    with figures.trying("level_settlement"):
        figures.add("level_settlement", settlement_ratio())
    with figures.trying("ladder_rested"):
        ladder_rested()  # or every sale that follows would be counted on it


def _simulate_measured(figures: Figures, scale: Scale) -> None:
    _step("simulate")
    with figures.trying("simulate_events_per_second"):
        whose, simulation = month_simulated(scale.baskets)
        figures.add(f"simulate_{whose}_events", simulation.events)
        figures.add("simulate_events_per_second", simulation.events_per_second)


def _full_measured(figures: Figures, settings: RegularsSettings, door: Door) -> None:
    """Sales again, now under the full program."""
    _step("HTTP with the full program")
    with figures.trying("database_warmed"):
        database_warmed(settings)
    load_run("purchase", door, connections=64, run="warm-full")
    with figures.trying("http_purchase_full"):
        load = best_load("purchase", door, run="full", sizes=(16, 64, 128))
        _load_kept(figures, "http_purchase_full", load)
    with figures.trying("http_batch_full"):
        figures.add_rate("http_batch_full", _batch_rate(door, "batch-full"))


def _batch_rate(door: Door, run: str) -> float:
    """The best of several numbers of connections."""
    return max(_batches_booked(door, f"{run}-{size}", size) for size in (2, 4, 8))


def _batches_booked(door: Door, run: str, connections: int) -> float:
    """Events a second that were booked: an answer of 200 may carry refusals, so rows count."""
    before = _events_booked()
    began = time.monotonic()
    load_run("batch", door, connections=connections, run=run)
    seconds = time.monotonic() - began
    return (_events_booked() - before) / seconds


def _events_booked() -> int:
    with unit_of_work() as unit:
        return int(unit.fetch("SELECT count(*) FROM rules_event")[0][0])


def _root_pid() -> int:
    """The supervisor: the parent of everything that serves; it is our own youngest child."""
    children = Path("/proc/self/task").iterdir()
    pids = [int(pid) for task in children for pid in (task / "children").read_text().split()]
    return max(pids)


def _expiry_seconds() -> float:
    """Seconds for a million lots; everything posted here is dead in ten years."""
    with unit_of_work() as unit:
        lots = int(unit.fetch("SELECT count(*) FROM ledger_lot WHERE is_open")[0][0])
    began = time.monotonic()
    expiry_run(at=clock.now() + timedelta(days=3650), actor="job:bench")
    return (time.monotonic() - began) * 1_000_000 / lots
