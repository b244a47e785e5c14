"""What arrives, in which order, how often, and what becomes of what does not arrive."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from regulars.foundation import clock
from regulars.foundation.actors import SYSTEM
from regulars.foundation.ids import new_id, public_id
from regulars.foundation.outbox.delivery import listener_caught_up
from regulars.foundation.outbox.models import Cursor
from regulars.organization.webhooks import sending
from regulars.organization.webhooks.backups import held_back
from regulars.organization.webhooks.errors import UnknownDelivery
from regulars.organization.webhooks.known import webhooks_forgotten
from regulars.organization.webhooks.selectors import deliveries_latest, webhooks_list
from regulars.organization.webhooks.services import (
    delivered_forget,
    delivery_redeliver,
    webhook_held_send,
    webhook_pause,
    webhook_resume,
    webhook_secret_rotate,
)
from regulars.organization.webhooks.signing import signature_of
from tests.webhooks.receiver import verified

MEI, BO = new_id(), new_id()


def test_a_notice_arrives_once_in_its_envelope(post, receiver):
    _, secret = post.webhook(receiver)
    (notice,) = post.happened(MEI)
    assert post.carried() == 1
    assert post.carried() == 0
    headers, body = receiver.got[0]
    assert receiver.bodies() == [
        {
            "specversion": "1.0",
            "id": public_id("ntc", notice),
            "source": "/regulars",
            "type": "dev.regulars.event.applied",
            "time": "2025-03-01T04:00:00Z",
            "datacontenttype": "application/json",
            "subject": public_id("mem", MEI),
            "data": {"number": 0},
        }
    ]
    names = {name.lower(): value for name, value in headers.items()}
    assert names["webhook-id"] == public_id("ntc", notice)
    assert names["webhook-timestamp"] == "1740801600"
    assert verified(secret, headers, body)
    assert not verified(secret, headers, body + b" ")


def test_the_signature_is_that_of_the_public_scheme():
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'
    given = signature_of(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert given == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_only_what_was_asked_for_and_only_from_then_on(post, receiver, other):
    post.happened(MEI)
    post.later(seconds=1)
    post.webhook(receiver, "redemption.*", name="till")
    post.webhook(other, "event.applied", "transfer.made", name="erp")
    post.happened(MEI, kind="redemption.settled")
    post.happened(MEI, kind="event.applied")
    post.happened(MEI, kind="event.waiting")
    assert post.carried() == 2
    assert [each["type"] for each in receiver.bodies()] == ["dev.regulars.redemption.settled"]
    assert [each["type"] for each in other.bodies()] == ["dev.regulars.event.applied"]


def test_six_hours_down_lose_nothing_and_keep_every_members_order(post, receiver):
    post.webhook(receiver)
    receiver.status = 503
    sent = {MEI: [], BO: [], None: []}
    for minute in range(0, 360, 10):
        for holder, numbers in sent.items():
            if minute % 20 == 0 or holder == MEI:
                numbers += [public_id("ntc", each) for each in post.happened(holder)]
        post.carried()
        post.later(minutes=10)
    total = sum(len(numbers) for numbers in sent.values())
    assert (total, receiver.got) == (72, [])
    # The first notice of each of the three was tried, and no other.
    assert 3 * 6 <= receiver.tries <= 3 * 10
    receiver.status = 200
    post.later(hours=3)
    delivered = post.carried()
    assert delivered == total
    arrived = receiver.bodies()
    assert len(arrived) == total
    for holder, numbers in sent.items():
        subject = None if holder is None else public_id("mem", holder)
        assert [each["id"] for each in arrived if each.get("subject") == subject] == numbers
    assert webhooks_list()[0].failing_since is None


def test_without_new_tries_a_receiver_that_is_down_loses_notices(post, receiver, monkeypatch):
    """The negative control: the same six hours, and whatever failed once is given up."""
    monkeypatch.setattr(sending, "TRIES", 1)
    post.webhook(receiver)
    receiver.status = 503
    for _ in range(0, 360, 60):
        post.happened(MEI)
        post.carried()
        post.later(minutes=60)
    receiver.status = 200
    post.later(hours=3)
    assert (post.carried(), receiver.got) == (0, [])


def test_without_lanes_the_order_would_be_lost(post, receiver, monkeypatch):
    """The negative control: the same story with the wait for the one before switched off."""
    free = sending.CLAIM.replace("before.lane = w.lane", "false")
    monkeypatch.setattr(sending, "CLAIM", free)
    post.webhook(receiver)
    receiver.status = 503
    first = post.happened(MEI)
    post.carried()
    receiver.status = 200
    post.later(seconds=1)
    second = post.happened(MEI)
    post.carried()
    post.later(hours=1)
    post.carried()
    assert [each["id"] for each in receiver.bodies()] == [
        public_id("ntc", each) for each in (*second, *first)
    ]


def test_pauses_grow_threefold_and_never_come_all_at_once():
    ids = [new_id() for _ in range(50)]
    for tries, seconds in ((1, 10), (2, 30), (3, 90), (6, 2430), (7, 7200), (29, 7200)):
        pauses = {sending.pause_after(each, tries).total_seconds() for each in ids}
        assert min(pauses) >= seconds * 0.8
        assert max(pauses) <= seconds * 1.2
        assert len(pauses) > 10
    assert sending.pause_after(ids[0], 4) == sending.pause_after(ids[0], 4)


def test_after_the_last_try_it_is_kept_and_a_person_sends_it(post, receiver):
    post.webhook(receiver)
    receiver.status = 500
    (notice,) = post.happened(MEI)
    for _ in range(sending.TRIES):
        assert post.carried() == 0
        post.later(hours=3)
    assert receiver.tries == sending.TRIES == 30
    post.carried()
    assert receiver.tries == 30
    assert post.states() == ["dead"]
    webhook = webhooks_list()[0].webhook
    (dead,) = deliveries_latest(webhook)
    assert (dead.last_status, dead.last_error, dead.attempts) == (500, "not today", 30)
    # What comes later is no longer held up.
    receiver.status = 200
    (later,) = post.happened(MEI)
    post.carried()
    with clock.stopped_at(post.now):
        delivery_redeliver(actor=SYSTEM, delivery=dead.delivery)
    post.carried()
    assert [each["id"] for each in receiver.bodies()] == [
        public_id("ntc", later),
        public_id("ntc", notice),
    ]
    assert post.states() == ["delivered", "delivered"]
    with pytest.raises(UnknownDelivery):
        delivery_redeliver(actor=SYSTEM, delivery=public_id("whd", new_id()))


def test_two_secrets_are_right_for_a_day(post, receiver):
    webhook, first = post.webhook(receiver)
    with clock.stopped_at(post.now):
        _, second = webhook_secret_rotate(actor=SYSTEM, webhook=webhook.webhook)
    post.happened(MEI)
    post.carried()
    assert verified(first, *receiver.got[0])
    assert verified(second, *receiver.got[0])
    post.later(hours=24, seconds=1)
    post.happened(MEI)
    post.carried()
    assert not verified(first, *receiver.got[1])
    assert verified(second, *receiver.got[1])


def test_a_redirect_is_not_followed(post, receiver, other):
    post.webhook(receiver)
    receiver.status, receiver.headers = 302, {"Location": other.url}
    post.happened(MEI)
    assert post.carried() == 0
    assert (receiver.tries, other.tries) == (1, 0)
    assert post.states() == ["waiting"]


def test_a_receiver_that_hangs_up_holds_up_no_other(post, receiver, other):
    post.webhook(receiver, name="broken")
    post.webhook(other, name="well")
    receiver.status = None
    post.happened(MEI, BO)
    assert post.carried() == 2
    assert len(other.got) == 2
    states = {each.name: (each.waiting, each.failing_since) for each in webhooks_list()}
    assert states == {"broken": (2, post.now), "well": (0, None)}


def test_a_receiver_that_is_gone_is_left_alone(post, receiver):
    webhook, _ = post.webhook(receiver)
    receiver.status = 410
    post.happened(MEI)
    post.carried()
    post.later(days=1)
    post.carried()
    assert receiver.tries == 1
    assert not webhooks_list()[0].is_active
    receiver.status = 200
    webhook_resume(actor=SYSTEM, webhook=webhook.webhook)
    assert post.carried() == 1


def test_what_happens_during_a_pause_waits(post, receiver):
    webhook, _ = post.webhook(receiver)
    webhook_pause(actor=SYSTEM, webhook=webhook.webhook)
    post.happened(MEI, MEI)
    assert post.carried() == 0
    webhook_resume(actor=SYSTEM, webhook=webhook.webhook)
    assert post.carried() == 2


def test_a_claim_of_a_dead_process_runs_out(post, receiver):
    post.webhook(receiver)
    post.happened(MEI)
    with clock.stopped_at(post.now):
        listener_caught_up("webhooks")
        assert len(sending._claimed(set())) == 1
        assert sending._claimed(set()) == []
    assert post.carried() == 0
    post.later(seconds=sending.CLAIM_SECONDS)
    assert post.carried() == 1


def test_the_same_notice_twice_is_on_its_way_once(post, receiver):
    post.webhook(receiver)
    post.happened(MEI)
    with clock.stopped_at(post.now):
        listener_caught_up("webhooks")
    again_from_the_start()
    assert post.carried() == 1
    assert receiver.tries == 1


def again_from_the_start():
    """As when the worker died after its work and before its cursor moved."""
    Cursor.objects.filter(consumer="webhooks").delete()
    webhooks_forgotten()


def test_after_a_restore_nothing_is_sent_by_itself(post, receiver):
    webhook, _ = post.webhook(receiver)
    receiver.status = 503
    post.happened(MEI)
    post.carried()
    post.happened(BO)  # in the outbox only
    receiver.status = 200
    with clock.stopped_at(post.now):
        (told,) = held_back(None)
        assert told.texts["en"].startswith("2 notices were on their way")
        assert list(held_back(None)) == []
    post.later(hours=1)
    assert post.carried() == 0
    (fresh,) = post.happened(MEI)
    assert post.carried() == 1
    assert receiver.bodies()[0]["id"] == public_id("ntc", fresh)
    with clock.stopped_at(post.now):
        assert webhook_held_send(actor=SYSTEM, webhook=webhook.webhook) == 2
    assert post.carried() == 2


def test_delivered_ones_are_forgotten_and_dead_ones_kept(post, receiver):
    post.webhook(receiver)
    post.happened(MEI)
    post.carried()
    post.later(days=31)
    assert delivered_forget(before=post.now - timedelta(days=32)) == 0
    assert delivered_forget(before=post.now - timedelta(days=30)) == 1


def test_four_workers_at_once_send_each_notice_once_and_in_order(post, receiver):
    post.webhook(receiver)
    sent = {holder: [] for holder in (MEI, BO)}
    for _ in range(10):
        for holder, numbers in sent.items():
            numbers += [public_id("ntc", each) for each in post.happened(holder)]
    with clock.stopped_at(post.now):
        listener_caught_up("webhooks")
        with ThreadPoolExecutor(4) as pool:
            delivered = [pool.submit(sending.deliveries_send) for _ in range(4)]
        total = sum(each.result() for each in delivered) + sending.deliveries_send()
    arrived = receiver.bodies()
    assert (total, len(arrived)) == (20, 20)
    for holder, numbers in sent.items():
        subject = public_id("mem", holder)
        assert [each["id"] for each in arrived if each["subject"] == subject] == numbers
