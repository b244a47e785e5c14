"""`regulars migrate`"""

import typer

from regulars.faces.cli.running import shop_running
from regulars.faces.cli.words import words
from regulars.foundation.database.migrations import migrate as tables_migrate
from regulars.foundation.database.migrations import migrations_missing


def migrate() -> None:
    """更新数据表（serve 会自动执行） · Brings the tables up to date; `serve` does it by itself."""
    with shop_running():
        missing = migrations_missing()
        tables_migrate()
    typer.echo(
        words(
            zh=f"已执行 {len(missing)} 个迁移。" if missing else "数据表已是最新。",
            en=f"{len(missing)} migrations applied." if missing else "Nothing to do.",
        )
    )
