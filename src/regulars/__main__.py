"""`python -m regulars` and the command `regulars`.

Django is set up before the commands are imported, because their modules import models: the one
place where the order of imports matters.
"""

import os
import sys

import django
from django.db import OperationalError

from regulars.foundation.database.connections import DatabaseUnreachable
from regulars.foundation.early import serving_begin
from regulars.foundation.errors import RegularsError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars.settings")
try:
    serving_begin(sys.argv[1:])
    django.setup()
except RegularsError as refusal:
    sys.exit(refusal.sentence())

from regulars.faces.cli.commands import application
from regulars.faces.cli.words import language


def main() -> None:
    """Runs one command; a refusal is printed as its sentence, without a traceback."""
    try:
        application()
    except OperationalError as error:
        problem = str(error).partition("\n")[0].rstrip(".")
        refusal: RegularsError = DatabaseUnreachable(problem=problem)
    except RegularsError as error:
        refusal = error
    else:
        return
    sys.exit(refusal.sentence(language()))


if __name__ == "__main__":
    main()
