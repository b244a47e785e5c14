"""Making a promise: a rule filled in, seen in words and figures, compared, published, ended.

All tests share one shop. Drafts are thrown away after each; what is published is another program's.
"""

import re

import pytest
from django.test import override_settings

from regulars.foundation.actors import SYSTEM, Actor, ActorKind
from regulars.organization.approvals.models import Approval
from regulars.organization.approvals.selectors import view_of
from regulars.organization.approvals.services import approval_decide
from regulars.organization.staff.services import staff_create
from regulars.rules.programs.models import ProgramDraft
from regulars.rules.programs.selectors import program_get
from regulars.rules.programs.services import program_draft_save, starter_content
from tests.console.conftest import PASSWORD, TODAY
from tests.shop import shop_opened

RULE = "/console/programs/beans/draft/rule/"
DRAFT = "/console/programs/beans/draft/"
PUBLISH = "/console/programs/beans/publish/"
SATURDAY = {
    "revision": "0",
    "name_zh": "周六双倍",
    "name_en": "Saturday bonus",
    "on": "order.paid",
    "gives": "flat",
    "asset": "beans",
    "amount": "20",
    "when-joint": "all",
    "when-0-kind": "line",
    "when-0-variable": "order.net_minor",
    "when-0-operator": "at_least",
    "when-0-values": "100",
    "audience-joint": "all",
    "weekdays": ["6"],
    "limits-0-per": "member",
    "limits-0-window": "day",
    "limits-0-what": "amount",
    "limits-0-most": "20",
    "sample-amount": "128",
    "sample-weekday": "6",
}


class Reader:
    """A desk asked by whole addresses."""

    def __init__(self, desk, username):
        self.desk = desk.read_in("en")
        desk.sign_in(username)

    def get(self, address):
        return self.desk.get(address.removeprefix("/console/"))

    def post(self, address, data):
        return self.desk.post(address.removeprefix("/console/"), data)


@pytest.fixture(scope="module")
def shop(django_db_setup, worker_database, django_db_blocker):
    """The shop of all these tests: beans, with a bonus from 200 on."""
    quick = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with django_db_blocker.unblock(), override_settings(PASSWORD_HASHERS=quick):
        shop = shop_opened(TODAY)
        shop.store()
        published(shop, "beans")
        yield shop
        shop.close()
        worker_database.clean()


def published(shop, code):
    """A program in force, called Beans, whatever its code."""
    bonus = {
        "code": "big",
        "name": {"en": "Bonus over 200", "zh-Hans": "满 200 加赠"},
        "on": "order.paid",
        "when": "order.net_minor >= 20000",
        "earn_flat": {"asset": "beans", "amount": 50},
    }
    shop.publish(code, rules=[*starter_content("beans")["rules"], bonus])


@pytest.fixture(scope="module")
def staff(shop):
    return {name: hired(shop, name, role) for name, role in (("li", "owner"), ("ann", "cashier"))}


def hired(shop, username, role):
    with shop.time():
        return staff_create(
            actor=SYSTEM,
            username=username,
            display_name=username.title(),
            password=PASSWORD,
            role=role,
            language="en",
        )


@pytest.fixture
def li(desk):
    yield Reader(desk, "li")
    ProgramDraft.objects.all().delete()


