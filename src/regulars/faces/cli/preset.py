"""`regulars preset`: list, preview, install, end"""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from regulars.faces.cli.running import shop_running
from regulars.faces.cli.words import coded, language, words
from regulars.foundation import clock
from regulars.foundation.actors import job
from regulars.foundation.shop.selectors import shop_known
from regulars.foundation.webkit.pages import merchant_text
from regulars.presets.installer.selectors import preset_preview, presets_listed
from regulars.presets.installer.services import preset_end, preset_install
from regulars.presets.installer.types import Deed, InstallationView, PresetPreview

Code = Annotated[str, typer.Argument(help="方案包代码 · The preset's code.")]

preset = typer.Typer(help="方案包：查看、安装、结束 · Presets.", no_args_is_help=True)

DEEDS = {
    Deed.MAKE: ("新建", "make"),
    Deed.KEEP: ("已有", "there already"),
    Deed.CHANGE: ("更新", "change"),
    Deed.RESUME: ("恢复", "start again"),
    Deed.OWN: ("保留本店修改", "keep the shop's own"),
    Deed.END: ("结束", "end"),
    Deed.REFUSE: ("不可安装", "not possible"),
}


@preset.command("list")
def presets_told() -> None:
    """列出全部方案包 · All presets, and which of them are installed."""
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0), pad_edge=False)
    with shop_running():
        for each in presets_listed():
            name = coded(each.name[language()], each.preset)
            state = _state(each.installation) if each.installation else ""
            table.add_row(
                name, words(zh=f"第 {each.version} 版", en=f"version {each.version}"), state
            )
        Console().print(table)


@preset.command("preview")
def preset_told(code: Code) -> None:
    """安装前预览 · What installing would do; changes nothing."""
    with shop_running():
        _printed(preset_preview(code))


@preset.command("install")
def preset_put_up(code: Code) -> None:
    """安装方案包或补全缺失部分 · Installs it, or adds what is missing."""
    _done(lambda: preset_install(actor=job("cli"), code=code))


@preset.command("end")
def preset_taken_down(code: Code) -> None:
    """结束方案包；会员已得不变 · Ends it; what members were given stays theirs."""
    _done(lambda: preset_end(actor=job("cli"), code=code))


def _done(work: Callable[[], InstallationView]) -> None:
    with shop_running():
        typer.echo(_told(work()))


def _printed(preview: PresetPreview) -> None:
    reader, preset = language(), preview.preset
    console = Console()
    console.print(Text(coded(preset.name[reader], preset.preset)))
    typer.echo(preset.about[reader])
    for line in preset.promises[reader]:
        typer.echo(f"  + {line}")
    for line in preset.waits_for[reader]:
        typer.echo(words(zh=f"  … 待后续版本：{line}", en=f"  … in a later version: {line}"))
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for step in preview.steps:
        zh, en = DEEDS[step.deed]
        name = merchant_text(step.name) or step.code
        why = step.reason.get(reader, "")
        table.add_row(words(zh=zh, en=en), step.section_title[reader], Text(name), Text(why))
    console.print(table)


def _day(instant: datetime) -> str:
    return clock.business_date(instant, shop_known().time_zone).isoformat()


def _state(view: InstallationView) -> str:
    """Since when it runs, or when it ended."""
    if view.ended_at is not None:
        day = _day(view.ended_at)
        return words(zh=f"已于 {day} 结束", en=f"ended on {day}")
    day = _day(view.installed_at)
    return words(
        zh=f"{day} 安装第 {view.version} 版", en=f"version {view.version}, installed on {day}"
    )


def _told(view: InstallationView) -> str:
    name = merchant_text(view.name) or view.preset
    return words(zh=f"“{name}”{_state(view)}", en=f"“{name}”: {_state(view)}")
