"""`regulars version`"""

import typer

from regulars import __version__


def version() -> None:
    """显示版本 · Prints the version."""
    typer.echo(f"regulars {__version__}")
