"""Verifies an exported ledger, without Regulars and without a database.

    python verifier.py export.jsonl [ledger-roots.jsonl]

This file needs nothing but Python 3.9 or newer: copy it anywhere. It recomputes every balance,
lot, debt, hold, hash and root in its own way and names the first line that is wrong. With the
file of published roots it also proves that the sealed part of the log is the published one.
Exit code: 0 all is well, 1 something is wrong, 2 the files can't be read.

An entry's hash is SHA-256 over its lines exactly as they stand in the export: the line of the
entry, its postings, its lots, its uses, each with its newline. The root of a segment is SHA-256
over "regulars-segment-1 number first last entries previous\\n" and then the 32-byte hashes of its
entries in the order of the log; the first segment follows 64 zeros.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

FORMAT = "regulars-ledger-1"
COLUMNS = {
    "entry": "seq id holder_id key digest kind reverses_id event_id actor reason_digest "
    "occurred_at business_date recorded_at",
    "posting": "holder_id ordinal asset_id credit amount counter rule balance_after",
    "lot": "id holder_id asset_id origin_id parent_id amount earned_at available_at expires_at",
    "use": "holder_id lot_id ordinal asset_id amount purpose",
    "seal": "segment hash",
    "segment": "number first_seq last_seq entries previous root",
    "asset": "id code shortfall",
    "holder": "id merged_into",
    "lot_now": "id remaining held is_open",
    "hold": "id holder_id asset_id amount state entry_id",
    "hold_lot": "hold_id lot_id amount",
    "account": "holder_id asset_id balance held debt",
}
NAMES = {kind: columns.split() for kind, columns in COLUMNS.items()}

Owner = tuple[str, int]  # holder, asset


class Wrong(Exception):
    """The first thing that is not as it must be."""


def expect(what: str, expected: object, found: object) -> None:
    """Stops the verification when two figures differ."""
    if expected != found:
        raise Wrong(f"{what}: expected {expected!r}, found {found!r}")


def ensure(holds: object, sentence: str) -> None:
    """Stops the verification with a sentence."""
    if not holds:
        raise Wrong(sentence)


class Lot:
    """A lot as its entry made it, and what is left of it."""

    __slots__ = ("amount", "held", "kept", "left", "owner")

    def __init__(self, owner: Owner, amount: int, kept: tuple[Any, ...]) -> None:
        self.owner = owner
        self.amount = self.left = amount
        self.kept = kept  # origin, earned at, available at, expires at
        self.held: int | None = None  # known when the tables' word for it is read


class Entry:
    """The entry being read: its rows are judged together when it ends."""

    def __init__(self, line: bytes, row: list[Any]) -> None:
        self.seq, self.id, self.holder, self.key = row[:4]
        self.kind, self.reverses, self.occurred_at = row[5], row[6], row[10]
        self.sha: Any = hashlib.sha256(line)
        self.last_lot = ""
        self.change: dict[Owner, int] = defaultdict(int)  # lots made − used − balance moved
        self.taken_back: dict[Owner, int] = defaultdict(int)  # debits that may become a debt
        self.repaid: dict[Owner, int] = defaultdict(int)
        self.transit: dict[tuple[int, bool], dict[str, int]] = defaultdict(dict)
        self.spoken: dict[tuple[Any, ...], int] = defaultdict(int)  # posted − used
        self.given: dict[str, int] = defaultdict(int)  # of a lot: taken − made for the receiver
        self.spent: dict[str, int] = defaultdict(int)
        self.moved: dict[tuple[int, bool, str], int] = defaultdict(int)


class Ledger:
    """Everything recomputed from the lines read so far."""

    def __init__(self) -> None:
        self.entry: Entry | None = None
        self.last_seq = 0
        self.unsealed: str | None = None  # the first entry without a seal
        self.assets: dict[int, list[Any]] = {}  # code, shortfall
        self.holders: dict[str, list[Any]] = {}  # merged into
        self.holds: dict[str, list[Any]] = {}
        self.hold_lots: dict[str, list[tuple[str, int]]] = defaultdict(list)
        self.entries: dict[str, str] = {}  # id -> holder
        self.keys: set[tuple[str, str]] = set()
        self.balance: dict[Owner, int] = defaultdict(int)
        self.debt: dict[Owner, int] = defaultdict(int)
        self.lots: dict[str, Lot] = {}
        self.moved: dict[str, dict[tuple[int, bool, str], int]] = {}
        self.spent: dict[str, dict[str, int]] = {}
        self.so_far: dict[Any, int] = defaultdict(int)  # reversed, and refilled
        self.late: list[tuple[str, str, str]] = []  # uses after death, right only under a hold
        self.hashes: list[tuple[int, bytes]] = []  # of the segment that is open
        self.segments: list[list[Any]] = []
        self.accounts: dict[Owner, list[int]] = {}
        self.is_ended = False


def on_entry(ledger: Ledger, line: bytes, row: list[Any]) -> None:
    entry = Entry(line, row)
    name = f"entry {entry.id}"
    ensure(entry.seq > ledger.last_seq, f"{name}: its number {entry.seq} is not above the last")
    ensure(entry.holder in ledger.holders, f"{name}: there is no holder {entry.holder}")
    is_new = entry.id not in ledger.entries and (entry.holder, entry.key) not in ledger.keys
    ensure(is_new, f"{name}: its id or key was used before")
    if entry.reverses:
        ensure(entry.reverses in ledger.entries, f"{name}: reverses what is not before it")
        expect(f"{name}: holder of its origin", entry.holder, ledger.entries[entry.reverses])
    ledger.keys.add((entry.holder, entry.key))
    ledger.last_seq = entry.seq
    ledger.entry = entry


def entry_of(ledger: Ledger, line: bytes = b"") -> Entry:
    """The entry that a row belongs to, whose hash it goes into."""
    if ledger.entry is None or ledger.entry.sha is None:
        raise Wrong("a row that belongs to no entry")
    ledger.entry.sha.update(line)
    return ledger.entry


def on_posting(ledger: Ledger, line: bytes, row: list[Any]) -> None:
    holder, ordinal, asset, credit, amount, counter, _rule, after = row
    entry = entry_of(ledger, line)
    name = f"entry {entry.id}, posting {ordinal}"
    ensure(amount > 0 and asset in ledger.assets, f"{name}: {amount} of asset {asset}")
    owner, signed = (holder, asset), amount if credit else -amount
    expect(f"{name}: balance after", ledger.balance[owner] + signed, after)
    ledger.balance[owner] = after
    entry.change[owner] -= signed
    if counter == "in_transit":
        side = entry.transit[(asset, credit)]
        side[holder] = side.get(holder, 0) + amount
    else:
        expect(f"{name}: holder", entry.holder, holder)
    if not credit and counter in ("expired", "in_transit"):
        entry.spoken[(*owner, counter)] += amount
    if not credit and counter != "expired":
        entry.taken_back[owner] += amount
    if holder == entry.holder:
        entry.moved[(asset, credit, counter)] += amount


def on_lot(ledger: Ledger, line: bytes, row: list[Any]) -> None:
    lot, holder, asset, origin, parent, amount, *dates = row
    entry = entry_of(ledger, line)
    ensure(lot not in ledger.lots and lot > entry.last_lot, f"lot {lot}: twice or out of order")
    ensure(amount > 0 and asset in ledger.assets, f"lot {lot}: {amount} of asset {asset}")
    if parent is None:
        expected = [entry.holder, entry.id, entry.occurred_at]
        expect(f"lot {lot}: holder, origin, earned at", expected, [holder, origin, dates[0]])
    else:
        ensure(parent in ledger.lots, f"lot {lot}: there is no lot {parent} it could come from")
        before = ledger.lots[parent]
        kept = (before.owner[1], *before.kept)
        expect(f"lot {lot}: asset, origin, dates of its parent", kept, (asset, origin, *dates))
        entry.given[parent] -= amount
    entry.last_lot = lot
    entry.change[(holder, asset)] += amount
    ledger.lots[lot] = Lot((holder, asset), amount, (origin, *dates))


def on_use(ledger: Ledger, line: bytes, row: list[Any]) -> None:
    holder, lot_id, ordinal, asset, amount, purpose = row
    entry = entry_of(ledger, line)
    name, owner = f"entry {entry.id}, use {ordinal}", (holder, asset)
    ensure(lot_id in ledger.lots, f"{name}: there is no lot {lot_id}")
    lot = ledger.lots[lot_id]
    expect(f"{name}: holder and asset of its lot", lot.owner, owner)
    lot.left -= amount
    ensure(0 <= lot.left <= lot.amount, f"{name}: leaves {lot.left} of {lot.amount} in {lot_id}")
    ensure((amount > 0) == (purpose != "refill"), f"{name}: amount {amount} for {purpose}")
    entry.change[owner] -= amount
    if purpose == "repay":
        entry.repaid[owner] += amount
    elif purpose == "expire":
        entry.spoken[(*owner, "expired")] -= amount
    elif purpose == "transfer":
        entry.spoken[(*owner, "in_transit")] -= amount
        entry.given[lot_id] += amount
    elif purpose == "spend":
        entry.spent[lot_id] += amount
    elif purpose == "refill":
        so_far = ledger.so_far[(entry.reverses, lot_id)] - amount
        spent = ledger.spent.get(entry.reverses, {}).get(lot_id, 0)
        ledger.so_far[(entry.reverses, lot_id)] = so_far
        ensure(so_far <= spent, f"{name}: gives {so_far} back of {spent} taken from {lot_id}")
    available, expires = lot.kept[2:]
    gives = ("spend",) if entry.kind == "merge" else ("spend", "transfer")
    is_early = purpose in gives and entry.occurred_at < available
    ensure(not is_early, f"{name}: before lot {lot_id} is available")
    if purpose in ("spend", "transfer", "repay") and expires and entry.occurred_at >= expires:
        ledger.late.append((entry.id, lot_id, f"{name}: of lot {lot_id} after its {expires}"))


def finish(ledger: Ledger) -> None:
    """Judges the entry that has just been read, as a whole."""
    entry, ledger.entry = ledger.entry, None
    if entry is None:
        return
    name = f"entry {entry.id}"
    ensure(entry.change, f"{name}: moves nothing")
    ledger.unsealed = ledger.unsealed or (entry.id if entry.sha else None)
    for asset, credit in list(entry.transit):
        there, back = entry.transit[(asset, credit)], entry.transit[(asset, not credit)]
        expect(f"{name}: asset {asset} in transit", sum(there.values()), sum(back.values()))
        ensure(not there.keys() & back.keys(), f"{name}: a transfer from a holder to itself")
    for place, net in entry.spoken.items():
        ensure(net == 0, f"{name}, {place}: postings and lot uses differ by {net}")
    ensure(not any(entry.given.values()), f"{name}: lost on the way: {dict(entry.given)}")
    for owner, change in entry.change.items():
        owed, may = change + entry.repaid[owner], 0
        if entry.reverses and ledger.assets[owner[1]][1] == "debt":
            may = entry.taken_back[owner]
        what = f"{name}, holder {owner[0]}, asset {owner[1]}"
        ensure(0 <= owed <= may, f"{what}: lots explain all but {owed}, a debt explains {may}")
        ledger.debt[owner] += change
        ensure(ledger.debt[owner] >= 0, f"{what}: repays more than is owed")
    for (asset, credit, counter), amount in entry.moved.items() if entry.reverses else ():
        if (credit, counter) not in ((True, "unrecovered"), (False, "expired")):
            origin = (entry.reverses, asset, not credit, counter)
            ledger.so_far[origin] += amount
            so_far, whole = ledger.so_far[origin], ledger.moved[origin[0]].get(origin[1:], 0)
            ensure(so_far <= whole, f"{name}, asset {asset}, {counter}: {so_far} back of {whole}")
    ledger.entries[entry.id] = entry.holder
    ledger.moved[entry.id] = dict(entry.moved)
    ledger.spent[entry.id] = dict(entry.spent)


def on_seal(ledger: Ledger, _line: bytes, row: list[Any]) -> None:
    entry = entry_of(ledger)
    found = [len(ledger.segments) + 1, entry.sha.hexdigest()]
    expect(f"entry {entry.id}: segment and hash", row, found)
    ledger.hashes.append((entry.seq, entry.sha.digest()))
    entry.sha = None


def on_segment(ledger: Ledger, _line: bytes, row: list[Any]) -> None:
    number, first, last, entries, previous, root = row
    name = f"segment {number}"
    before: list[Any] = ledger.segments[-1] if ledger.segments else [0, 0, 0, 0, "", "0" * 64]
    expected = [before[0] + 1, before[2] + 1, len(ledger.hashes), before[5]]
    found = [number, first, entries, previous]
    expect(f"{name}: number, first, entries, root before", expected, found)
    ensure(not ledger.unsealed, f"entry {ledger.unsealed}: no seal in the sealed part of the log")
    inside = ledger.hashes and first <= ledger.hashes[0][0] and ledger.last_seq <= last
    ensure(inside, f"{name}: an entry lies outside {first} to {last}")
    text = f"regulars-segment-1 {number} {first} {last} {entries} {previous}\n".encode()
    whole = hashlib.sha256(text + b"".join(digest for _, digest in ledger.hashes)).hexdigest()
    expect(f"{name}: root", whole, root)
    ledger.segments.append(row)
    ledger.hashes = []


def on_lot_now(ledger: Ledger, _line: bytes, row: list[Any]) -> None:
    lot_id, remaining, held, is_open = row
    ensure(lot_id in ledger.lots, f"lot {lot_id}: no entry made it")
    left = ledger.lots[lot_id].left
    expect(f"lot {lot_id}: remaining, open", [left, left > 0], [remaining, is_open])
    ledger.lots[lot_id].held = held


def on_hold_lot(ledger: Ledger, _line: bytes, row: list[Any]) -> None:
    hold, lot, amount = row
    ensure(hold in ledger.holds and lot in ledger.lots, f"hold {hold}: no such hold, or lot {lot}")
    expect(f"hold {hold}: owner of {lot}", tuple(ledger.holds[hold][:2]), ledger.lots[lot].owner)
    ledger.hold_lots[hold].append((lot, amount))


def on_account(ledger: Ledger, _line: bytes, row: list[Any]) -> None:
    owner = (row[0], row[1])
    expected = [ledger.balance.pop(owner, 0), ledger.debt.pop(owner, 0)]
    name = f"account of holder {owner[0]}, asset {owner[1]}"
    expect(f"{name}: balance and debt", expected, [row[2], row[4]])
    ensure(owner[0] in ledger.holders, f"{name}: there is no such holder")
    ensure(not (ledger.holders[owner[0]][0] and any(row[2:])), f"{name}: full, though merged")
    ledger.accounts[owner] = row[2:]


def end(ledger: Ledger) -> None:
    """What can only be judged when everything was read: holds, and what is missing."""
    ledger.is_ended = True
    ensure(not ledger.hashes, "seals without a segment at the end of the log")
    held: dict[str, int] = defaultdict(int)
    accounts: dict[Owner, int] = defaultdict(int)
    settled: set[tuple[str, str]] = set()
    for hold, (holder, asset, amount, state, entry) in ledger.holds.items():
        parts = ledger.hold_lots[hold]
        expect(f"hold {hold}: amount", sum(part for _, part in parts), amount)
        expected = holder if state == "settled" else None
        expect(f"hold {hold}: holder of its entry", expected, ledger.entries.get(entry or ""))
        if state == "settled":
            settled |= {(entry, lot_id) for lot_id, _ in parts}
        for lot_id, part in parts if state == "open" else ():
            held[lot_id] += part
            accounts[(holder, asset)] += part
    for holder, (target,) in ledger.holders.items():
        ensure(target is None or target in ledger.holders, f"holder {holder}: merged into nobody")
    for entry_id, lot_id, sentence in ledger.late:
        ensure((entry_id, lot_id) in settled, sentence)
    for lot_id, lot in ledger.lots.items():
        expect(f"lot {lot_id}: held (None: the lot is gone)", held[lot_id], lot.held)
    for owner in {*accounts, *ledger.accounts, *ledger.balance, *ledger.debt}:
        name = f"account of holder {owner[0]}, asset {owner[1]}"
        ensure(owner in ledger.accounts, f"{name}: is missing")
        expect(f"{name}: held", accounts[owner], ledger.accounts[owner][1])


KEPT = ("asset", "holder", "hold")  # only remembered
READERS = {name: globals()[f"on_{name}"] for name in COLUMNS if name not in KEPT}


def line_read(ledger: Ledger, number: int, line: bytes) -> None:
    """Takes one line; what it says is judged at once where it can be."""
    ensure(not ledger.is_ended, "something stands after the end")
    kind, *row = json.loads(line)
    if kind not in ("posting", "lot", "use", "seal"):
        finish(ledger)
    if number == 1:
        expect("header", ["header", FORMAT, NAMES], [kind, *row])
    elif kind == "end":
        expect("lines before the end", [number - 1], row)
        end(ledger)
    elif kind not in NAMES or len(NAMES[kind]) != len(row):
        raise Wrong(f"{kind} with {len(row)} values")
    elif kind in KEPT:
        getattr(ledger, f"{kind}s")[row[0]] = row[1:]
    else:
        READERS[kind](ledger, line, row)


def verify(lines: Iterable[bytes], roots: Iterable[bytes] | None = None) -> Ledger:
    """Reads all lines; answers what they say, or raises Wrong naming the first bad one."""
    ledger, number = Ledger(), 0
    try:
        for number, line in enumerate(lines, start=1):
            line_read(ledger, number, line)
        ensure(ledger.is_ended, "the export ends too early")
    except Wrong as wrong:
        raise Wrong(f"line {number}: {wrong}") from None
    except (KeyError, TypeError, ValueError) as error:
        raise Wrong(f"line {number}: no line of this format ({error})") from None
    if roots is not None:
        roots_verify(ledger, list(roots))
    return ledger


def roots_verify(ledger: Ledger, lines: list[bytes]) -> None:
    """The published roots are those of the export, one for one."""
    names = ["segment", *NAMES["segment"][1:]]
    for place in range(max(len(lines), len(ledger.segments))):
        try:
            found = [json.loads(lines[place])[name] for name in names] if lines[place:] else None
        except (ValueError, KeyError, TypeError):
            raise Wrong(f"roots, line {place + 1}: no published root") from None
        expected = ledger.segments[place] if ledger.segments[place:] else None
        expect(f"roots, line {place + 1}", expected, found)


def main(arguments: list[str]) -> int:
    """Prints one line: what was verified, or the first thing that is wrong."""
    if len(arguments) not in (1, 2):
        print(__doc__)
        return 2
    try:
        roots = Path(arguments[1]).read_bytes().splitlines() if arguments[1:] else None
        with Path(arguments[0]).open("rb") as export:
            ledger = verify(export, roots)
    except OSError as error:
        print(f"can't read {error.filename}: {error.strerror}")
        return 2
    except Wrong as wrong:
        print(f"WRONG {wrong}")
        return 1
    print(f"OK {len(ledger.entries)} entries, {len(ledger.segments)} segments")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
