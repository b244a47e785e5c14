"""What a serving command begins before Django is imported, so that both happen at once.

PostgreSQL needs a tenth of a second to start and Python needs more to import; neither waits.
"""

import os
import shutil

from regulars.foundation.database.embedded import EmbeddedPostgres
from regulars.foundation.database.places import places_of
from regulars.foundation.settings import data_dir_ready, settings_load

SERVING_COMMANDS = ("serve", "demo")
METRICS_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


class Begun:
    """The database that this process began to start, if it did."""

    postgres: EmbeddedPostgres | None = None


def serving_begin(arguments: list[str]) -> None:
    """Starts the embedded PostgreSQL and prepares shared metrics when the command will serve."""
    if arguments[:1] not in [[name] for name in SERVING_COMMANDS] or "--help" in arguments:
        return
    settings = settings_load()
    folder = data_dir_ready(settings) / "metrics"
    # prometheus_client decides while it is imported whether several processes share figures.
    os.environ[METRICS_VARIABLE] = str(folder)
    if settings.embedded:
        postgres = EmbeddedPostgres(places_of(settings))
        postgres.begin()
        Begun.postgres = postgres
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
