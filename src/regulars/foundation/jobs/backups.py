"""What follows a restore: nobody works here yet, whatever the copy says."""

from collections.abc import Iterator

from django.db import connection

from regulars.foundation.backup.registry import Restored, after_restore
from regulars.foundation.diagnoses import Diagnosis


@after_restore("jobs")
def workers_forgotten(_restored: Restored) -> Iterator[Diagnosis]:
    """The workers in the copy live elsewhere, or no more; what they were doing is taken up anew."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_workers")
    yield from ()
