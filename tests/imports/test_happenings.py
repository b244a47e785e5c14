"""What is made of the baskets: the same for the same seed, in an order that batches keep."""

import pytest

from regulars.rules.imports.batching import batches_cut
from regulars.rules.imports.datasets import DATASETS
from regulars.rules.imports.happenings import happenings
from regulars.rules.imports.reading import YearFile


@pytest.fixture(scope="module")
def source(small_year):
    return YearFile(small_year, DATASETS["completejourney"], None)


def made(source, seed=2017, part=0, parts=1):
    return happenings(source.baskets(part, parts), currency="CNY", seed=seed)


def test_the_same_seed_gives_the_same_and_another_seed_does_not(source):
    assert made(source) == made(source)
    assert {each.key for each in made(source)} != {each.key for each in made(source, seed=1)}


def test_without_a_seed_there_are_the_sales_alone(source):
    found = made(source, seed=None)
    assert len(found) == source.basket_count
    assert {each.item.kind for each in found} == {"order.paid"}


def test_the_parts_make_what_the_whole_makes(source):
    whole = {each.key: each.item for each in made(source)}
    parts = [each for part in range(3) for each in made(source, part=part, parts=3)]
    assert {each.key: each.item for each in parts} == whole


def test_zero_baskets_are_sold_and_nothing_follows_them(source):
    zero = {basket.id for basket in source.baskets() if basket.net_minor == 0}
    assert zero
    found = [each for each in made(source) if each.document in zero]
    assert [each.document for each in found if not each.is_undoing] == [
        each.document for each in found
    ]


@pytest.mark.parametrize("size", [1, 7, 100, 1000])
def test_batches_keep_every_household_s_order_and_hold_at_most_one_refund_of_each(source, size):
    found = made(source)
    batches = list(batches_cut(found, size))
    assert [batch.number for batch in batches] == list(range(1, len(batches) + 1))
    assert max(len(batch.happenings) for batch in batches) <= size
    sent = [each for batch in batches for each in batch.happenings]
    assert len(sent) == len(found)
    for household in {each.household for each in found}:
        assert [each.key for each in sent if each.household == household] == [
            each.key for each in found if each.household == household
        ]
    for batch in batches:
        undoing = [each.household for each in batch.happenings if each.is_undoing]
        assert len(set(undoing)) == len(undoing)
        assert len(undoing) in (0, len(batch.happenings))
