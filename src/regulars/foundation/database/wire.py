"""Sending a whole flight of statements with one wait.

The driver's own pipeline waits for the socket at every statement, and with every wait a thread
gives up the interpreter and has to get it back from thirty others. Here libpq is handed the whole
flight first; then one loop sends, receives and waits until the server has answered all of it.
Values are adapted, and rows are made, by the driver. Every statement is prepared at first use.
"""

import re
import select
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import count
from typing import Any

from psycopg import abc, errors, pq
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq.abc import PGconn, PGresult

from regulars.foundation.database.pulse import (
    SILENCE_SECONDS,
    PatientConnection,
    silence_endured,
)

Rows = list[tuple[Any, ...]]
Params = Sequence[Any] | Mapping[str, Any]

PREPARED_MAX = 1000
_PLACE = re.compile(r"%(?:(s)|\((\w+)\)s|%)")
_GOOD = (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK, pq.ExecStatus.EMPTY_QUERY)


class WiredConnection(PatientConnection):
    """A connection that can also send many statements at once, prepared under names of ours."""

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self._names: dict[tuple[str, tuple[int, ...]], bytes] = {}
        self._numbers = count()

    def flight(self, statements: Sequence[tuple[str, Params]]) -> list[Rows]:
        """Executes the statements in one round trip; answers each one's rows ([] if it has none).

        The first statement that fails raises its error, and none behind it is executed.
        """
        pgconn = self.pgconn
        transformer = Transformer(self)
        new: list[tuple[str, tuple[int, ...]]] = []
        wanted: list[bool] = []
        pgconn.enter_pipeline_mode()
        try:
            if len(self._names) > PREPARED_MAX:
                self._names.clear()
                pgconn.send_query_params(b"DEALLOCATE ALL", None)
                wanted.append(False)
            for sql, params in statements:
                known = len(new)
                self._queue(transformer, sql, params, new)
                wanted += [False, True] if len(new) > known else [True]
            pgconn.pipeline_sync()
            results = _answers(pgconn)
            pgconn.exit_pipeline_mode()
        except BaseException:
            # Nobody knows what the server still has to say: this connection is of no more use.
            self.close()
            raise
        failed = next((each for each in results if each.status not in _GOOD), None)
        if failed is not None:
            for each in new:
                del self._names[each]
            raise errors.error_from_result(failed, self.info.encoding)
        return [
            _rows(transformer, result)
            for result, is_wanted in zip(results, wanted, strict=True)
            if is_wanted
        ]

    def _queue(
        self,
        transformer: abc.Transformer,
        sql: str,
        params: Params,
        new: list[tuple[str, tuple[int, ...]]],
    ) -> None:
        command, names = _translated(sql)
        values = [params[name] for name in names] if isinstance(params, Mapping) else params
        dumped = transformer.dump_sequence(values, [PyFormat.AUTO] * len(values))
        types = tuple(transformer.types or ())
        name = self._names.get((sql, types))
        if name is None:
            name = self._names[sql, types] = b"flight_%d" % next(self._numbers)
            new.append((sql, types))
            self.pgconn.send_prepare(name, command, types)
        self.pgconn.send_query_prepared(name, dumped, transformer.formats)


@lru_cache(maxsize=2000)
def _translated(sql: str) -> tuple[bytes, tuple[str, ...]]:
    """The statement with numbered parameters, and the names of named ones by their numbers."""
    names: dict[str, int] = {}
    numbers = count(1)

    def numbered(place: re.Match[str]) -> str:
        if place[1]:
            return f"${next(numbers)}"
        if place[2]:
            return f"${names.setdefault(place[2], len(names) + 1)}"
        return "%"

    return _PLACE.sub(numbered, sql).encode(), tuple(names)


def _answers(pgconn: PGconn) -> list[PGresult]:
    """Sends what is queued and takes in one result for each command, up to the sync."""
    results: list[PGresult] = []
    poll = select.poll()
    sending = bool(pgconn.flush())
    while True:
        poll.register(pgconn.socket, select.POLLIN | (select.POLLOUT if sending else 0))
        heard = poll.poll(SILENCE_SECONDS * 1000)
        if not heard:
            silence_endured()
            continue
        ((_, ready),) = heard
        if ready & select.POLLOUT:
            sending = bool(pgconn.flush())
        if ready & ~select.POLLOUT:
            pgconn.consume_input()
        between = False
        while not pgconn.is_busy():
            result = pgconn.get_result()
            if result is None:
                if between:
                    break
                between = True
                continue
            between = False
            if result.status == pq.ExecStatus.PIPELINE_SYNC:
                return results
            results.append(result)


def _rows(transformer: abc.Transformer, result: PGresult) -> Rows:
    if result.status != pq.ExecStatus.TUPLES_OK:
        return []
    transformer.set_pgresult(result)
    return transformer.load_rows(0, result.ntuples, tuple)
