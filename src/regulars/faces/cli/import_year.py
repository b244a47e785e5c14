"""`regulars import`: a file of another system, or a year of history through the one intake."""

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from regulars.faces.cli.import_file import (
    AsOfOption,
    ExpectOption,
    FileArgument,
    FileAsked,
    LevelOption,
    MappingOption,
    RejectedOption,
    StartOption,
    StoreOption,
    UndoOption,
    file_imported,
)
from regulars.faces.cli.parts import parts_run
from regulars.faces.cli.progress import progress_bar
from regulars.faces.cli.running import shop_running
from regulars.faces.cli.words import language, words
from regulars.foundation import clock
from regulars.foundation.actors import job
from regulars.foundation.amounts import money_text
from regulars.foundation.database.migrations import migrate, migrations_missing
from regulars.foundation.shop.selectors import shop_known
from regulars.rules.imports.selectors import rejected_list
from regulars.rules.imports.services import (
    batch_noted,
    import_asked,
    import_begin,
    import_expire,
    import_finish,
)
from regulars.rules.imports.types import Asked, BatchReport, Plan, RunView

SEED = 2017
BATCH_SIZE = 1000
# One more than cores: while one waits for the disk, the others keep the cores busy.
PROCESSES_MAX = 3
REJECTED_SHOWN = 20
ACTOR = job("import")

LimitOption = Annotated[
    int | None, typer.Option(min=1, help="只导入最早的若干单 · Only so many baskets.")
]
FolderOption = Annotated[
    Path | None, typer.Option(help="数据文件所在文件夹 · Where the files are.")
]


def import_year(
    file: FileArgument = None,
    dataset: Annotated[
        str, typer.Option(help="数据集，如 completejourney · The dataset, instead of a file.")
    ] = "",
    limit: LimitOption = None,
    resume: Annotated[  # noqa: FBT002 - typer makes flags of these
        bool, typer.Option("--resume", help="接着上次中断处继续 · Go on where it stopped.")
    ] = False,
    folder: FolderOption = None,
    returns: Annotated[  # noqa: FBT002
        bool, typer.Option(help="补充退货与积分支付 · Add returns and payments with points.")
    ] = True,
    seed: Annotated[int, typer.Option(help="补充时的随机种子 · The seed of what is added.")] = SEED,
    expire: Annotated[  # noqa: FBT002
        bool, typer.Option(help="最后结清到期积分 · Post what expired, at the end.")
    ] = True,
    processes: Annotated[
        int, typer.Option(min=1, max=16, help="同时运行的进程数 · Processes side by side.")
    ] = min(PROCESSES_MAX, (os.cpu_count() or 1) + 1),
    batch: Annotated[
        int, typer.Option(min=1, max=1000, help="每批条数 · Items in a batch.")
    ] = BATCH_SIZE,
    mapping: MappingOption = None,
    expect: ExpectOption = None,
    level: LevelOption = None,
    store: StoreOption = None,
    as_of: AsOfOption = None,
    start: StartOption = False,  # noqa: FBT002
    undo: UndoOption = False,  # noqa: FBT002
    rejected: RejectedOption = None,
) -> None:
    """导入文件或一年的历史数据 · Imports a file or a year; may be stopped and go on any time."""
    if file is not None:
        told = (tuple(expect or ()), tuple(level or ()), tuple(store or ()))
        file_imported(FileAsked(file, mapping, *told, as_of, start, undo, rejected, processes))
        return
    asked = import_asked(
        dataset=dataset,
        folder=folder,
        limit=limit,
        seed=seed if returns else None,
        parts=processes,
        batch_size=batch,
    )
    with shop_running():
        if migrations_missing():
            migrate()
        started = clock.now()
        plan, view = _imported(asked, resume=resume)
        seconds = (clock.now() - started).total_seconds()
        died = import_expire(dataset=dataset) if expire else None
        _summary_printed(plan, view, seconds, died)
        for row in rejected_list(view.id, REJECTED_SHOWN):
            place = words(zh=f"第 {row.row} 行", en=f"row {row.row}")
            typer.echo(f"{place} ({row.key}): {row.text[language()]}")


def _imported(asked: Asked, *, resume: bool) -> tuple[Plan, RunView]:
    typer.echo(words(zh="正在读取文件 ……", en="Reading the files ..."))
    plan = import_begin(actor=ACTOR, asked=asked, resume=resume)
    with progress_bar() as bar:
        text = words(zh="单据", en="baskets")
        task = bar.add_task(text, total=plan.baskets, completed=plan.counts.get("sales", 0))

        def noted(report: BatchReport) -> None:
            batch_noted(run_id=plan.run_id, report=report)
            bar.advance(task, report.counts.get("sales", 0))

        parts_run(plan, noted)
    return plan, import_finish(actor=ACTOR, run_id=plan.run_id)


def _summary_printed(plan: Plan, view: RunView, seconds: float, died: int | None) -> None:
    counts = view.counts
    currency = shop_known().currency

    def number(name: str) -> str:
        return f"{counts.get(name, 0):,}"

    events = counts.get("events", 0) - plan.counts.get("events", 0)
    rows = [
        (words(zh="事件", en="events"), number("events")),
        (words(zh="其中先前已入账", en="of these booked before"), number("replayed")),
        (words(zh="销售单", en="sales"), number("sales")),
        (words(zh="明细行", en="lines"), number("lines")),
        (words(zh="销售净额", en="sold, net"), money_text(counts.get("net_minor", 0), currency)),
        (words(zh="退款与取消", en="refunds and cancellations"), number("refunds")),
        (
            words(zh="退款净额", en="refunded"),
            money_text(counts.get("refunded_minor", 0), currency),
        ),
        (words(zh="先到后销的退款", en="refunds that came first"), number("waiting")),
        (words(zh="积分支付", en="payments with points"), number("redemptions")),
        (words(zh="获得积分", en="points earned"), number("points_earn")),
        (words(zh="退货收回积分", en="points taken back"), number("points_refund")),
        (words(zh="使用积分", en="points spent"), number("points_redeem")),
        (words(zh="退货返还积分", en="points given back"), number("points_return")),
        (words(zh="到期结清批次", en="lots expired"), "–" if died is None else f"{died:,}"),
        (words(zh="未导入的行", en="rows rejected"), f"{view.rejected:,}"),
        (words(zh="每秒事件", en="events per second"), f"{events / max(seconds, 0.001):,.0f}"),
    ]
    table = Table(show_header=False, box=None)
    table.add_column()
    table.add_column(justify="right")
    for row in rows:
        table.add_row(*row)
    Console().print(table)
    typer.echo(
        words(
            zh=f"文件本身没有币种，金额按本店货币 {currency} 入账。"
            "可用 regulars prove 核验全部数字。",
            en=f"The file names no currency; its amounts were booked as the shop's {currency}. "
            "`regulars prove` checks every figure.",
        )
    )
