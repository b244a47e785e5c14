"""`regulars import FILE`: members with balances, or past sales, from another system's export."""

import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from regulars.faces.cli.progress import progress_bar
from regulars.faces.cli.running import shop_running
from regulars.faces.cli.words import coded, language, language_learnt, words
from regulars.foundation.actors import job
from regulars.foundation.database.migrations import migrate, migrations_missing
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.processes import collections_made_rare, end_with_parent
from regulars.foundation.webkit.pages import merchant_text
from regulars.rules.fileimports.errors import FileUnreadable
from regulars.rules.fileimports.selectors import (
    fields_list,
    import_get,
    placed_name,
    places_known,
    rejected_csv,
    rejected_list,
    state_name,
    total_names,
    total_text,
    values_list,
)
from regulars.rules.fileimports.services import (
    chunks_run,
    file_add,
    file_check,
    import_finish,
    import_start,
    import_undo,
    mapping_set,
    totals_read,
)
from regulars.rules.fileimports.types import ChunkReport, FileImportView

FileArgument = Annotated[
    Path | None, typer.Argument(help="其他系统导出的文件 · A file of another system.")
]
MappingOption = Annotated[
    str | None, typer.Option(help="文件的列对应名称 · The name of a kept mapping.")
]
ExpectOption = Annotated[
    list[str] | None, typer.Option(help="原系统合计，如 beans=1200 · Old totals, repeatable.")
]
LevelOption = Annotated[
    list[str] | None,
    typer.Option(
        "--level", help="原等级对应的等级，如 金卡=v3 · What an old level becomes, repeatable."
    ),
]
StoreOption = Annotated[
    list[str] | None,
    typer.Option(
        "--store", help="原门店对应的门店，如 总店=s1 · What an old store becomes, repeatable."
    ),
]
AsOfOption = Annotated[
    str | None, typer.Option(help="结转日期，如 2025-07-01 · The day of taking over.")
]
StartOption = Annotated[
    bool, typer.Option("--start", help="检查后正式导入文件 · Take the file over.")
]
UndoOption = Annotated[
    bool, typer.Option("--undo", help="整批撤销该文件的导入 · Undo the file's import.")
]
RejectedOption = Annotated[
    Path | None, typer.Option(help="未导入的行写入此 CSV · Write rejected rows here.")
]
ACTOR = job("file-import")
REJECTED_SHOWN = 20
OPEN = ("added", "checked")
# As `mapping_set` reads them: the one column of levels, and that of stores.
LEVELS, STORES = "level:@", "store"


class FileAsked(msgspec.Struct, frozen=True):
    """What somebody wants done with a file."""

    file: Path
    mapping: str | None
    expect: tuple[str, ...]
    levels: tuple[str, ...]
    stores: tuple[str, ...]
    as_of: str | None
    start: bool
    undo: bool
    rejected: Path | None
    processes: int


def file_imported(asked: FileAsked) -> None:
    """Checks a file, and with `start` takes it over; running it again goes on where it stopped."""
    with shop_running():
        if migrations_missing():
            migrate()
        try:
            with asked.file.open("rb") as stream:
                view = file_add(actor=ACTOR, stream=stream, name=asked.file.name)
        except OSError as trouble:
            raise FileUnreadable(problem=trouble.strerror or "") from None
        if asked.undo:
            view = import_undo(actor=ACTOR, import_id=view.id)
        elif view.state in OPEN:
            view = _checked(asked, view)
        if asked.start and not asked.undo and view.state in ("checked", "running"):
            import_start(actor=ACTOR, import_id=view.id)
            _run(view, asked.processes)
            view = import_finish(actor=ACTOR, import_id=view.id)
        _printed(view)
        if asked.rejected is not None:
            lines = rejected_csv(view.id, language())
            asked.rejected.write_text("".join(lines), encoding="utf-8")


def import_file_part(
    import_id: Annotated[str, typer.Argument()],
    part: Annotated[int, typer.Argument()],
    parts: Annotated[int, typer.Argument()],
    parent: Annotated[int, typer.Argument()],
) -> None:
    """Runs one part of a file's chunks for the command above it, which counts the lines."""
    end_with_parent(parent, signal.SIGKILL)
    collections_made_rare()
    language_learnt()
    out = sys.stdout

    def told(report: ChunkReport) -> None:
        out.write(f"{report.counts.get('rows', 0)}\n")
        out.flush()

    chunks_run(import_id=import_id, part=part, parts=parts, report=told)


def _checked(asked: FileAsked, view: FileImportView) -> FileImportView:
    texts = dict([each.partition("=")[::2] for each in asked.expect])
    with unit_of_work() as unit:
        expected = totals_read(unit, texts)
    mapping_set(
        actor=ACTOR,
        import_id=view.id,
        kind=view.kind,
        columns=view.columns if asked.mapping is None else None,
        mapping=asked.mapping,
        values=_values(asked),
        expected=expected,
        as_of=date.fromisoformat(asked.as_of) if asked.as_of else None,
    )
    with progress_bar() as bar:
        task = bar.add_task(words(zh="检查", en="checking"), total=view.row_count)
        return file_check(
            actor=ACTOR, import_id=view.id, progress=lambda rows: bar.advance(task, rows)
        )


