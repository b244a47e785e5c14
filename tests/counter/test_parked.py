"""Sales that are put aside: for a day, and of a person the id at most."""

from datetime import timedelta

import pytest

from regulars.commerce.counter.parts import parked_erased, parked_merged
from regulars.commerce.counter.selectors import parked_list
from regulars.commerce.counter.services import parked_forget, sale_park
from regulars.foundation import ids
from regulars.foundation.actors import SYSTEM
from regulars.foundation.database.session import unit_of_work
from regulars.members.lifecycle.types import MergeFacts


@pytest.fixture
def aside(counter):
    """One sale of Mei's and one of nobody's wait."""
    with counter.shop.time():
        for content in (f'{{"member":{{"id":"{counter.id_of("mei")}"}}}}', '{"member":null}'):
            sale_park(
                actor=counter.ann, till=counter.till, key=ids.new_id(), label="¥1", content=content
            )
    return counter


def done(statements):
    with unit_of_work() as unit:
        unit.commit(statements)


def contents():
    return {each.content for each in parked_list("s1")}


def test_what_nobody_recalls_is_forgotten_after_a_day(aside):
    parked_at = aside.shop.now
    assert parked_forget(parked_at) == 0
    assert parked_forget(parked_at + timedelta(seconds=1)) == 2
    assert contents() == set()


def test_what_waits_for_mei_waits_for_bo_after_a_merge(aside):
    mei, bo = (str(aside.shop.members[name]) for name in ("mei", "bo"))
    facts = MergeFacts(mei, bo, {}, aside.shop.now, SYSTEM)
    with unit_of_work() as unit:
        unit.commit(parked_merged(unit, facts))
    assert contents() == {
        f'{{"member":{{"id":"{aside.id_of("bo")}"}}}}',
        '{"member":null}',
    }


def test_what_waits_for_mei_goes_when_she_is_erased(aside):
    done(parked_erased(str(aside.shop.members["mei"]), aside.shop.now))
    assert contents() == {'{"member":null}'}
