"""`regulars doctor`: what is wrong or unguarded here, and what to do about it."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Annotated

import psycopg
import typer
from django.db import DatabaseError, connection

from regulars.faces.cli.reports import report_printed
from regulars.faces.cli.running import shop_running
from regulars.faces.cli.words import words
from regulars.foundation.actors import SYSTEM
from regulars.foundation.audit.services import record
from regulars.foundation.database.session import DatabaseLost
from regulars.foundation.diagnoses import Diagnosis, Look, Verdict, broken, looks_known
from regulars.foundation.errors import RegularsError
from regulars.foundation.personal import keys_fingerprint
from regulars.foundation.settings import settings_load

NO_ANSWER = (DatabaseError, psycopg.Error, DatabaseLost)


def doctor(
    keys_copied: Annotated[  # noqa: FBT002 - typer makes a flag of it
        bool,
        typer.Option(
            "--keys-copied", help="确认已另存密钥文件 · I keep a copy of the key file elsewhere."
        ),
    ] = False,
) -> None:
    """检查本机的部署并说明如何处理 · Checks this deployment and says what to do."""
    settings = settings_load()
    with ExitStack() as stack:
        found = []
        try:
            stack.enter_context(shop_running(settings))
        except RegularsError as refusal:
            found.append(broken(refusal.sentence("en"), refusal.sentence("zh-Hans")))
        if keys_copied:
            _copy_confirmed()
        found += [each for look in looks_known().values() for each in _looked(look)]
    report_printed(_told_once(found))
    failing = sum(each.verdict is Verdict.FAILING for each in found)
    doubts = sum(each.verdict is Verdict.WARNING for each in found)
    typer.echo(
        words(
            zh=f"{failing} 项故障，{doubts} 项提醒。" if failing + doubts else "一切正常。",
            en=f"{failing} failing, {doubts} to look after."
            if failing + doubts
            else "All is well.",
        )
    )
    if failing:
        raise typer.Exit(1)


def _looked(look: Look) -> list[Diagnosis]:
    """What a look finds; without a database the others still look."""
    try:
        return list(look())
    except NO_ANSWER as error:
        connection.close()
        problem = str(error.__cause__ or error).strip().partition("\n")[0].rstrip(".")
        return [
            broken(
                f"The database does not answer: {problem}. Start it, or correct DATABASE_URL.",
                f"数据库没有响应：{problem}。请启动数据库，或更正 DATABASE_URL。",
            )
        ]
    except RegularsError as refusal:
        return [broken(refusal.sentence("en"), refusal.sentence("zh-Hans"))]


def _told_once(found: list[Diagnosis]) -> Iterator[Diagnosis]:
    """Several looks at one dead database say the same."""
    seen: set[str] = set()
    for each in found:
        if each.texts["en"] not in seen:
            seen.add(each.texts["en"])
            yield each


def _copy_confirmed() -> None:
    path = settings_load().personal_keys_file
    if path.exists():
        record(
            actor=SYSTEM,
            action="personal_keys.copied",
            subject="personal_keys",
            details={"fingerprint": keys_fingerprint(path)},
        )
