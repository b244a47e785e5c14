"""`regulars prove`"""

from typing import Annotated

import typer

from regulars.faces.cli.running import shop_running
from regulars.faces.cli.words import words
from regulars.foundation.actors import SYSTEM
from regulars.foundation.audit.services import record
from regulars.foundation.settings import RegularsSettings, settings_load
from regulars.ledger.proofs.services import ledger_prove
from regulars.ledger.proofs.types import CheckResult


def prove(
    *,
    quiet: Annotated[
        bool, typer.Option("--quiet", help="只显示不成立的项 · Print only what is wrong.")
    ] = False,
) -> None:
    """重算全部数字，有误时退出码为 1 · Recomputes every figure; exits with 1 if one is wrong."""
    settings = settings_load()
    with shop_running(settings):
        holds = books_proved(settings, quiet=quiet)
    if not holds:
        raise typer.Exit(1)


def books_proved(settings: RegularsSettings, *, quiet: bool) -> bool:
    """Proves the books of the running database, prints how each check went and notes it."""

    def printed(result: CheckResult) -> None:
        if not quiet or not result.holds:
            typer.echo(line_of(result))

    results = ledger_prove(roots_file=settings.roots_file, report=printed)
    broken = [result for result in results if not result.holds]
    # The console's health line tells when the books were last proved.
    record(
        actor=SYSTEM,
        action="ledger.proof_failed" if broken else "ledger.proved",
        subject="ledger",
        details={"checks": len(results), "broken": [result.code for result in broken]},
    )
    if broken:
        typer.echo(
            words(
                zh=f"{len(results)} 项检查中有 {len(broken)} 项不成立。",
                en=f"{len(broken)} of {len(results)} checks do not hold.",
            )
        )
    else:
        whole = len(results)
        typer.echo(words(zh=f"全部 {whole} 项检查成立。", en=f"All {whole} checks hold."))
    return not broken


def line_of(result: CheckResult) -> str:
    """One check on one line; a broken one with its code and first difference on the next."""
    mark = "✓" if result.holds else "✗"
    seconds = result.milliseconds / 1000
    line = f"{mark} {result.judged:>12,}  {seconds:>7.2f} " + words(zh="秒  ", en="s   ")
    line += words(zh=result.text["zh-Hans"], en=result.text["en"])
    if result.first is None:
        return line
    found = words(zh=result.first.sentence("zh-Hans"), en=result.first.sentence("en"))
    return f"{line}\n   {result.code}: {result.differing:,} × {found}"
