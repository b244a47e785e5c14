"""The figures, what they must and should be, and how they are printed and kept."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

ERROR_MAX = 500


class Goal(msgspec.Struct, frozen=True):
    """What a figure must be and aims at; None where it is only printed."""

    unit: str
    must: float | None = None
    aim: float | None = None
    less_is_better: bool = False


GOALS = {
    "pgbench_tps": Goal("tps"),
    "http_purchase": Goal("÷ pgbench", 0.6, 1.2),
    "http_redemption": Goal("÷ pgbench", 0.4, 1.0),
    "http_batch": Goal("÷ pgbench", 2, 5),
    "import": Goal("÷ pgbench", 2, 6),
    "ledger_post": Goal("÷ pgbench", 4, 12),
    "http_balance": Goal("/s", None, 9000),
    "expiry_of_1m_lots": Goal("s", 60, 8, less_is_better=True),
    "prove_1m_entries": Goal("s", 60, 15, less_is_better=True),
    "event_cost_1m_to_10k": Goal("ratio", 1.3, 1.05, less_is_better=True),
    "http_purchase_full": Goal("÷ pgbench", 0.5, 1.0),
    "http_batch_full": Goal("÷ pgbench", 1.5, 4),
    "many_rules": Goal("100 ÷ 3 rules", 1.3, 1.05, less_is_better=True),
    "member_search_p95": Goal("ms", 100, 20, less_is_better=True),
    "console_page_p95": Goal("ms", 150, 50, less_is_better=True),
    "counter_scan_p95": Goal("ms", 300, 120, less_is_better=True),
    "level_settlement": Goal("÷ UPDATE", 8, 2, less_is_better=True),
    "segment_count": Goal("s", 5, 1, less_is_better=True),
    "simulate_events_per_second": Goal("/s"),
    "members_import_per_second": Goal("rows/s"),
    "cold_start": Goal("s", 4, 1.5, less_is_better=True),
    "idle_memory": Goal("MB", None, 350, less_is_better=True),
}


class Figures:
    """Collects figures and says for each whether it is good enough."""

    def __init__(self) -> None:
        self.rows: list[dict[str, object]] = []
        self.values: dict[str, float] = {}

    def add(self, name: str, value: float) -> None:
        """Keeps a figure; names without a goal are printed beside the others."""
        goal = GOALS.get(name, Goal(""))
        self.values[name] = value
        good: bool | None = None
        if goal.must is not None:
            good = value <= goal.must if goal.less_is_better else value >= goal.must
        self.rows.append(
            {
                "name": name,
                "value": round(value, 3),
                "unit": goal.unit,
                "must": goal.must,
                "aim": goal.aim,
                "pass": good,
            }
        )
        # A long run may end early: what it has measured is said at once.
        Console(stderr=True).print(f"  {name} {value:,.3f} {goal.unit}")

    def add_rate(self, name: str, per_second: float) -> None:
        """Keeps a rate and its ratio to pgbench of the same run."""
        self.add(f"{name}_per_second", per_second)
        self.add(name, per_second / self.values["pgbench_tps"])

    @contextmanager
    def trying(self, name: str) -> Iterator[None]:
        """Whatever goes wrong inside is kept as a figure that failed, and the run goes on."""
        try:
            yield
        except (Exception, SystemExit) as trouble:  # noqa: BLE001 - that is what it is for
            self.failed(name, f"{type(trouble).__name__}: {trouble}")

    def failed(self, name: str, error: str) -> None:
        """Keeps that a figure could not be measured, and why."""
        goal = GOALS.get(name, Goal(""))
        row: dict[str, object] = {"name": name, "value": None, "unit": goal.unit}
        row |= {"must": goal.must, "aim": goal.aim, "pass": False, "error": error[:ERROR_MAX]}
        self.rows.append(row)
        Console(stderr=True).print(f"  {name} FAILED {error}", markup=False)

    def complete(self) -> None:
        """Says of every figure with a goal that nobody measured that it was not."""
        known = {row["name"] for row in self.rows}
        for name in GOALS:
            if name not in known:
                self.failed(name, "not measured")

    def print(self) -> None:
        """The table for a person."""
        table = Table(title="regulars bench")
        for column in ("figure", "value", "unit", "must", "aim", ""):
            table.add_column(column, justify="left" if column in ("figure", "unit") else "right")
        for row in self.rows:
            values = [str(row[name] if row[name] is not None else "") for name in _COLUMNS]
            table.add_row(*values, _mark(row))
        Console().print(table)

    def write(self, file: Path) -> None:
        """bench.json: a list of {name, value, unit, must, aim, pass}, and `error` if it failed."""
        file.write_text(json.dumps(self.rows, indent=1, ensure_ascii=False), encoding="utf-8")

    @property
    def all_good(self) -> bool:
        return all(row["pass"] is not False for row in self.rows)


def _mark(row: dict[str, object]) -> str:
    if row["value"] is None:
        return "FAILED"
    if row["pass"] is None:
        return ""
    return "ok" if row["pass"] else "MISSED"


_COLUMNS = ("name", "value", "unit", "must", "aim")
