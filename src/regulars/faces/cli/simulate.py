"""`regulars simulate`"""

from datetime import date
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from regulars.faces.cli.progress import progress_bar
from regulars.faces.cli.words import chinese, words
from regulars.foundation.amounts import money_text
from regulars.foundation.database.embedded import database_running
from regulars.foundation.errors import RegularsError
from regulars.foundation.settings import settings_load
from regulars.rules.simulate.services import simulation_run
from regulars.rules.simulate.types import NotReplayed, Simulation


def simulate(
    program: Annotated[str, typer.Argument(help="方案代码 · The program's code.")],
    since: Annotated[str, typer.Option(help="首日，如 2025-03-01 · The first business day.")],
    until: Annotated[str, typer.Option(help="末日（含）· The last business day, included.")],
    version: Annotated[
        int | None, typer.Option(min=1, help="已发布的版本；默认草稿 · A version; else the draft.")
    ] = None,
) -> None:
    """用真实历史试算草稿，不写入任何数据 · What a draft would have given; writes nothing."""
    with database_running(settings_load()):
        try:
            simulation = _run(
                program, date.fromisoformat(since), date.fromisoformat(until), version
            )
        except ValueError as problem:
            typer.echo(words(zh=f"日期有误：{problem}", en=f"No such day: {problem}"))
            raise typer.Exit(2) from None
        except RegularsError as refusal:
            typer.echo(refusal.sentence("zh-Hans" if chinese() else "en"))
            raise typer.Exit(2) from None
    _printed(simulation)


def _run(program: str, since: date, until: date, version: int | None) -> Simulation:
    with progress_bar() as bar:
        task = bar.add_task(words(zh="试算", en="Simulating"), total=None)

        def report(events: int) -> None:
            bar.update(task, completed=events)

        return simulation_run(
            code=program, since=since, until=until, version=version, progress=report
        )


def _printed(found: Simulation) -> None:
    console, currency = Console(), settings_load().currency
    table = Table(words(zh="资产", en="Asset"), words(zh="试算", en="Simulated"))
    table.add_column(words(zh="实际", en="Really"), justify="right")
    table.add_column(words(zh="试算价值", en="Worth"), justify="right")
    table.add_column(words(zh="实际价值", en="Really worth"), justify="right")
    for asset in found.assets:
        values = [
            "–" if value is None else money_text(value, currency)
            for value in (asset.value_minor, asset.really_value_minor)
        ]
        table.add_row(asset.asset, f"{asset.amount:,}", f"{asset.really:,}", *values)
    console.print(table)
    for rule in found.rules:
        times = words(zh=f"{rule.events:,} 次", en=f"{rule.events:,} times")
        typer.echo(f"{rule.rule:<24} {times:>16} {rule.amount:>16,} {rule.asset}")
    for left_out in found.not_replayed:
        typer.echo(_left_out(left_out))
    typer.echo(
        words(
            zh=f"{found.events:,} 个事件，{found.members:,} 位会员：{found.winners:,} 位更多，"
            f"{found.losers:,} 位更少。每秒 {found.events_per_second:,} 个事件。",
            en=f"{found.events:,} events of {found.members:,} members: {found.winners:,} would "
            f"have got more, {found.losers:,} less. {found.events_per_second:,} events a second.",
        )
    )


def _left_out(rule: NotReplayed) -> str:
    why = {
        "fact": words(zh="无法回溯的信息", en="reads what can't be looked up in the past,"),
        "followup": words(zh="由其他事件引发", en="listens to what other events raise,"),
        "action": words(zh="由其他模块执行", en="does what only happens for real,"),
    }[rule.reason]
    start = words(zh=f"规则 {rule.rule} 未试算：", en=f"Left out: {rule.rule} ")
    return f"{start}{why} {rule.detail}"
