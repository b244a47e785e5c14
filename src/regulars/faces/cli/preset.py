"""`regulars preset`: list, preview, install, end"""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

import typer

from regulars.faces.cli.words import chinese, words
from regulars.foundation import clock
from regulars.foundation.actors import job
from regulars.foundation.database.embedded import database_running
from regulars.foundation.settings import settings_load
from regulars.foundation.shop.selectors import shop_known
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
    with database_running(settings_load()):
        for each in presets_listed():
            told = _installed(each.installation) if each.installation else ""
            name = each.name[_language()]
            typer.echo(f"{each.preset:<18} v{each.version}  {name}  {told}".rstrip())


@preset.command("preview")
def preset_told(code: Code) -> None:
    """安装前预览 · What installing would do; changes nothing."""
    with database_running(settings_load()):
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
    with database_running(settings_load()):
        typer.echo(_installed(work()))


def _printed(preview: PresetPreview) -> None:
    language = _language()
    typer.echo(preview.preset.about[language])
    for line in preview.preset.promises[language]:
        typer.echo(f"  + {line}")
    for line in preview.preset.waits_for[language]:
        typer.echo(words(zh=f"  … 待后续版本：{line}", en=f"  … in a later version: {line}"))
    for step in preview.steps:
        zh, en = DEEDS[step.deed]
        name = step.name.get(language, step.code)
        why = step.reason.get(language, "")
        line = f"{words(zh=zh, en=en):<20} {step.section_title[language]}: {name} {why}"
        typer.echo(line.rstrip())


def _day(instant: datetime) -> str:
    return clock.business_date(instant, shop_known().time_zone).isoformat()


def _installed(view: InstallationView) -> str:
    name = view.name.get(_language(), view.preset)
    if view.ended_at is not None:
        day = _day(view.ended_at)
        return words(zh=f"“{name}”已于 {day} 结束", en=f"“{name}” ended on {day}")
    day = _day(view.installed_at)
    return words(
        zh=f"“{name}”第 {view.version} 版，{day} 安装",
        en=f"“{name}”, version {view.version}, installed on {day}",
    )


def _language() -> str:
    return "zh-Hans" if chinese() else "en"
