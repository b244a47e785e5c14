"""What a command works in: the shop's database, running, and the shop's language."""

from collections.abc import Iterator
from contextlib import contextmanager

from regulars.faces.cli.words import catalogue_read, language_learnt
from regulars.foundation.database.embedded import database_running
from regulars.foundation.settings import RegularsSettings, settings_load


@contextmanager
def shop_running(settings: RegularsSettings | None = None) -> Iterator[None]:
    """Joins the running database or starts one; from then on the command speaks as the shop does.

    Errors: as `database_running`.
    """
    with database_running(settings or settings_load()):
        language_learnt()
        with catalogue_read():
            yield
