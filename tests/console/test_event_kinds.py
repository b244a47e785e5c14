"""Event kinds on the screen: defined, shown to integrators, grown, retired, used by a rule."""

from html import unescape

import pytest

from regulars.foundation.audit.models import AuditRecord
from regulars.rules.eventkinds.selectors import kind_get, kinds_list
from tests.console.test_portrait import text_of

BOOKED = {
    "do": "define",
    "code": "table.booked",
    "name_zh": "订座",
    "name_en": "Table booked",
    "fields": "party_size, integer, 人数, Party size, required\n"
    "deposit_minor，money，订金，Deposit，必填\n"
    "room, choice, 包间, Room\n- hall, 大厅, Hall\n- vip, 贵宾, VIP",
    "amount": "deposit_minor",
}
PAGE = "event-kinds/table.booked/"


@pytest.fixture
def kind(li):
    """Li has defined bookings."""
    assert li.post("event-kinds/new/", BOOKED).status_code == 302
    return kind_get("table.booked")


def test_a_kind_is_defined_and_shown(li, kind):
    assert [(each.code, each.type, each.is_required) for each in kind.fields] == [
        ("party_size", "integer", True),
        ("deposit_minor", "money", True),
        ("room", "choice", False),
    ]
    assert list(kind.fields[2].choices) == ["hall", "vip"]
    listed = text_of(li.text("event-kinds/"))
    assert "Table booked" in listed and "Top-up paid" in listed
    shown = text_of(li.text(PAGE))
    assert "event.party_size" in shown and "Hall, VIP" in shown
    sending = unescape(text_of(li.text(f"{PAGE}?tab=sending")))
    assert "POST /api/v1/events" in sending and '"const": "table.booked"' in sending
    assert "Event kind defined" in text_of(li.text(f"{PAGE}?tab=log"))
    assert "Define" not in text_of(li.text("event-kinds/topup.paid/"))


def test_what_is_wrong_stands_beside_its_field_with_what_was_typed(li):
    for change, problem in (
        ({"code": "booked"}, "two words of lowercase letters"),
        ({"code": "order.booked"}, "belongs to the system"),
        ({"fields": "party_size, number, 人数, Party size"}, "types are text, integer"),
        ({"fields": "- hall, 大厅, Hall"}, "write the field above its choices"),
        ({"amount": "party_size"}, "a required field of money"),
    ):
        answer = li.post("event-kinds/new/", BOOKED | change)
        assert answer.status_code == 422
        page = answer.content.decode()
        assert problem in text_of(page)
        assert 'value="订座"' in page
    assert [each.code for each in kinds_list()] == ["topup.paid"]


def test_a_kind_grows_and_is_retired(li, kind):
    li.post(PAGE, {"do": "rename", "name_zh": "预订", "name_en": "Booking"})
    added = {"do": "add", "code": "seat", "field_name_en": "Seat", "type": "choice"}
    refused = li.post(PAGE, added)
    assert refused.status_code == 422
    assert "needs 1 to 50 choices" in text_of(refused.content.decode())
    li.post(PAGE, added | {"choices": "- bar, 吧台, Bar"})
    grown = kind_get("table.booked")
    assert grown.name == {"zh-Hans": "预订", "en": "Booking"}
    assert (grown.fields[-1].code, grown.fields[-1].choices) == (
        "seat",
        {"bar": {"zh-Hans": "吧台", "en": "Bar"}},
    )
    asked = text_of(li.text(f"{PAGE}state/"))
    assert "Retire “Booking”?" in asked and "refused from now on" in asked
    li.post(f"{PAGE}state/", {"confirmed": "yes"})
    assert kind_get("table.booked").is_active is False
    assert AuditRecord.objects.filter(action="event_kind.retired").count() == 1
    li.post(f"{PAGE}state/", {"confirmed": "yes"})
    assert kind_get("table.booked").is_active is True


def test_the_form_of_a_rule_offers_the_kind_and_its_fields(li, kind):
    asked = {
        "do": "refresh",
        "code": "vip",
        "name_en": "VIP rooms",
        "on": "table.booked",
        "gives": "rate",
        "asset": "beans",
        "amount": "1",
        "per": "10",
        "rounding": "floor",
        "when-joint": "all",
        "when-0-kind": "line",
        "when-0-variable": "event.room",
        "when-0-operator": "one_of",
        "when-0-values": "vip",
        "audience-joint": "all",
        "sample-amount": "50",
    }
    page = li.post("programs/beans/draft/rule/", asked).content.decode()
    assert '<option value="table.booked" selected>Table booked</option>' in page
    assert '<option value="event.deposit_minor">Deposit</option>' in page
    assert ">VIP<" in page
    assert 'value="order.net_minor"' not in page
    told = text_of(page)
    assert "Table booked, if Room is “VIP”: beans, 1 for every ¥10.00 of Deposit." in told
    # The imagined room is the first there is, the hall.
    assert "a new member gets nothing." in told
    hall = li.post("programs/beans/draft/rule/", asked | {"when-0-values": "hall"})
    assert "a new member gets 5 beans." in text_of(hall.content.decode())


def test_who_may_only_look_changes_nothing(desk):
    desk.sign_in("ann")
    assert desk.post("event-kinds/new/", BOOKED | {"code": "table.left"}).status_code == 403
    assert [each.code for each in kinds_list()] == ["topup.paid"]
    assert "Top-up paid" in text_of(desk.read_in("en").text("event-kinds/"))
