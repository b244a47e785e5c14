"""`regulars export-ledger`"""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from regulars.faces.cli.running import shop_running
from regulars.faces.cli.words import words
from regulars.foundation.settings import settings_load
from regulars.ledger.proofs.services import VERIFIER, ledger_export


def export_ledger(
    path: Annotated[
        Path, typer.Argument(help="要写入的文件，- 为标准输出 · The file; - is standard output.")
    ],
) -> None:
    """导出全部账目，他人可独立校验 · Writes the ledger as JSON Lines that anybody can verify."""
    console = Console(stderr=True)
    settings = settings_load()
    with shop_running(settings), Progress(console=console) as bar:
        task = bar.add_task("", total=None)

        def report(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        if str(path) == "-":
            lines = ledger_export(sys.stdout, report=report)
        else:
            draft = path.with_name(f"{path.name}.part")
            with draft.open("w", encoding="utf-8", newline="\n") as target:
                lines = ledger_export(target, report=report)
            draft.rename(path)
    told = words(zh=f"{lines:,} 行。校验：", en=f"{lines:,} lines. Verify: ")
    console.print(f"{told}python {VERIFIER} {path} {settings.roots_file}", highlight=False)
