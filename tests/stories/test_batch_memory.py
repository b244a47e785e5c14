"""What a batch was decided with dies when it is done, without the garbage collector."""

import gc

import pytest

from regulars.rules.intake.loading import Gathered


@pytest.fixture
def uncollected():
    gc.collect()
    gc.disable()
    # Not isinstance: it asks lazy objects of others for their class, which makes some of them.
    yield lambda: [each for each in gc.get_objects() if type(each) is Gathered]
    gc.enable()


def test_a_batch_leaves_nothing_to_be_collected(shop, uncollected):
    rule = {
        "code": "base",
        "name": {"zh-Hans": "购物返豆", "en": "Beans"},
        "on": "order.paid",
        "earn": {"asset": "beans", "rate": {"amount": 1, "per_minor": 100}},
        "limits": [{"per": "member", "window": "day", "amount": 15}],
    }
    shop.publish(rules=[rule])
    shop.send(shop.sale("mei", 1000), shop.sale("bo", 2000))
    assert (shop.of("mei").balance, shop.of("bo").balance) == (10, 15)
    assert uncollected() == []
