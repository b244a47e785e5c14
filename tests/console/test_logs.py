"""Each thing's page tells what was done to it, by whom and with what, and tells of nothing else."""

import io
import re

import pytest

from regulars.entitlements.tiers.services import ladder_save
from regulars.faces.console.audit_names import LOOKUPS, PAGES, Names
from regulars.faces.console.audit_told import SUBJECTS
from regulars.faces.console.audit_words import THINGS
from regulars.faces.console.job_words import ACTORS, JOBS
from regulars.foundation.actors import SYSTEM
from regulars.foundation.webkit.screens import screens_known
from regulars.members.cards.selectors import card_batches
from regulars.members.tags.services import tag_create
from regulars.organization.apikeys.selectors import apikeys_listed
from regulars.organization.devices.selectors import devices_list
from regulars.organization.staff.selectors import staff_list
from regulars.organization.webhooks.services import webhook_create, webhook_pause
from regulars.rules.fileimports.services import file_add
from regulars.rules.segments.services import segment_save
from tests.house.tree import SOURCE
from tests.tiers.conftest import INSIDER

CARDS = {"do": "make", "name": "Spring", "prefix": "88", "first": "1", "digits": "6", "count": "3"}


@pytest.fixture
def folder(settings, tmp_path):
    settings.REGULARS = settings.REGULARS.model_copy(update={"data_dir": tmp_path})
    return tmp_path


def log_of(desk, address):
    """The page's last table, as lines of text."""
    html = desk.get(address).content.decode()
    table = html[html.rindex("<caption") :]
    rows = re.findall(r"<tr>(.*?)</tr>", table[table.index("<tbody>") :], re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in rows]


def test_a_segments_log_is_not_that_of_a_tag_of_the_same_code(li, shop):
    with shop.time():
        tag_create(actor=SYSTEM, code="vip", name={"en": "VIP", "zh-Hans": "贵宾"})
        segment_save(
            actor=SYSTEM,
            code="vip",
            name={"en": "VIP", "zh-Hans": "贵宾"},
            condition="member.orders_total >= 9",
        )
    (line,) = log_of(li, "segments/vip/?tab=log")
    assert "Segment saved" in line
    assert "tag.created" not in line


def test_a_persons_page_says_who_gave_her_which_role(li):
    ann = next(each for each in staff_list() if each.display_name == "Ann")
    address = f"staff/{ann.id}/"
    li.post(address, {"do": "grant", "role": "marketer", "place": "store:s1"})
    newest, *older = log_of(li, address)
    assert re.search(r"Role given Role: Marketer ; Store: s1 李经理$", newest)
    assert any("Person added to the staff Role: Cashier" in each for each in older)


def test_a_programs_page_says_who_published_it(li, shop):
    found = log_of(li, "programs/beans/")
    assert [re.search("published|saved", line)[0] for line in found] == ["published", "saved"]


def test_a_webhooks_page_says_who_paused_it(li, shop):
    with shop.time():
        hook, _secret = webhook_create(
            actor=SYSTEM, name="Shop", url="https://shop.example/hooks", kinds=["event.*"]
        )
        webhook_pause(actor=SYSTEM, webhook=hook.webhook)
    newest, first = log_of(li, f"webhooks/{hook.webhook}/")
    assert ("Webhook paused" in newest, "Webhook made" in first) == (True, True)


def test_the_page_of_levels_says_who_changed_them(li, shop):
    with shop.time():
        ladder_save(actor=SYSTEM, content=INSIDER)
    (line,) = log_of(li, "levels/")
    assert "Levels changed" in line


def test_a_programs_log_says_in_words_what_was_published(li):
    published, _saved = log_of(li, "programs/beans/")
    assert "Version: 1" in published and "What it promises" in published
    assert "Bonus over 200: For every purchase" in published
    assert "order.net_minor" not in published


def test_a_segments_log_says_whom_it_means_and_meant(li, shop):
    for least in (9, 4):
        with shop.time():
            segment_save(
                actor=SYSTEM,
                code="loyal",
                name={"en": "Loyal", "zh-Hans": "忠诚"},
                condition=f"member.orders_total >= {least}",
            )
    html = li.text("segments/loyal/?tab=log")
    newest, oldest = log_of(li, "segments/loyal/?tab=log")
    assert re.search(r"Who is in it: now: .* is at least 4; before: .* is at least 9", newest)
    assert re.search(r"Who is in it: .* is at least 9 The expression", oldest)
    assert newest.endswith("Regulars by itself")
    # The expression is there for who asks for it, and folded for all others.
    folded = re.findall(r"<details class=\"folded\">.*?</details>", html, re.DOTALL)
    assert html.count("member.orders_total") == "".join(folded).count("member.orders_total") == 3


