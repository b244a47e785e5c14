"""Event kinds on the screen: defined, shown to integrators, grown, retired, used by a rule."""

import re
from html import unescape

import pytest

from regulars.foundation.audit.models import AuditRecord
from regulars.rules.eventkinds.selectors import kind_get, kinds_list
from tests.console.test_portrait import text_of

BOOKED = {
    "do": "save",
    "code": "table.booked",
    "name_zh": "订座",
    "name_en": "Table booked",
    "fields-0-code": "party_size",
    "fields-0-type": "integer",
    "fields-0-name_zh": "人数",
    "fields-0-name_en": "Party size",
    "fields-0-required": "on",
    "fields-1-code": "deposit_minor",
    "fields-1-type": "money",
    "fields-1-name_zh": "订金",
    "fields-1-name_en": "Deposit",
    "fields-1-required": "on",
    "fields-1-amount": "on",
    "fields-2-code": "room",
    "fields-2-type": "choice",
    "fields-2-name_zh": "包间",
    "fields-2-name_en": "Room",
    "fields-2-choices-0-code": "hall",
    "fields-2-choices-0-name_zh": "大厅",
    "fields-2-choices-0-name_en": "Hall",
    "fields-2-choices-1-code": "vip",
    "fields-2-choices-1-name_zh": "贵宾",
    "fields-2-choices-1-name_en": "VIP",
    # A row that was added and left empty.
    "fields-3-code": "",
    "fields-3-type": "text",
    "fields-3-name_zh": "",
    "fields-3-name_en": "",
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


def boxes(page):
    """What stands in each box of a page, by its name; of ticked ones, too."""
    found = {}
    for box in re.findall(r"<input [^>]*>", page):
        name, value = re.search(r' name="([^"]*)"', box), re.search(r' value="([^"]*)"', box)
        if name and ('type="checkbox"' not in box or " checked" in box):
            found[name[1]] = unescape(value[1]) if value else ""
    return found


def wrong(page):
    """What is said beside which box: its text by the id."""
    found = re.findall(r'<p class="error" id="([^"]*)-error">(.*?)</p>', page)
    return {place: unescape(text_of(text)).strip() for place, text in found}


def refused(li, address, data):
    answer = li.post(address, data)
    assert answer.status_code == 422
    return answer.content.decode()


@pytest.mark.parametrize(
    ("change", "place", "problem"),
    [
        ({"code": "booked"}, "kind-code", "two words of lowercase letters"),
        ({"code": "order.booked"}, "kind-code", "belongs to the system"),
        ({"name_zh": "", "name_en": ""}, "kind-name", "Fill this in."),
        ({"fields-0-code": "Party"}, "fields-0-code", "A field's code has 1 to 40 lowercase"),
        ({"fields-0-code": "store"}, "fields-0-code", "Every event has that already"),
        ({"fields-0-code": "room"}, "fields-2-code", "Another field has this code."),
        ({"fields-0-type": "number"}, "fields-0-type", "Choose one of these."),
        ({"fields-0-type": "money"}, "fields-0-code", "Codes of money end with _minor"),
        ({"fields-0-name_zh": "", "fields-0-name_en": ""}, "fields-0-name", "Fill this in."),
        ({"fields-0-type": "choice"}, "fields-0-choices", "needs 1 to 50 choices"),
        ({"fields-2-type": "text"}, "fields-2-choices", "another none"),
        ({"fields-2-choices-1-code": "VIP 1"}, "fields-2-choices-1", "A choice's code has 1 to 40"),
        ({"fields-2-choices-1-code": "hall"}, "fields-2-choices-1", "Another choice has this code"),
        (
            {"fields-2-choices-0-name_zh": "", "fields-2-choices-0-name_en": ""},
            "fields-2-choices-0",
            "Write its name, too.",
        ),
        ({"fields-1-required": ""}, "fields-1-amount", "is a required field of money"),
        ({"fields-0-amount": "on"}, "fields-1-amount", "Rules calculate with one amount only."),
    ],
)
def test_what_is_wrong_stands_beside_its_box_with_what_was_typed(li, change, place, problem):
    page = refused(li, "event-kinds/new/", BOOKED | change)
    assert list(wrong(page)) == [place]
    assert problem in wrong(page)[place]
    typed = boxes(page)
    assert typed["name_zh"] == (BOOKED | change)["name_zh"]
    assert typed["fields-2-choices-1-name_zh"] == "贵宾"
    assert [each.code for each in kinds_list()] == ["topup.paid"]


def test_all_that_is_wrong_is_told_at_once(li):
    unnamed = {"name_zh": "", "name_en": ""}
    odd = {"fields-0-code": "9", "fields-2-choices-0-code": "?"}
    page = refused(li, "event-kinds/new/", BOOKED | unnamed | odd)
    assert list(wrong(page)) == ["kind-name", "fields-0-code", "fields-2-choices-0"]


def test_rows_are_added_and_taken_out_and_nothing_is_kept(li):
    first = li.text("event-kinds/new/")
    assert "fields-0-code" in boxes(first) and "fields-1-code" not in boxes(first)
    page = li.post("event-kinds/new/", BOOKED | {"do": "add:fields"}).content.decode()
    assert boxes(page)["fields-4-code"] == "" and boxes(page)["fields-0-required"] == "on"
    page = li.post("event-kinds/new/", BOOKED | {"do": "drop:fields-0"}).content.decode()
    # What stood below has moved up, with its ticks.
    assert boxes(page)["fields-0-code"] == "deposit_minor"
    assert boxes(page)["fields-0-amount"] == "on"
    assert boxes(page)["fields-1-choices-1-name_en"] == "VIP"
    more = BOOKED | {"do": "add:fields-2-choices"}
    page = li.post("event-kinds/new/", more).content.decode()
    assert boxes(page)["fields-2-choices-2-code"] == ""
    less = BOOKED | {"do": "drop:fields-2-choices-0"}
    page = li.post("event-kinds/new/", less).content.decode()
    assert boxes(page)["fields-2-choices-0-code"] == "vip"
    assert "fields-2-choices-1-code" not in boxes(page)
    # Whatever becomes a choice has rows for its choices at once.
    page = li.post(
        "event-kinds/new/", BOOKED | {"do": "refresh", "fields-0-type": "choice"}
    ).content.decode()
    assert boxes(page)["fields-0-choices-1-code"] == ""
    assert wrong(page) == {}
    assert [each.code for each in kinds_list()] == ["topup.paid"]


def test_a_mistake_goes_from_its_box_when_it_is_mended(li):
    page = refused(li, "event-kinds/new/", BOOKED | {"fields-0-code": "9", "name_zh": ""})
    assert boxes(page)["checked"] == "yes"
    mended = BOOKED | {"do": "refresh", "checked": "yes"}
    assert wrong(li.post("event-kinds/new/", mended).content.decode()) == {}
    still = mended | {"fields-2-choices-0-code": "?"}
    answer = li.client.post("/console/event-kinds/new/", still, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert list(wrong(answer.content.decode())) == ["fields-2-choices-0"]


def test_a_kind_grows_and_is_retired(li, kind):
    li.post(PAGE, {"do": "rename", "name_zh": "预订", "name_en": "Booking"})
    page = li.text(f"{PAGE}?tab=change")
    typed = {name: value for name, value in boxes(page).items() if name.startswith("fields-")}
    assert typed["fields-1-code"] == "deposit_minor" and typed["fields-1-required"] == "on"
    # Codes and choices that others rely on can't be taken out.
    assert "drop:" not in page
    more = {
        "fields-0-type": "integer",
        "fields-2-name_en": "Place",
        "fields-2-choices-2-code": "terrace",
        "fields-2-choices-2-name_en": "Terrace",
        "fields-3-code": "seat",
        "fields-3-type": "choice",
        "fields-3-name_en": "Seat",
        "fields-3-name_zh": "",
    }
    del typed["fields-0-required"]
    page = refused(li, PAGE, typed | more | {"do": "save"})
    assert wrong(page) == {"fields-3-choices": wrong(page)["fields-3-choices"]}
    assert "needs 1 to 50 choices" in wrong(page)["fields-3-choices"]
    bar = {
        "fields-3-choices-0-code": "bar",
        "fields-3-choices-0-name_zh": "吧台",
        "fields-3-choices-0-name_en": "Bar",
    }
    assert li.post(PAGE, typed | more | bar | {"do": "save"}).status_code == 302
    grown = kind_get("table.booked")
    assert grown.name == {"zh-Hans": "预订", "en": "Booking"}
    assert [(each.code, each.is_required) for each in grown.fields] == [
        ("party_size", False),
        ("deposit_minor", True),
        ("room", False),
        ("seat", False),
    ]
    assert list(grown.fields[2].choices) == ["hall", "vip", "terrace"]
    assert grown.fields[3].choices == {"bar": {"zh-Hans": "吧台", "en": "Bar"}}
    # A page that was open before knows nothing of the seat, and can't take it away unseen.
    assert "can't be removed" in unescape(text_of(refused(li, PAGE, typed | {"do": "save"})))
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
