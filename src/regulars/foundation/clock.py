"""The one source of time. Rules, ledger and jobs ask here, never the operating system."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from regulars.foundation.errors import RegularsError

# The least difference between two stored instants.
_INSTANT = timedelta(microseconds=1)


class UnknownTimeZone(RegularsError):
    code = "unknown_time_zone"
    status = 422
    text = {
        "en": "There is no time zone “{name}”. Use an IANA name such as Asia/Shanghai.",
        "zh-Hans": "没有名为“{name}”的时区，请填写如 Asia/Shanghai 的 IANA 名称。",
    }


def _system_now() -> datetime:
    return datetime.now(UTC)


class _Source:
    """Holds the function that tells the time, so that a test or a simulation can replace it."""

    now: Callable[[], datetime] = staticmethod(_system_now)


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return _Source.now()


@contextmanager
def running_from(source: Callable[[], datetime]) -> Iterator[None]:
    """Takes the time from `source` (aware, UTC) in every thread until the block ends."""
    before = _Source.now
    _Source.now = staticmethod(source)
    try:
        yield
    finally:
        _Source.now = staticmethod(before)


@contextmanager
def stopped_at(instant: datetime) -> Iterator[None]:
    """Stops the clock at `instant` (aware) in every thread until the block ends."""
    with running_from(lambda: instant):
        yield


@lru_cache(maxsize=512)
def zone(name: str) -> ZoneInfo:
    """The time zone of an IANA name; refuses an unknown one with `unknown_time_zone`."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UnknownTimeZone(name=name[:64]) from None


def business_date(instant: datetime, zone_name: str) -> date:
    """The calendar day on which `instant` falls for a shop in that zone."""
    return instant.astimezone(zone(zone_name)).date()


@lru_cache(maxsize=4096)
def midnight_after(day: date, zone_name: str) -> datetime:
    """The instant (UTC) at which `day` is over in that zone; `day` itself is still inside."""
    following = day + timedelta(days=1)
    local = datetime(following.year, following.month, following.day, tzinfo=zone(zone_name))
    return local.astimezone(UTC)


def midnight_before(day: date, zone_name: str) -> datetime:
    """The instant (UTC) at which `day` begins in that zone."""
    return midnight_after(day - timedelta(days=1), zone_name)


def last_day_before(end: datetime, zone_name: str) -> date:
    """The last day that counts in that zone of what is over at the instant `end`: `end` itself is
    outside, so that a midnight ends the day before it. The way back from `midnight_after`."""
    return business_date(end - _INSTANT, zone_name)