def _values(asked: FileAsked) -> dict[str, dict[str, str]]:
    """What was typed as `金卡=v3`; the last sign parts the two, since a name may hold one."""
    typed = {LEVELS: asked.levels, STORES: asked.stores}
    return {
        field: {written: code for written, _, code in [each.rpartition("=") for each in pairs]}
        for field, pairs in typed.items()
        if pairs
    }


def _run(view: FileImportView, processes: int) -> None:
    with progress_bar() as bar:
        done = import_get(view.id).rows_done
        task = bar.add_task(
            words(zh="导入", en="taking over"), total=view.row_count, completed=done
        )
        if processes == 1:
            chunks_run(
                import_id=view.id,
                report=lambda report: bar.advance(task, report.counts.get("rows", 0)),
            )
            return
        with ExitStack() as stack:
            running = [_part(view, part, processes) for part in range(processes)]
            for each in running:
                stack.callback(each.wait)
            for each in running:
                assert each.stdout is not None  # noqa: S101 - tells the type checker
                for line in each.stdout:
                    bar.advance(task, int(line))
        if any(each.returncode for each in running):
            raise typer.Exit(1)


def _part(view: FileImportView, part: int, parts: int) -> subprocess.Popen[str]:
    numbers = [str(part), str(parts), str(os.getpid())]
    command = [sys.executable, "-m", "regulars", "import-file-part", view.id, *numbers]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _printed(view: FileImportView) -> None:
    console = Console()
    console.print(Text(f"{view.file_name} · {state_name(view.state)} · {view.id}"))
    if view.totals:
        console.print(_totals(view))
    if view.left_out:
        names = words(zh="、", en=", ").join(view.left_out)
        typer.echo(
            words(
                zh=f"未导入的列：{names}（其中的余额不会转入）",
                en=f"Columns that are not imported: {names}. Balances in them stay behind.",
            )
        )
    if view.placed:
        console.print(_placed(view))
    if view.state == "checked":
        _unknown_told(view)
    for each in rejected_list(view.id, REJECTED_SHOWN):
        at = words(zh=f"第 {each.row} 行", en=f"row {each.row}")
        typer.echo(f"{at}: {each.text[language()]}")
    if view.state == "checked":
        typer.echo(
            words(
                zh="以上仅为检查，尚未写入。加 --start 正式导入。",
                en="This was a check only; nothing was written. Add --start to take it over.",
            )
        )


def _totals(view: FileImportView) -> Table:
    """Each total beside the old system's, with the word that `--expect` knows it by."""
    with unit_of_work() as unit:
        places, names = places_known(unit), total_names(unit, view.kind)
    table = Table("")
    for heading in (
        words(zh="文件", en="file"),
        words(zh="转入", en="taken over"),
        words(zh="未导入", en="rejected"),
        words(zh="原系统", en="old system"),
        words(zh="差异", en="difference"),
    ):
        table.add_column(heading, justify="right")
    for line in view.totals:
        figures = (line.file, line.taken, line.rejected, line.expected, line.difference)
        name = Text(coded(names.get(line.name, line.name), line.name))
        table.add_row(name, *[total_text(each, places.get(line.name, 2)) for each in figures])
    return table


def _placed(view: FileImportView) -> Table:
    """How many rows there are of each level and store, with the codes that options know."""
    fields = fields_list(view.kind)
    table = Table(words(zh="列", en="column"), words(zh="对应为", en="becomes"))
    table.add_column(words(zh="转入行数", en="rows taken over"), justify="right")
    table.add_column(words(zh="未导入行数", en="rows rejected"), justify="right")
    for line in view.placed:
        name = placed_name(line, fields)
        becomes = Text(coded(name, line.becomes) if line.becomes else name)
        heading = Text(view.columns.get(line.field, line.field))
        table.add_row(heading, becomes, f"{line.taken:,}", f"{line.rejected:,}")
    return table


def _unknown_told(view: FileImportView) -> None:
    """Values that nobody knows here, and how to say what they become."""
    for column in values_list(view.id):
        option = "--store" if column.field == STORES else "--level"
        choices = [coded(merchant_text(dict(each.label)), each.code) for each in column.choices]
        known = words(zh="、", en=", ").join(choices)
        for value in column.values or ():
            if value.becomes is None:
                typer.echo(
                    words(
                        zh=f"{column.heading}“{value.written}”（{value.rows} 行）未对应："
                        f"{option} {value.written}=… 可用：{known}、@none（不设）、"
                        "@reject（不导入）",
                        en=f"{column.heading} “{value.written}” ({value.rows} rows) is unknown: "
                        f"{option} {value.written}=… with one of {known}, @none (leave empty), "
                        "@reject (leave such rows out)",
                    )
                )
