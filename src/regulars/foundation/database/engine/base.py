"""The engine as Django looks for it: its own, with another class of connection."""

from typing import Any

from django.db.backends.postgresql import base
from psycopg import IsolationLevel

from regulars.foundation.database.pulse import PatientConnection, Silent, was_silent_just_now


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's wrapper of a connection. Neither its pool nor other isolation levels are used."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> PatientConnection:
        if was_silent_just_now():
            raise Silent("the database said nothing a moment ago")
        self.isolation_level = IsolationLevel.READ_COMMITTED
        return PatientConnection.connect(**conn_params)
