"""Figures of the running deployment for Prometheus, summed over all web processes.

Counters live in files shared by the processes that `serve` forks; gauges are asked from the
database when someone looks. A room adds a gauge of its own with `gauge`.
"""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import connection
from prometheus_client import (
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from regulars.foundation.early import METRICS_VARIABLE

SECONDS_BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)

_requests = Counter(
    "regulars_requests_total", "Requests answered.", ["door", "route", "method", "status"]
)
_seconds = Histogram(
    "regulars_request_seconds",
    "Seconds from the first line of a request to its answer.",
    ["door", "route"],
    buckets=SECONDS_BUCKETS,
)

# What a gauge shows: a value for each of a label's values; "" when it has no label.
Values = dict[str, float]


@dataclass(frozen=True)
class Gauge:
    """A figure read from the database at the moment of asking."""

    name: str
    help: str
    label: str
    read: Callable[[], Values]


_gauges: list[Gauge] = []


def gauge(name: str, help_text: str, *, label: str = "") -> Callable[[Callable[[], Values]], None]:
    """Declares a gauge; the decorated function reads its values, by label or under ""."""

    def declare(read: Callable[[], Values]) -> None:
        _gauges.append(Gauge(name, help_text, label, read))

    return declare


class RequestCounter:
    """Counts the answers of one door, route, method and status, without looking them up again."""

    __slots__ = ("_requests", "_seconds")

    def __init__(self, *, door: str, route: str, method: str, status: int) -> None:
        self._requests = _requests.labels(door, route, method, str(status))
        self._seconds = _seconds.labels(door, route)

    def count(self, seconds: float) -> None:
        """Counts one answer."""
        self._requests.inc()
        self._seconds.observe(seconds)


def request_counted(*, door: str, route: str, method: str, status: int, seconds: float) -> None:
    """Counts one answered request. `route` is a pattern, never a path with ids in it."""
    _requests.labels(door, route, method, str(status)).inc()
    _seconds.labels(door, route).observe(seconds)


class _DatabaseGauges(Collector):
    def collect(self) -> Iterable[Metric]:
        for each in _gauges:
            family = GaugeMetricFamily(each.name, each.help, labels=[each.label or "all"])
            for value, figure in each.read().items():
                family.add_metric([value], figure)
            yield family


def exposition() -> bytes:
    """Everything in Prometheus' text format."""
    asked = CollectorRegistry()
    asked.register(_DatabaseGauges())
    if METRICS_VARIABLE in os.environ:
        multiprocess.MultiProcessCollector(asked)  # type: ignore[no-untyped-call]
        return generate_latest(asked)
    return generate_latest(REGISTRY) + generate_latest(asked)


@gauge("regulars_jobs", "Jobs by state.", label="state")
def _jobs() -> Values:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT status::text, count(*) FROM procrastinate_jobs "
            "WHERE status IN ('todo', 'doing', 'failed') GROUP BY status"
        )
        return {"todo": 0.0, "doing": 0.0, "failed": 0.0, **dict(cursor.fetchall())}
