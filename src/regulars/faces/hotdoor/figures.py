"""What the hot door counts. Its counters are bound once, so that a request pays little for them."""

from functools import lru_cache

from prometheus_client import Histogram

from regulars.foundation.metrics import RequestCounter

DOOR = "hot"
BATCH_BUCKETS = (1, 2, 4, 8, 16, 32, 64, 128, 200)

_batches = Histogram(
    "regulars_hotdoor_batch_requests",
    "Requests done together in one transaction.",
    ["gathering"],
    buckets=BATCH_BUCKETS,
)


@lru_cache(maxsize=1000)
def counter(route: str, method: str, status: int) -> RequestCounter:
    """What counts the answers of one route with one status."""
    return RequestCounter(door=DOOR, route=route, method=method, status=status)


def batch_told(gathering: str) -> Histogram:
    """The histogram of a gathering's batches."""
    return _batches.labels(gathering)
