"""The list of commands. A command is a module of this package with a function, named here."""

from collections.abc import Callable

import typer

from regulars.faces.cli.backup import backup
from regulars.faces.cli.backup_key import backup_key
from regulars.faces.cli.bench import bench
from regulars.faces.cli.demo import demo
from regulars.faces.cli.doctor import doctor
from regulars.faces.cli.export_ledger import export_ledger
from regulars.faces.cli.import_file import import_file_part
from regulars.faces.cli.import_year import import_year
from regulars.faces.cli.migrate import migrate
from regulars.faces.cli.parts import import_part
from regulars.faces.cli.preset import preset
from regulars.faces.cli.prove import prove
from regulars.faces.cli.restore import restore
from regulars.faces.cli.serve import serve
from regulars.faces.cli.simulate import simulate
from regulars.faces.cli.version import version
from regulars.faces.cli.worker import worker

COMMANDS: dict[str, Callable[..., None]] = {
    "demo": demo,
    "serve": serve,
    "worker": worker,
    "migrate": migrate,
    "doctor": doctor,
    "backup": backup,
    "backup-key": backup_key,
    "restore": restore,
    "import": import_year,
    "simulate": simulate,
    "prove": prove,
    "export-ledger": export_ledger,
    "bench": bench,
    "version": version,
}

# What one command starts another for; nobody types these.
INNER_COMMANDS: dict[str, Callable[..., None]] = {
    "import-part": import_part,
    "import-file-part": import_file_part,
}

application = typer.Typer(
    name="regulars",
    help="熟客：自托管的会员系统 · Regulars: a self-hosted membership system.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for _name, _command in COMMANDS.items():
    application.command(_name)(_command)
for _name, _command in INNER_COMMANDS.items():
    application.command(_name, hidden=True)(_command)
application.add_typer(preset, name="preset")
