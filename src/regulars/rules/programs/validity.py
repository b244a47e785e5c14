"""When a version holds: local dates of the merchant, as instants."""

from datetime import UTC, date, datetime

from regulars.foundation import clock
from regulars.foundation.errors import Told
from regulars.rules.programs.errors import ProgramInvalid

DATE_LENGTH = len("2025-03-01")
YEARS = range(1970, 9000)


def starts_at(text: str, time_zone: str, where: str = "valid_from") -> datetime:
    """The first instant of a local date, or a local time to the minute, as UTC."""
    return _local(text, time_zone, where)


def ends_before(text: str, time_zone: str, where: str = "valid_until") -> datetime:
    """The instant at which it is over: a bare date still counts whole, a time doesn't."""
    if len(text) == DATE_LENGTH:
        return clock.midnight_after(_local(text, time_zone, where, naive=True).date(), time_zone)
    return _local(text, time_zone, where)


def _local(text: str, time_zone: str, where: str, *, naive: bool = False) -> datetime:
    try:
        if len(text) == DATE_LENGTH:
            day = date.fromisoformat(text)
            local = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - its zone follows
        else:
            local = datetime.fromisoformat(text)
    except ValueError:
        local = None
    if local is None or local.tzinfo is not None or local.year not in YEARS:
        raise ProgramInvalid(
            where=where,
            problem=Told(
                f"“{text[:40]}” is no local date or time; write 2025-03-01 or "
                "2025-03-01T10:00, without a time zone",
                f"“{text[:40]}”不是本地日期或时间；请写 2025-03-01 或 2025-03-01T10:00，不带时区",
            ),
        )
    return local if naive else local.replace(tzinfo=clock.zone(time_zone)).astimezone(UTC)
