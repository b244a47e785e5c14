"""How to reach the database: Django's two aliases and the same as libpq connection strings.

`default` is the application's role, `owner` owns and migrates the tables. Both point at the
embedded PostgreSQL's socket, or at DATABASE_URL (and REGULARS_OWNER_DATABASE_URL, if there is one).
"""

from typing import Any

from django.db import connections
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from regulars.foundation.database.places import places_of
from regulars.foundation.errors import RegularsError
from regulars.foundation.settings import RegularsSettings

APP_ROLE = "regulars_app"
OWNER_ROLE = "regulars_owner"
DATABASE = "regulars"

# In milliseconds. Nobody waits for a lock for ever; a forgotten transaction ends.
LIMITS = {"lock_timeout": 10_000, "idle_in_transaction_session_timeout": 3_600_000}
REQUEST_LIMITS = {"statement_timeout": 30_000, "idle_in_transaction_session_timeout": 60_000}
KEPT_SECONDS = 600
# A database behind a network: a cable that was cut without a word is noticed in 15 seconds, and
# not in the quarter of an hour or the two hours of the system. DATABASE_URL may say otherwise.
NETWORK = {
    "connect_timeout": "3",
    "keepalives_idle": "5",
    "keepalives_interval": "5",
    "keepalives_count": "2",
    "tcp_user_timeout": "15000",
}


class DatabaseUnreachable(RegularsError):
    code = "database_unreachable"
    status = 503
    text = {
        "en": "The database does not answer: {problem}. Check DATABASE_URL and the server.",
        "zh-Hans": "数据库没有响应：{problem}。请检查 DATABASE_URL 和数据库服务器。",
    }


def app_dsn() -> str:
    """The conninfo of the application's role on the database Django uses now."""
    return _dsn("default")


def owner_dsn() -> str:
    """The conninfo of the role that owns the tables, on the database Django uses now."""
    return _dsn("owner")


def django_databases(settings: RegularsSettings) -> dict[str, dict[str, Any]]:
    """Django's DATABASES for these settings."""
    if settings.database_url is None:
        local = {"connect_timeout": NETWORK["connect_timeout"]}
        socket = {"HOST": str(places_of(settings).sockets), "PORT": "5432", "NAME": DATABASE}
        return {
            "default": _alias({**socket, "USER": APP_ROLE}, local),
            "owner": _alias({**socket, "USER": OWNER_ROLE}, local),
        }
    owner_url = settings.owner_database_url or settings.database_url
    return {
        "default": _alias(*_parts(settings.database_url)),
        "owner": _alias(*_parts(owner_url)),
    }


def limits_for_requests() -> None:
    """From here on this process serves requests: no statement of it may take longer than 30 s.

    Commands and jobs have no such limit: they may count the whole ledger.
    """
    options = connections.settings["default"]["OPTIONS"]
    options["options"] = f"{options['options']} {_flags(REQUEST_LIMITS)}"


def _parts(url: str) -> tuple[dict[str, str], dict[str, Any]]:
    options = NETWORK | conninfo_to_dict(url)
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST"}
    found = {key: str(options.pop(name, "") or "") for name, key in names.items()}
    found["PORT"] = str(options.pop("port", "") or "")
    return found, options


def _alias(place: dict[str, str], options: dict[str, Any]) -> dict[str, Any]:
    return {
        "ENGINE": "regulars.foundation.database.engine",
        **place,
        "CONN_MAX_AGE": KEPT_SECONDS,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **options,
            "options": f"{options.get('options', '')} {_flags(LIMITS)}".strip(),
            "prepare_threshold": 1,
            "application_name": "regulars",
        },
    }


def _flags(limits: dict[str, int]) -> str:
    return " ".join(f"-c {name}={value}" for name, value in limits.items())


def _dsn(alias: str) -> str:
    known = connections[alias].settings_dict
    options = {
        name: value for name, value in known["OPTIONS"].items() if name != "prepare_threshold"
    }
    options["options"] = f"{options.get('options', '')} -c timezone=UTC".strip()
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD"}
    names |= {"host": "HOST", "port": "PORT"}
    place = {name: known[key] for name, key in names.items() if known.get(key)}
    return make_conninfo(**place, **options)
