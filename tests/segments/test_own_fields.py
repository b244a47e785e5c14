"""What a merchant keeps of members in fields of her own can be asked by rules and segments."""

from datetime import date

import pytest

from regulars.foundation.actors import SYSTEM
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.errors import RegularsError
from regulars.members.fields.services import field_define, member_fields_set
from regulars.rules.facts import facts_forgotten
from regulars.rules.segments.selectors import members_counted
from tests.shop import shop_opened

NAMES = {"en": "A field", "zh-Hans": "字段"}


@pytest.fixture
def shop(clean_database):
    shop = shop_opened(date(2025, 3, 1))
    facts_forgotten(())
    for name in ("mei", "bo", "gu"):
        shop.member(name)
    yield shop
    shop.close()


def defined(code, kind, **more):
    facts_forgotten(())
    return field_define(actor=SYSTEM, code=code, name=NAMES, kind=kind, is_personal=False, **more)


def says(shop, name, **values):
    with unit_of_work() as unit:
        member_fields_set(unit=unit, actor=SYSTEM, member_id=shop.members[name], values=values)


def counted(condition):
    with unit_of_work() as unit:
        return members_counted(unit, condition)


def test_fields_of_every_kind_are_asked_of_all_members(shop):
    defined("pet", "choice", choices={"cat": NAMES, "dog": NAMES})
    defined("children", "number")
    defined("vegan", "yes_no")
    defined("since", "date")
    says(shop, "mei", pet="cat", children=2, vegan=True, since="2024-05-01")
    says(shop, "bo", pet="dog", children=1)
    assert counted("member.fields.pet == 'cat'") == 1
    assert counted("member.fields.pet != ''") == 2
    assert counted("member.fields.children >= 1") == 2
    assert counted("member.fields.children == 0") == 1, "who said nothing has none"
    assert counted("member.fields.vegan") == 1
    assert counted("!member.fields.vegan && member.fields.children > 0") == 1
    assert counted("member.fields.since != '' && member.fields.since < '2025-01-01'") == 1


def test_a_rule_gives_more_to_who_has_a_cat(shop):
    defined("pet", "text")
    rule = {
        "code": "cats",
        "name": {"en": "Cats", "zh-Hans": "养猫"},
        "on": "order.paid",
        "when": "member.fields.pet == 'cat'",
        "earn_flat": {"asset": "beans", "amount": 7},
    }
    shop.publish(rules=[rule])
    says(shop, "mei", pet="cat")
    shop.one(shop.sale("mei", 1_000))
    shop.one(shop.sale("bo", 1_000))
    assert (shop.of("mei").balance, shop.of("bo").balance) == (7, 0)


def test_what_is_personal_can_not_be_asked(shop):
    facts_forgotten(())
    field_define(actor=SYSTEM, code="illness", name=NAMES, kind="text")
    with pytest.raises(RegularsError) as refusal:
        counted("member.fields.illness == 'flu'")
    assert refusal.value.code == "unknown_variable"
