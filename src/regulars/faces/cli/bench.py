"""`regulars bench`"""

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from regulars.faces.bench.run import TRIAL, WHOLE, bench_run
from regulars.foundation.database.places import places_of
from regulars.foundation.settings import settings_load

MARK = "REGULARS_BENCH"
PORT = "8799"


def bench(
    trial: Annotated[bool, typer.Option(help="只试跑 · Small and short.")] = False,  # noqa: FBT002
    keep: Annotated[bool, typer.Option(help="保留数据 · Keep the database.")] = False,  # noqa: FBT002
) -> None:
    """测速并写 bench.json · Measures everything, prints a table and writes bench.json."""
    if MARK not in os.environ:
        # A database of its own: settings are read at the start of a process.
        home = tempfile.mkdtemp(prefix="regulars-bench-")
        data = {"REGULARS_DATA_DIR": home, "REGULARS_PORT": PORT, "REGULARS_CURRENCY": "CNY"}
        os.execve(  # noqa: S606 - ourselves, with other settings
            sys.executable,
            [sys.executable, "-m", "regulars", *sys.argv[1:]],
            {**os.environ, **data, MARK: "1"},
        )
    settings = settings_load()
    figures = bench_run(settings, TRIAL if trial else WHOLE, settings.data_dir)
    figures.print()
    figures.write(Path("bench.json"))
    if not keep:
        for folder in (settings.data_dir, places_of(settings).cluster):
            shutil.rmtree(folder, ignore_errors=True)
    raise typer.Exit(0 if figures.all_good else 1)