def test_the_log_of_levels_says_which_figure_was_what(li, shop):
    with shop.time():
        ladder_save(actor=SYSTEM, content=INSIDER)
        levels = [dict(each) for each in INSIDER["levels"]]
        levels[1]["threshold"] += 5_000
        ladder_save(actor=SYSTEM, content={**INSIDER, "levels": levels})
    newest, _first = log_of(li, "levels/")
    name = INSIDER["levels"][1]["name"]["en"]
    assert re.search(rf"Changed: {name}: reached at \S+.*, before at", newest), newest


def test_each_page_of_one_thing_has_its_log(li, shop, folder):
    li.post("devices/", {"do": "register", "name": "Front", "kind": "till", "store": "s1"})
    li.post("card-batches/", CARDS)
    field = {"do": "define", "name_zh": "宠物", "name_en": "Pet", "code": "pet", "kind": "text"}
    li.post("member-fields/", field)
    renamed = {"do": "save", "name_zh": "宠物", "name_en": "Pets"}
    assert li.post("member-fields/pet/", renamed).status_code == 302
    assert li.post("presets/stamp-card/", {"do": "install"}).status_code == 302
    with shop.time():
        file = file_add(actor=SYSTEM, stream=io.BytesIO(b"id,points\nB1,1\n"), name="m.csv")
    till = next(each.prefix for each in apikeys_listed())
    for address, acts in (
        (f"devices/{devices_list()[0].device}/", ["Device registered Kind: till; Store: s1"]),
        (f"api-keys/{till}/", ["API key made Rights: send sales; Source: till"]),
        (f"card-batches/{card_batches()[0].batch}/", ["Batch of cards made Last: 88"]),
        ("member-fields/pet/?tab=log", ["Member field changed Fields: ", "Member field defined"]),
        ("presets/stamp-card/", ["Preset installed Parts: "]),
        (f"imports/{file.id}/", ["File added for import"]),
    ):
        lines = log_of(li, address)
        assert len(lines) == len(acts), (address, lines)
        for act, line in zip(acts, lines, strict=True):
            assert act in line, (address, line)


def test_a_tags_log_leads_to_the_works_that_put_it_on_many(li, shop):
    with shop.time():
        tag_create(actor=SYSTEM, code="vip", name={"en": "VIP", "zh-Hans": "贵宾"})
    keys = [shop.members["mei"], shop.members["bo"]]
    given = {"action": "tag", "key": keys, "confirmed": "yes", "tag": "vip", "reason": "loyal"}
    begun = li.post("members/bulk/", given)
    assert begun.status_code == 302, begun.content.decode()[-2000:]
    newest, first = log_of(li, "tags/named/vip/?tab=log")
    assert "Begun with many members" in newest and "Tag members ; In all: 2" in newest
    assert newest.endswith("李经理")
    assert "Tag made" in first
    work = begun["Location"].removeprefix("/console/")
    assert f'href="/console/{work}"' in li.text("tags/named/vip/?tab=log")
    (line,) = log_of(li, work)[:1]
    assert "Long work begun In all: 2" in line, "what work it is, the page says itself"


def test_every_kind_of_thing_has_its_page_and_its_names(shop):
    screens = {each.name: each for each in screens_known()}
    assert [kind for kind, (name, _has) in PAGES.items() if name not in screens] == []
    assert [kind for kind, (name, has) in PAGES.items() if has != ("<" in screens[name].path)] == []
    known = Names([], lambda _screen: True)
    for kind in {*LOOKUPS, *SUBJECTS.values(), *THINGS.values()}:
        assert known.of(kind, "nothing of the kind").href == ""


def test_every_job_that_acts_has_a_name():
    acting = set()
    for file in SOURCE.rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        acting |= set(re.findall(r"(?:\bjob|job_actor)\(\"([\w.-]+)\"\)$", text, re.MULTILINE))
        acting |= set(re.findall(r"actor=(?:job|job_actor)\(\"([\w.-]+)\"\)", text))
    assert {"segments.refresh", "tiers.settle", "restore", "cli"} <= acting
    assert sorted(acting - set(ACTORS) - set(JOBS)) == []
