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
