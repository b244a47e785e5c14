"""`regulars worker`"""

from typing import Annotated

import typer

from regulars.faces.cli.running import shop_running
from regulars.faces.cli.safety import deployment_checked
from regulars.foundation.database.migrations import migrations_missing
from regulars.foundation.jobs.worker import jobs_work, jobs_work_off
from regulars.foundation.settings import settings_load


def worker(
    concurrency: Annotated[
        int | None, typer.Option(help="同时执行的任务数 · Jobs done at once.")
    ] = None,
    wait: Annotated[  # noqa: FBT002 - typer makes --wait and --no-wait of it
        bool, typer.Option(help="队列为空时继续等待 · Stay when the queue is empty.")
    ] = True,
) -> None:
    """只运行后台任务 · Does background jobs only; `serve` does them too."""
    settings = settings_load()
    with shop_running(settings):
        if not migrations_missing():
            deployment_checked(settings)
        work = jobs_work if wait else jobs_work_off
        work(concurrency=concurrency or settings.job_concurrency)
