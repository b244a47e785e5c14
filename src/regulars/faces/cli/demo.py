"""`regulars demo`"""

from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings as django_settings

from regulars.faces.cli.progress import progress_bar
from regulars.faces.cli.serving import serve_run
from regulars.faces.cli.words import words
from regulars.foundation.actors import SYSTEM
from regulars.foundation.ids import new_secret
from regulars.foundation.settings import RegularsSettings, settings_load
from regulars.organization.apikeys.services import apikey_create
from regulars.organization.apikeys.types import Scope
from regulars.organization.staff.services import staff_create
from regulars.presets.demo.services import demo_shop_opened

OWNER = "owner"


def demo(
    host: Annotated[str | None, typer.Option(help="监听地址 · Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="监听端口 · Port to listen on.")] = None,
) -> None:
    """打开一家演示茶店并运行 · Opens a demo tea shop and runs everything."""
    given = {"host": host, "port": port}
    settings = settings_load().model_copy(
        update={name: value for name, value in given.items() if value is not None}
    )

    # Who tries it out is in at once; the pages say so.
    django_settings.SECOND_FACTOR = "offered"

    def announce() -> None:
        password, api_key = _keys(settings).read_text(encoding="utf-8").split()
        address = f"http://{settings.host}:{settings.port}/"
        # Whoever just cloned it has said nowhere which language she reads.
        typer.echo(
            f"\n熟客演示店 · The demo shop: {address}\n用户名 · User: {OWNER}\n"
            f"密码 · Password: {password}\nAPI 密钥 · API key: {api_key}\n"
            "（按 Ctrl-C 停止 · Ctrl-C stops）"
        )

    serve_run(settings, prepare=lambda: _opened(settings), announce=announce)


def _keys(settings: RegularsSettings) -> Path:
    return settings.data_dir / "demo-sign-in.txt"


def _opened(settings: RegularsSettings) -> None:
    """The shop, its owner and a key, once. The sign-in is kept beside the other secrets."""
    file = _keys(settings)
    if not file.exists():
        password = new_secret()
        staff_create(
            actor=SYSTEM,
            username=OWNER,
            display_name=words(zh="店主", en="Owner"),
            password=password,
            role="owner",
            language=settings.language,
        )
        _, api_key = apikey_create(
            actor=SYSTEM, name="demo", source="demo-api", scopes=tuple(Scope)
        )
        file.touch(mode=0o600)
        file.write_text(f"{password}\n{api_key}\n", encoding="utf-8")
    with progress_bar() as bar:
        task = bar.add_task(words(zh="布置演示店", en="Setting up the demo shop"), total=None)
        demo_shop_opened(lambda done, total: bar.update(task, completed=done, total=total))
