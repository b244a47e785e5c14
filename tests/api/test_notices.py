"""Every notice that is written is in the catalogue."""

from regulars.foundation.database.session import unit_of_work
from regulars.foundation.outbox.catalogue import notices_declared
from regulars.rules.intake.catalogue import event_kinds
from regulars.rules.intake.types import EVENT_KINDS
from tests.api.calls import refund, sale

HOLD = {"member": {"external_id": "mei"}, "points": 1000, "hold_seconds": 600}


def test_what_a_days_work_writes_is_declared(till):
    till.post("/events", refund(100, "9"))
    till.post("/events", sale("mei", 500_000))
    for number, end in enumerate(("settle", "release")):
        held = till.post("/redemptions", HOLD, key=f"pay-{number}").json["redemption"]
        till.post(f"/redemptions/{held['redemption']}/{end}", key=f"end-{number}")
    with unit_of_work() as unit:
        written = {row[0] for row in unit.fetch("SELECT DISTINCT kind FROM outbox_notice")}
    assert written == {
        "event.applied",
        "event.waiting",
        "redemption.settled",
        "redemption.released",
    }
    assert written <= {each.kind for each in notices_declared()}


def test_every_kind_of_event_is_described():
    assert [each.kind for each in event_kinds()] == list(EVENT_KINDS)