def text_of(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def test_categories_are_offered_as_past_sales_named_them(li, shop):
    shop.one(shop.sale(None, 3_000, lines=[("cup", "green tea", 3_000)]))
    page = li.get(RULE).content.decode()
    assert '<option value="green tea">' in page
    line = {"when-0-variable": "order.categories", "when-0-operator": "includes"}
    page = li.post(RULE, SATURDAY | line | {"do": "refresh"}).content.decode()
    assert page.count('list="categories"') == 2  # the condition's, and the example's


def test_a_rule_is_told_in_words_and_tried_while_it_is_filled_in(li):
    page = text_of(li.post(RULE, SATURDAY | {"do": "refresh"}))
    assert "For every purchase, if the amount paid is at least ¥100.00: 20 beans." in page
    assert "At most 20 beans for a member a day." in page
    assert "Holds on Saturday." in page
    # 128 beans by the base rule, 20 by this one.
    assert "A sale of ¥128.00 on a Saturday: a new member gets 148 beans." in page
    page = text_of(li.post(RULE, SATURDAY | {"do": "refresh", "sample-weekday": "1"}))
    assert "on a Monday: a new member gets 128 beans." in page
    assert "the rule doesn&#x27;t hold on this day" in page
    assert program_get("beans").draft is None


def test_buttons_add_lines_and_groups_and_take_them_out(li):
    page = li.post(RULE, SATURDAY | {"do": "group:when"}).content.decode()
    assert 'name="when-1-kind" value="group"' in page
    assert 'name="when-1-0-variable"' in page
    page = li.post(RULE, SATURDAY | {"do": "drop:when-0"}).content.decode()
    assert "when-0-variable" not in page
    assert 'name="limits-1-most"' in li.post(RULE, SATURDAY | {"do": "add:limits"}).content.decode()
    page = li.post(RULE, SATURDAY | {"do": "text:when"}).content.decode()
    assert "order.net_minor &gt;= 10000</textarea>" in page
    own = SATURDAY | {"when-as_text": "1", "when-text": "order.net_minor % 2 == 0"}
    page = li.post(RULE, own | {"do": "lines:when"}).content.decode()
    # What lines can't say stays as it was written.
    assert "order.net_minor % 2 == 0</textarea>" in page


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"amount": "many"}, "Write a whole number of at least 1."),
        ({"name_zh": "", "name_en": ""}, "Fill this in."),
        ({"when-0-values": "1.234"}, "Write an amount with at most 2 decimals."),
        ({"limits-0-what": "value", "limits-0-most": "0.001"}, "Write an amount above zero"),
        ({"asset": "nothing"}, "There is no asset"),
        ({"when-as_text": "1", "when-text": "order.net >= 1"}, "there is no “order.net” here"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_is_saved(li, changed, told):
    answer = li.post(RULE, SATURDAY | changed | {"do": "save"})
    assert answer.status_code == 422
    assert told in text_of(answer)
    assert program_get("beans").draft is None


def test_a_saved_rule_stands_in_the_draft_with_what_publishing_would_change(li):
    assert li.post(RULE, SATURDAY | {"do": "save"}).headers["Location"] == DRAFT
    draft = program_get("beans").draft
    assert [rule["code"] for rule in draft.content["rules"]] == ["base", "big", "saturday-bonus"]
    assert draft.content["rules"][2]["when"] == "order.net_minor >= 10000"
    page = text_of(li.get(DRAFT))
    assert "Saturday bonus" in page
    assert "What publishing would change" in page
    # The rule opens again as it was filled in, and is changed in its place.
    page = li.get(f"{RULE}?rule=saturday-bonus").content.decode()
    assert 'name="when-0-values" value="100"' in page
    again = SATURDAY | {"revision": "1", "code": "saturday-bonus", "amount": "30", "do": "save"}
    again["limits-0-most"] = "30"
    assert li.post(f"{RULE}?rule=saturday-bonus", again).status_code == 302
    assert program_get("beans").draft.content["rules"][2]["earn_flat"]["amount"] == 30
    page = text_of(li.get(PUBLISH))
    assert "Holds from now on, without an end." in page


def test_rules_are_moved_and_taken_out(li):
    li.post(RULE, SATURDAY | {"do": "save"})
    assert li.post(DRAFT, {"do": "up:big", "revision": "1"}).status_code == 302
    assert li.post(DRAFT, {"do": "remove:saturday-bonus", "revision": "2"}).status_code == 302
    codes = [rule["code"] for rule in program_get("beans").draft.content["rules"]]
    assert codes == ["big", "base"]
    assert "Order of the rules" in text_of(li.get(DRAFT))


def test_paying_with_points_and_groups_of_rules_are_filled_in(li):
    offer = {"do": "redemption", "asset": "beans", "points": "200", "value_minor": "3.00",
             "minimum_balance": "400", "step": "200", "revision": "0"}  # fmt: skip
    answer = li.post(DRAFT, offer | {"step": "1"})
    assert answer.status_code == 422
    assert "worth no whole minor unit" in text_of(answer)
    assert program_get("beans").draft is None
    assert li.post(DRAFT, offer).status_code == 302
    assert program_get("beans").draft.content["redemption"] == {
        "asset": "beans", "points": 200, "value_minor": 300, "minimum_balance": 400, "step": 200,
    }  # fmt: skip
    group = {"do": "group", "name_zh": "择优", "name_en": "Best", "kind": "best_of"}
    assert li.post(DRAFT, group | {"revision": "1"}).status_code == 302
    rule = SATURDAY | {"revision": "2", "group": "best", "do": "save"}
    assert li.post(RULE, rule).status_code == 302
    page = text_of(li.get(DRAFT))
    assert "only the rule that gives most · Rules: 1" in page
    assert "Paying with points" in page and 'value="3.00"' in page
    # Of two who look at one saving, the second is told, and nothing is overwritten.
    late = li.post(DRAFT, offer | {"asset": "", "revision": "1"})
    assert late.status_code == 422
    assert program_get("beans").draft.content["redemption"]["points"] == 200
    assert li.post(DRAFT, {"do": "ungroup:best", "revision": "3"}).status_code == 302
    draft = program_get("beans").draft.content
    assert draft["groups"] == []
    assert draft["rules"][2]["group"] is None
    assert li.post(DRAFT, offer | {"asset": "", "revision": "4"}).status_code == 302
    assert program_get("beans").draft.content["redemption"] is None


def test_of_two_who_edit_one_draft_the_second_is_told_what_differs(li):
    li.post(RULE, SATURDAY | {"do": "save"})
    late = SATURDAY | {"name_en": "Late bonus", "amount": "5", "do": "save", "revision": "0"}
    late["limits-0-most"] = "5"
    answer = li.post(RULE, late)
    assert answer.status_code == 422
    page = text_of(answer)
    assert "What differs from the draft as it stands now" in page
    assert "Late bonus" in page
    assert program_get("beans").draft.revision == 1
    # Seen and meant: it is put into the newest draft, beside the other's rule.
    assert li.post(RULE, late | {"do": "save-over"}).status_code == 302
    codes = [rule["code"] for rule in program_get("beans").draft.content["rules"]]
    assert codes[2:] == ["saturday-bonus", "late-bonus"]


def test_publishing_makes_the_next_version_and_the_program_can_be_ended(li, shop):
    published(shop, "club")
    club = "/console/programs/club/"
    li.post(f"{club}draft/rule/", SATURDAY | {"do": "save"})
    li.post(f"{club}draft/", {"do": "general", "name_zh": "豆", "name_en": "Club",
                              "valid_from": "", "valid_until": "2025-12-31",
                              "revision": "1"})  # fmt: skip
    assert "Holds from now on, to 2025-12-31." in text_of(li.get(f"{club}publish/"))
    sent = {"do": "publish", "revision": "2", "reason": ""}
    assert li.post(f"{club}publish/", sent).headers["Location"] == club
    program = program_get("club")
    assert [version.version for version in program.versions] == [2, 1]
    assert program.draft is None
    page = text_of(li.get("/console/programs/calendar/?month=2025-03"))
    assert "March 2025" in page
    assert "Saturday bonus" in page
    assert "until: Club" in text_of(li.get("/console/programs/calendar/?month=2025-12"))
    page = text_of(li.get("/console/programs/calendar/?month=2024-06"))
    assert "Nothing begins, ends or is special in this month." in page
    asked = text_of(li.get(f"{club}end/"))
    assert "stays theirs" in asked
    li.post(f"{club}end/", {"confirmed": "yes"})
    assert {str(version.state) for version in program_get("club").versions} == {"ended"}


def test_where_the_shop_wants_it_a_second_person_approves_before_it_counts(
    li, shop, staff, settings, monkeypatch
):
    wanted = settings.REGULARS.model_copy(update={"approve_publishing": True})
    for room in ("selectors", "services"):
        monkeypatch.setattr(f"regulars.organization.approvals.{room}.settings_load", lambda: wanted)
    published(shop, "spring")
    spring = "/console/programs/spring/"
    li.post(f"{spring}draft/rule/", SATURDAY | {"do": "save"})
    asked = {"do": "publish", "revision": "1", "reason": "spring"}
    answer = li.post(f"{spring}publish/", asked)
    # Nobody else may approve it here: nothing is asked and nothing published.
    assert answer.status_code == 422
    assert Approval.objects.count() == 0
    assert program_get("spring").draft.revision == 1
    sam = hired(shop, "sam", "owner")
    assert "A second person has to approve it" in text_of(li.get(f"{spring}publish/"))
    assert li.post(f"{spring}publish/", asked).status_code == 302
    assert [each.version for each in program_get("spring").versions] == [1]
    request = view_of(Approval.objects.get())
    with shop.time():
        actor = Actor(ActorKind.STAFF, sam.id)
        approval_decide(actor=actor, approval=request.public_id, approve=True)
    program = program_get("spring")
    assert [each.version for each in program.versions] == [2, 1]
    assert program.versions[0].content["rules"][2]["code"] == "saturday-bonus"
    assert program.draft is None
    assert "A second person has to approve it" in text_of(li.get(f"{spring}end/"))
    ending = {"confirmed": "yes", "reason": "summer", "key": "k1"}
    assert li.post(f"{spring}end/", ending).headers["Location"] == spring
    assert {str(each.state) for each in program_get("spring").versions} == {
        "in_force",
        "superseded",
    }
    request = view_of(Approval.objects.get(kind="program.end"))
    with shop.time():
        approval_decide(actor=actor, approval=request.public_id, approve=True)
    assert {str(each.state) for each in program_get("spring").versions} == {"ended"}


def test_a_rule_of_ones_own_writing_opens_as_text_and_is_never_lost(li):
    content = dict(program_get("beans").versions[0].content)
    own = "order.categories.exists(c, c.startsWith('tea'))"
    content["rules"] = [*content["rules"], {**content["rules"][1], "code": "own", "when": own}]
    program_draft_save(actor=SYSTEM, code="beans", content=content, revision=0)
    page = li.get(f"{RULE}?rule=own").content.decode()
    assert "order.categories.exists(c, c.startsWith(&#x27;tea&#x27;))</textarea>" in page
    sent = SATURDAY | {"code": "own", "revision": "1", "when-as_text": "1", "when-text": own}
    assert li.post(f"{RULE}?rule=own", sent | {"do": "save"}).status_code == 302
    assert program_get("beans").draft.content["rules"][2]["when"] == own


def test_a_new_program_begins_with_points_of_its_own(li):
    sent = {"do": "new", "name_zh": "茶友会", "name_en": "Tea club", "asset": "",
            "points_zh": "叶子", "points_en": "Leaves"}  # fmt: skip
    answer = li.post("/console/programs/new/", sent)
    assert answer.headers["Location"] == "/console/programs/tea-club/draft/rule/"
    rule = SATURDAY | {"asset": "leaves", "revision": "1", "do": "save"}
    assert li.post(answer.headers["Location"], rule).status_code == 302
    page = text_of(li.get("/console/programs/tea-club/draft/"))
    assert "20 leaves" in page


def test_who_may_not_publish_sees_programs_but_no_editor(desk):
    ann = Reader(desk, "ann")
    assert ann.get("/console/programs/beans/").status_code == 200
    for address in (DRAFT, RULE, PUBLISH, "/console/programs/new/", "/console/programs/beans/end/"):
        assert ann.get(address).status_code == 403
