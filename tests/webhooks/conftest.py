"""A shop whose notices go out, on a network of its own, and receivers there."""

from datetime import UTC, datetime, timedelta

import pytest

from regulars.foundation import clock
from regulars.foundation.actors import SYSTEM
from regulars.foundation.database.session import pool_close, unit_of_work
from regulars.foundation.ids import new_id
from regulars.foundation.outbox.delivery import listener_caught_up
from regulars.foundation.outbox.services import NoticeView, notices_statement
from regulars.foundation.settings import settings_load
from regulars.organization.webhooks import sending, services
from regulars.organization.webhooks.known import webhooks_forgotten
from regulars.organization.webhooks.selectors import deliveries_latest, webhooks_list
from regulars.organization.webhooks.services import webhook_create
from tests.foundation.servers import wait_until
from tests.webhooks.receiver import Receiver

OPENED = datetime(2025, 3, 1, 4, tzinfo=UTC)


HELD_BACK = "SELECT count(*) FROM outbox_notice WHERE tx >= pg_snapshot_xmin(pg_current_snapshot())"


def nothing_is_held_back():
    """Notices are heard when every transaction beside theirs has ended; other tests have theirs."""
    with unit_of_work() as unit:
        return unit.fetch(HELD_BACK) == [(0,)]


class Post:
    """The shop's notices; time moves by `later`."""

    def __init__(self):
        self.now = OPENED

    def later(self, **span):
        self.now += timedelta(**span)

    def webhook(self, receiver, *kinds, name="erp"):
        with clock.stopped_at(self.now):
            made = webhook_create(actor=SYSTEM, name=name, url=receiver.url, kinds=kinds or ("*",))
        webhooks_forgotten()
        return made

    def happened(self, *holders, kind="event.applied"):
        """Notices of these holders in one transaction; answers their ids."""
        notices = [
            NoticeView(new_id(), kind, holder, f'{{"number":{place}}}', self.now)
            for place, holder in enumerate(holders)
        ]
        with unit_of_work() as unit:
            unit.flight([notices_statement(notices)])
        wait_until(nothing_is_held_back)
        return [each.id for each in notices]

    def carried(self):
        """What the two jobs do: notices on their way, deliveries tried."""
        with clock.stopped_at(self.now):
            listener_caught_up("webhooks")
            return sending.deliveries_send()

    def states(self):
        (webhook,) = webhooks_list()
        return [each.state for each in deliveries_latest(webhook.webhook)]


@pytest.fixture
def own_network(monkeypatch):
    settings = settings_load().model_copy(update={"webhook_own_network": True})
    for module in (sending, services):
        monkeypatch.setattr(module, "settings_load", lambda: settings)


@pytest.fixture
def post(clean_database, own_network):
    webhooks_forgotten()
    yield Post()
    webhooks_forgotten()
    pool_close()


@pytest.fixture
def receiver():
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture
def other():
    receiver = Receiver()
    yield receiver
    receiver.close()
