"""`regulars serve`"""

from typing import Annotated

import typer

from regulars.faces.cli.serving import serve_run
from regulars.faces.cli.words import words
from regulars.foundation.settings import settings_load
from regulars.foundation.shop.setup import setup_code_made
from regulars.organization.staff.selectors import staff_exist


def serve(
    host: Annotated[str | None, typer.Option(help="监听地址 · Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="监听端口 · Port to listen on.")] = None,
    workers: Annotated[int | None, typer.Option(help="网页进程数 · Web processes.")] = None,
    https: Annotated[  # noqa: FBT002 - typer makes --https of it
        bool,
        typer.Option(
            "--https",
            help="使用自制证书的 https，供手机摄像头和通行密钥 · Https with a certificate of its "
            "own, for phones' cameras and passkeys.",
        ),
    ] = False,
    jobs: Annotated[  # noqa: FBT002 - typer makes --jobs and --no-jobs of it
        bool, typer.Option(help="同时运行后台任务 · Also do background jobs.")
    ] = True,
) -> None:
    """运行本机上的全部服务 · Runs everything: database, web, background jobs."""
    given = {"host": host, "port": port, "web_workers": workers}
    settings = settings_load().model_copy(
        update={name: value for name, value in given.items() if value is not None}
    )

    address = f"{'https' if https else 'http'}://{settings.host}:{settings.port}/"
    first_time: list[str] = []

    def prepare() -> None:
        if not staff_exist():
            first_time.append(setup_code_made())

    def announce() -> None:
        typer.echo(words(zh=f"熟客：{address}（按 Ctrl-C 停止）", en=f"{address} (Ctrl-C stops)"))
        for code in first_time:
            link = f"{address}console/start/{code}/"
            typer.echo(
                words(
                    zh=f"\n店还没有开。请在浏览器打开此链接开店：\n{link}\n"
                    f"（从其他电脑开店时，开店码为 {code}）",
                    en=f"\nThe shop isn't open yet. Open it in a browser:\n{link}\n"
                    f"(From another computer, the set-up code is {code})",
                )
            )

    serve_run(settings, with_jobs=jobs, with_https=https, prepare=prepare, announce=announce)
