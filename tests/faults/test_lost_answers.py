"""A till whose connection breaks before the answer sends again, and nothing counts twice."""

import json
import random
import socket
import struct
import time
from collections import Counter
from contextlib import closing

from tests.faults.house import key
from tests.faults.sums import entries, rows
from tests.faults.tills import Till

SEED = 20250301
CUTS = 60
# Closing sends a reset at once, as a cable that is pulled and plugged in again would.
RESET = struct.pack("ii", 1, 0)


def sent_and_cut(port, api_key, path, body, own, cuts):
    """Sends all or part of a request and cuts the connection without reading an answer."""
    content = json.dumps(body).encode()
    head = (
        f"POST /api/v1{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {api_key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n"
        f"Idempotency-Key: {own}\r\n\r\n"
    ).encode()
    whole = head + content
    partly = cuts.random() < 0.3
    upto = cuts.randrange(1, len(whole)) if partly else len(whole)
    with closing(socket.create_connection(("127.0.0.1", port))) as connection:
        connection.sendall(whole[:upto])
        if not partly:
            time.sleep(cuts.choice([0, 0.001, 0.003, 0.01, 0.03]))
        if cuts.random() < 0.5:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        else:
            connection.shutdown(socket.SHUT_RDWR)


def happenings(house, name, count):
    """Sales of ¥10.00 and payments of 5 beans in turn: (path, body, key)."""
    for place in range(count):
        if place % 2:
            yield "/redemptions", {"member": {"id": house.public(name)}, "points": 5}, key()
        else:
            yield "/events", house.sale(name, 1_000), key()


def test_sixty_cut_connections_and_retries_have_one_effect_each(house):
    cuts = random.Random(SEED)
    name, port = house.member(1000), house.port()
    first_answers = Counter()
    with closing(Till(port, house.api_key)) as till:
        for path, body, own in happenings(house, name, CUTS):
            sent_and_cut(port, house.api_key, path, body, own, cuts)
            told = till.post(path, body, key=own)
            again = till.post(path, body, key=own)
            assert told.outcome in ("done", "again")
            assert (again.outcome, again.body) == ("again", told.body)
            first_answers[told.outcome] += 1
    holder = house.id(name)
    # Some cut requests had counted, some had never arrived: both were retried.
    assert first_answers["again"] >= 5 and first_answers["done"] >= 5, first_answers
    assert entries(holder, "earn") == 1 + CUTS // 2
    assert entries(holder, "redeem") == CUTS // 2
    assert rows("SELECT count(*) FROM rules_event WHERE holder_id = %s", holder) == [(1 + CUTS,)]
    assert house.wrong_sums(name, 1000 + CUTS // 2 * (10 - 5)) == []


def test_a_till_that_makes_a_new_key_for_a_retry_pays_twice(house):
    """The control: keys are what keeps the retries above from counting."""
    cuts = random.Random(SEED)
    name, port = house.member(1000), house.port()
    with closing(Till(port, house.api_key)) as till:
        for path, body, own in list(happenings(house, name, CUTS))[1::2]:
            sent_and_cut(port, house.api_key, path, body, own, cuts)
            assert till.post(path, body, key=key()).outcome == "done"
    assert entries(house.id(name), "redeem") > CUTS // 2
