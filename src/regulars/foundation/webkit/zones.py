"""Time zones as people read them: a city, and how far its clock is from UTC."""

from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.foundation import clock
from regulars.foundation.webkit.screens import Text

# Those that are asked for most stand first, by their cities' names in the reader's language.
CITIES: dict[str, Text] = {
    "Asia/Shanghai": gettext_lazy("Shanghai, Beijing"),
    "Asia/Hong_Kong": gettext_lazy("Hong Kong"),
    "Asia/Macau": gettext_lazy("Macau"),
    "Asia/Taipei": gettext_lazy("Taipei"),
    "Asia/Urumqi": gettext_lazy("Urumqi"),
    "Asia/Singapore": gettext_lazy("Singapore"),
    "Asia/Kuala_Lumpur": gettext_lazy("Kuala Lumpur"),
    "Asia/Bangkok": gettext_lazy("Bangkok"),
    "Asia/Ho_Chi_Minh": gettext_lazy("Ho Chi Minh City"),
    "Asia/Jakarta": gettext_lazy("Jakarta"),
    "Asia/Manila": gettext_lazy("Manila"),
    "Asia/Tokyo": gettext_lazy("Tokyo"),
    "Asia/Seoul": gettext_lazy("Seoul"),
    "Asia/Kolkata": gettext_lazy("Delhi, Mumbai"),
    "Asia/Dubai": gettext_lazy("Dubai"),
    "Europe/London": gettext_lazy("London"),
    "Europe/Paris": gettext_lazy("Paris"),
    "Europe/Berlin": gettext_lazy("Berlin"),
    "Europe/Madrid": gettext_lazy("Madrid"),
    "Europe/Rome": gettext_lazy("Rome"),
    "America/New_York": gettext_lazy("New York"),
    "America/Chicago": gettext_lazy("Chicago"),
    "America/Denver": gettext_lazy("Denver"),
    "America/Los_Angeles": gettext_lazy("Los Angeles"),
    "America/Toronto": gettext_lazy("Toronto"),
    "America/Sao_Paulo": gettext_lazy("São Paulo"),
    "Australia/Sydney": gettext_lazy("Sydney"),
    "Pacific/Auckland": gettext_lazy("Auckland"),
}
AREAS = (
    "Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific",
)  # fmt: skip


def zone_shown(code: str) -> str:
    """A time zone's city with today's distance from UTC; others than the usual by their name."""
    return _shown(code, clock.now())


def zone_options(present: str = "") -> tuple[tuple[str, Text], ...]:
    """All time zones to choose from: the usual ones, then the rest of the world by name. A
    `present` one that is none of them stands first."""
    now = clock.now()
    codes = [*CITIES, "UTC", *_others()]
    if present and present not in codes:
        codes.insert(0, present)
    return tuple([(code, _shown(code, now)) for code in codes])


def _shown(code: str, now: datetime) -> str:
    city = str(CITIES.get(code) or code.replace("_", " "))
    away = now.astimezone(ZoneInfo(code)).utcoffset() or timedelta()
    return _("%(city)s (%(offset)s)") % {"city": city, "offset": _offset(away)}


def _offset(away: timedelta) -> str:
    minutes = int(away.total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    sign = "−" if minutes < 0 else "+"
    return f"UTC{sign}{hours}:{rest:02}" if rest else f"UTC{sign}{hours}"


@lru_cache(maxsize=1)
def _others() -> tuple[str, ...]:
    found = available_timezones() - set(CITIES)
    return tuple(sorted(each for each in found if each.partition("/")[0] in AREAS))
