"""`regulars simulate`"""

from datetime import date
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from regulars.faces.cli.progress import progress_bar
from regulars.faces.cli.running import shop_running
from regulars.faces.cli.words import coded, language, words
from regulars.foundation.amounts import money_text
from regulars.foundation.errors import RegularsError
from regulars.foundation.shop.selectors import shop_known
from regulars.foundation.webkit.pages import merchant_text
from regulars.rules.programs.selectors import program_get
from regulars.rules.simulate.selectors import SimulationNames
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
    with shop_running():
        try:
            simulation = _run(
                program, date.fromisoformat(since), date.fromisoformat(until), version
            )
        except ValueError as problem:
            typer.echo(words(zh=f"日期有误：{problem}", en=f"No such day: {problem}"))
            raise typer.Exit(2) from None
        except RegularsError as refusal:
            typer.echo(refusal.sentence(language()))
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
    console, program = Console(), program_get(found.program)
    told = SimulationNames(program)
    title = coded(merchant_text(program.name), found.program)
    console.print(Text(f"{title} · {found.since} – {found.until}"))
    console.print(_assets(found, told))
    if found.rules:
        console.print(_rules(found, told))
    for left_out in found.not_replayed:
        typer.echo(_left_out(left_out, told))
    typer.echo(
        words(
            zh=f"{found.events:,} 个事件，{found.members:,} 位会员：{found.winners:,} 位更多，"
            f"{found.losers:,} 位更少。每秒 {found.events_per_second:,} 个事件。",
            en=f"{found.events:,} events of {found.members:,} members: {found.winners:,} would "
            f"have got more, {found.losers:,} less. {found.events_per_second:,} events a second.",
        )
    )


def _assets(found: Simulation, told: SimulationNames) -> Table:
    """What would have been given of each asset, beside what really was."""
    currency = shop_known().currency
    table = Table(words(zh="资产", en="Asset"))
    for heading in (
        words(zh="试算", en="Simulated"),
        words(zh="实际", en="Really"),
        words(zh="试算价值", en="Worth"),
        words(zh="实际价值", en="Really worth"),
    ):
        table.add_column(heading, justify="right")
    for asset in found.assets:
        values = [
            "–" if value is None else money_text(value, currency)
            for value in (asset.value_minor, asset.really_value_minor)
        ]
        name = Text(coded(told.asset(asset.asset), asset.asset))
        table.add_row(name, f"{asset.amount:,}", f"{asset.really:,}", *values)
    return table


def _rules(found: Simulation, told: SimulationNames) -> Table:
    """How often each rule would have given, and how much."""
    table = Table(words(zh="规则", en="Rule"))
    table.add_column(words(zh="次数", en="Times"), justify="right")
    table.add_column(words(zh="退货前", en="Before returns"), justify="right")
    for rule in found.rules:
        amount = f"{rule.amount:,} {told.asset(rule.asset)}"
        name = Text(coded(told.rule(rule.rule), rule.rule))
        table.add_row(name, f"{rule.events:,}", Text(amount))
    return table


def _left_out(rule: NotReplayed, told: SimulationNames) -> str:
    name, detail = coded(told.rule(rule.rule), rule.rule), told.detail(rule)
    why = {
        "fact": words(
            zh=f"所用信息无法回溯（{detail}）",
            en=f"reads what can't be looked up in the past: {detail}",
        ),
        "followup": words(
            zh=f"由其他事件引发（{detail}）", en=f"listens to what other events raise: {detail}"
        ),
        "action": words(
            zh=f"其效果只会真实发生（{detail}）", en=f"does what only happens for real: {detail}"
        ),
    }[rule.reason]
    return words(zh=f"规则“{name}”未试算：{why}", en=f"Left out: {name} {why}")
