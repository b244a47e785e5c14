"""The process has one pool of connections, whoever asks for it first."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from regulars.foundation.database import session

THREADS = 16


def test_threads_that_ask_first_together_share_one_pool(clean_database):
    start = Barrier(THREADS)

    def asked(_number):
        start.wait()
        return id(session._pool())

    session.pool_close()
    with ThreadPoolExecutor(THREADS) as threads:
        found = set(threads.map(asked, range(THREADS)))
    session.pool_close()
    assert len(found) == 1


def test_the_connection_that_came_back_last_is_given_out_first(clean_database):
    def backend(connection):
        return connection.info.backend_pid

    session.pool_close()
    pool = session._pool()
    held = [pool.getconn() for _ in range(3)]
    for connection in held:
        pool.putconn(connection)
    last = backend(held[-1])
    for _ in range(5):
        with session.unit_of_work() as unit:
            assert unit.fetch("SELECT pg_backend_pid()")[0][0] in (last, str(last))
    session.pool_close()
