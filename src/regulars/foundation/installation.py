"""What `doctor` looks at that belongs to no room: machine, database, clock, port."""

import json
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.client import HTTPConnection, HTTPException

from django.db import connection

from regulars.foundation import clock
from regulars.foundation.database.migrations import migrations_missing
from regulars.foundation.database.places import places_of
from regulars.foundation.database.roles import roles_separate
from regulars.foundation.diagnoses import Diagnosis, broken, doubtful, look, well
from regulars.foundation.networks import EVERYWHERE
from regulars.foundation.settings import settings_load

FREE_BYTES_MIN = 2_000_000_000
FREE_BYTES_NONE = 200_000_000
CLOCK_SECONDS_MAX = 5.0
ANSWER_SECONDS = 2.0

DURABILITY = {
    "fsync": "on",
    "full_page_writes": "on",
    "data_checksums": "on",
}


@look("database", place=10)
def database_answers() -> Iterator[Diagnosis]:
    """Whether it answers, is up to date, and keeps what it confirmed."""
    missing = migrations_missing()
    if missing:
        yield broken(
            f"{len(missing)} migrations are pending. Run `regulars migrate`.",
            f"有 {len(missing)} 个迁移尚未执行，请运行 regulars migrate。",
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version')")
        version = cursor.fetchone()[0]
        yield well(f"PostgreSQL {version} answers", f"PostgreSQL {version} 正常响应")
        for name, value in DURABILITY.items():
            cursor.execute("SELECT current_setting(%s)", [name])
            if cursor.fetchone() != (value,):
                yield _durability(name, value)
        cursor.execute("SELECT current_setting('synchronous_commit')")
        if cursor.fetchone() == ("off",):
            yield broken(
                "PostgreSQL's synchronous_commit is off: a power cut loses confirmed sales. "
                "Set it to on.",
                "PostgreSQL 的 synchronous_commit 为 off：断电会丢失已确认的交易，请设为 on。",
            )


def _durability(name: str, value: str) -> Diagnosis:
    return doubtful(
        f"PostgreSQL's {name} should be {value}: a power cut can lose confirmed data.",
        f"PostgreSQL 的 {name} 应为 {value}，否则断电可能丢失已确认的数据。",
    )


@look("guard", place=12)
def history_guarded() -> Iterator[Diagnosis]:
    """Whether the database itself keeps the application from rewriting history."""
    if not roles_separate():
        yield doubtful(
            "There is one database role only: nothing in the database stops the application "
            "from rewriting the ledger's history. Make a second role that owns the tables, set "
            "REGULARS_OWNER_DATABASE_URL, and run `regulars migrate`.",
            "只有一个数据库角色：账本历史不受数据库保护。请另建一个属主角色，"
            "设置 REGULARS_OWNER_DATABASE_URL 后运行 regulars migrate。",
        )
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_table_privilege('ledger_entry', 'INSERT'), "
            "has_table_privilege('ledger_entry', 'UPDATE'), "
            "has_table_privilege('ledger_entry', 'DELETE')"
        )
        may_add, may_change, may_remove = cursor.fetchone()
    if not may_add or may_change or may_remove:
        yield broken(
            "The application's database role has other rights than it should. "
            "Run `regulars migrate`, which sets them anew.",
            "应用数据库角色的权限不正确，请运行 regulars migrate 重新设置。",
        )
    else:
        yield well("History is guarded by the database", "历史记录由数据库保护")


@look("space", place=20)
def disk_space() -> Iterator[Diagnosis]:
    """Whether the disks of data, database and backups have room."""
    settings = settings_load()
    folders = {settings.data_dir}
    if settings.embedded:
        folders.add(places_of(settings).cluster)
    for folder in sorted(each for each in folders if each.exists()):
        free = shutil.disk_usage(folder).free
        en, zh = f"{folder}: {free / 1e9:.1f} GB free", f"{folder}：剩余 {free / 1e9:.1f} GB"
        if free > FREE_BYTES_MIN:
            yield well(en, zh)
        elif free > FREE_BYTES_NONE:
            yield doubtful(f"{en}. Make room soon.", f"{zh}，请尽快清理。")
        else:
            yield broken(
                f"{en}. When it is full no sale is taken any more: make room now.",
                f"{zh}。磁盘写满后将无法记账，请立即清理。",
            )


@look("clock", place=70)
def clock_right() -> Iterator[Diagnosis]:
    """Whether this machine and the database agree on the time, and nothing is dated ahead."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp(), (SELECT max(recorded_at) FROM audit_record)")
        theirs, newest = cursor.fetchone()
    apart = abs((clock.now() - theirs).total_seconds())
    zone = settings_load().time_zone
    if apart > CLOCK_SECONDS_MAX:
        yield doubtful(
            f"This machine's clock and the database's are {apart:.0f} seconds apart. Set both by "
            "a time server.",
            f"本机与数据库的时钟相差 {apart:.0f} 秒，请都与时间服务器同步。",
        )
    elif _is_ahead(newest):
        yield broken(
            f"The newest record is dated {newest:%Y-%m-%d %H:%M} UTC, which is still to come: the "
            "clock was set back. Set it right.",
            f"最新记录的时间为 {newest:%Y-%m-%d %H:%M} UTC，尚未到来：时钟曾被调慢，请校准。",
        )
    else:
        yield well(f"The clock is right; time zone {zone}", f"时钟正常；时区 {zone}")


def _is_ahead(newest: datetime | None) -> bool:
    return newest is not None and newest > clock.now() + timedelta(minutes=5)


@look("server", place=80)
def server_answers() -> Iterator[Diagnosis]:
    """Whether our own server answers on its port, or somebody else's does."""
    settings = settings_load()
    where = f"{settings.host}:{settings.port}"
    host = "127.0.0.1" if settings.host in EVERYWHERE else settings.host
    asked = HTTPConnection(host, settings.port, timeout=ANSWER_SECONDS)
    try:
        asked.request("GET", "/healthz", headers={"Host": "localhost"})
        answer = json.loads(asked.getresponse().read(100_000))
        ours = "checks" in answer
    except (HTTPException, ValueError, TypeError, TimeoutError):
        ours = False
    except OSError:
        yield well(
            f"Nobody answers on {where}; `regulars serve` starts the server",
            f"{where} 没有响应；用 regulars serve 启动服务",
        )
        return
    finally:
        asked.close()
    if ours:
        yield well(f"The server answers on {where}", f"服务在 {where} 正常响应")
    else:
        yield broken(
            f"Another program answers on {where}. Stop it, or set REGULARS_PORT.",
            f"{where} 被其他程序占用，请停止该程序或设置 REGULARS_PORT。",
        )
