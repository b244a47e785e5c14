"""What is wrong with a form stands beside its field, and what was typed stands there again."""

import pytest

from regulars.members.cards.selectors import card_batches
from regulars.members.fields.selectors import fields_list
from regulars.organization.apikeys.models import ApiKey
from regulars.organization.webhooks.selectors import webhooks_list
from regulars.rules.inbound.selectors import connections_list
from tests.console.conftest import PASSWORD

KEY = {"do": "create", "name": "Web", "source": "web", "scopes": ["members:read"]}
HOOK = {"do": "create", "name": "ERP", "url": "https://erp.example/in", "kinds": ["*"]}
SHOP = {"do": "connect", "name": "Shop", "shape": "woocommerce", "source": "web"}
SHOP |= {"store": "", "unknown": "walk_in", "secret": ""}
FIELD = {"do": "define", "name_zh": "尺码", "code": "size", "kind": "text", "choices": ""}
CARDS = {"do": "make", "name": "Spring", "prefix": "88", "first": "1", "digits": "6", "count": "3"}
WRONG = [
    ("api-keys/", KEY, "source", "No Source"),
    ("api-keys/", KEY, "scopes", []),
    ("webhooks/", HOOK, "url", "gopher://x"),
    ("webhooks/", HOOK, "kinds", ["event.eaten"]),
    ("web-shops/", SHOP, "source", "No Source"),
    ("web-shops/", SHOP, "secret", "short"),
    ("member-fields/", FIELD, "code", "Shoe size"),
    ("member-fields/", FIELD, "choices", "small, 小, Small"),
    ("card-batches/", CARDS, "first", "x"),
    ("card-batches/", CARDS, "count", "10001"),
]


def made():
    return (
        ApiKey.objects.count(),
        len(webhooks_list()),
        len(connections_list()),
        len(fields_list()),
        len(card_batches()),
    )


@pytest.mark.parametrize(("page", "form", "field", "typed"), WRONG)
def test_a_wrong_answer_is_told_beside_its_field(li, page, form, field, typed):
    before = made()
    answer = li.post(page, {**form, field: typed})
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="{form["do"]}_{field}_error"' in shown
    assert "message error" not in shown
    assert made() == before
    if field != "name" and "name" in form:
        assert f'value="{form["name"]}"' in shown, "what was typed stands there again"


@pytest.mark.parametrize(("page", "form"), {page: form for page, form, *_ in WRONG}.items())
def test_the_same_form_is_done_when_it_is_right(li, page, form):
    before = made()
    assert li.post(page, form).status_code in (200, 302)
    assert sum(made()) == sum(before) + 1


def test_a_form_that_is_gone_says_so(li):
    answer = li.post("devices/", {"do": "printer", "device": "dev_1"})
    assert answer.status_code == 422
    assert "the page has changed" in answer.content.decode()


def test_a_password_keeps_its_spaces(li, staff):
    spaced = " a long river of tea 7 "
    page = li.post("password/", {"do": "change", "old": PASSWORD, "new": spaced})
    assert page.status_code == 302
    assert not li.client.login(username="li", password=spaced.strip())
    assert li.client.login(username="li", password=spaced)
