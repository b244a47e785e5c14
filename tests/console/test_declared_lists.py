"""A list is declared in a few lines over a model that is there; the block gives it the rest."""

import re
from types import SimpleNamespace

import pytest
from django.db.models import Q
from django.shortcuts import render
from django.test import Client, RequestFactory
from django.utils import translation

from regulars.foundation.actors import SYSTEM
from regulars.foundation.rights import Rights
from regulars.foundation.savedviews.models import SavedView
from regulars.foundation.webkit import lists
from regulars.foundation.webkit.filters import Filter
from regulars.foundation.webkit.listing import ListColumn
from regulars.foundation.webkit.listrows import QueryRows, SmallRows
from regulars.foundation.webkit.lists import RoomList, Row, list_register, list_shown
from regulars.foundation.webkit.tables import Cell, Empty
from regulars.foundation.works.models import Work
from regulars.foundation.works.selectors import work_content
from regulars.foundation.works.services import work_done
from regulars.organization.devices.models import Device
from regulars.organization.devices.services import device_register
from regulars.organization.staff.services import staff_create
from regulars.organization.stores.services import store_create
from tests.console.conftest import PASSWORD, Desk

COLUMNS = (ListColumn("name", "Device", sort=True), ListColumn("kind", "Kind"))
NONE_YET = Empty("No devices yet", "Register one.")


def kinds(_viewer):
    return (Filter("kind", "Kind", (("till", "Till"), ("phone", "Phone"))),)


def row_of(device):
    cells = {"name": Cell(device.name), "kind": Cell(device.kind)}
    return Row(device.id, cells, device.store.code, values={"kind": device.kind})


OVER_A_MODEL = RoomList(
    screen="devices",
    title="Devices",
    columns=COLUMNS,
    order="name",
    rows=QueryRows(
        query=lambda: Device.objects.select_related("store"),
        rows=lambda found: [row_of(each) for each in found],
        orders={"name": "name"},
        where={"kind": lambda kind: Q(kind=kind)},
        store="store__code",
    ),
    empty=NONE_YET,
    filters=kinds,
    export="devices.view",
    page_size=2,
)
IN_MEMORY = RoomList(
    screen="devices",
    title="Devices",
    columns=COLUMNS,
    order="name",
    rows=SmallRows(
        lambda _viewer: [row_of(each) for each in Device.objects.select_related("store")]
    ),
    empty=NONE_YET,
    filters=kinds,
    export="devices.view",
    page_size=2,
)


@pytest.fixture(params=[OVER_A_MODEL, IN_MEMORY], ids=["over a model", "in memory"])
def declared(request, monkeypatch, shop):
    """The list on the page of devices, over three of the first store's and one of the second's."""
    monkeypatch.setattr(lists._Known, "lists", {"devices": request.param})
    with shop.time():
        store_create(actor=SYSTEM, code="s2", name={"en": "Second"}, time_zone="Asia/Shanghai")
    return request.param


def registered(shop):
    with shop.time():
        for name, kind, store in (
            ("C till", "till", "s1"),
            ("A till", "till", "s1"),
            ("B phone", "phone", "s1"),
            ("D till", "till", "s2"),
        ):
            device_register(actor=SYSTEM, name=name, kind=kind, store=store)


def looked_at(declared, query="", **rights):
    """The list as somebody with these rights sees it at an address, and the names in it."""
    request = RequestFactory().get(f"/console/devices/{query}")
    given = Rights(**rights) if rights else Rights(frozenset({"devices.view"}))
    request.user = SimpleNamespace(pk="li", rights=given, is_authenticated=True)
    with translation.override("en"):
        block = list_shown(request, declared)
        page = render(request, block.template, {"block": block}).content.decode()
    return page, [cells[0][1].text for _key, cells in block.lines], block


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["A till", "B phone"]),
        ("?sort=-name", ["D till", "C till"]),
        ("?kind=phone", ["B phone"]),
        ("?kind=boat", ["A till", "B phone"]),
        ("?after=nonsense", ["A till", "B phone"]),
    ],
)
def test_it_is_ordered_and_narrowed_by_its_address(declared, shop, query, names):
    registered(shop)
    assert looked_at(declared, query)[1] == names


def test_pages_follow_one_another(declared, shop):
    registered(shop)
    page, first, block = looked_at(declared)
    assert "1–2 of 4" in page
    page, second, last = looked_at(declared, block.following)
    assert "3–4 of 4" in page and last.following == ""
    assert [*first, *second] == ["A till", "B phone", "C till", "D till"]


def test_nothing_there_and_nothing_that_matches_are_two_things(declared, shop):
    assert "Register one." in looked_at(declared)[0]
    registered(shop)
    Device.objects.filter(kind="phone").delete()
    page, names, _block = looked_at(declared, "?kind=phone&tab=mine")
    assert "Nothing matches" in page and 'href="?tab=mine"' in page and names == []


@pytest.mark.parametrize("query", ["", "?store=s2", "?stores=", "?kind=till&store=s2"])
def test_who_has_the_right_at_one_store_sees_its_rows_whatever_the_address(declared, shop, query):
    registered(shop)
    at_second = {"at": {"s2": frozenset({"devices.view"}), "s1": frozenset({"members.view"})}}
    assert looked_at(declared, query, **at_second)[1] == ["D till"]
    assert "D till" not in looked_at(declared, query, at={"s1": frozenset({"devices.view"})})[0]


def test_a_view_is_kept_and_a_file_is_written(declared, shop, li):
    registered(shop)
    kept = {"do": "save-view", "name": "Phones", "query": "?kind=phone", "is_shared": "on"}
    answer = li.post("lists/devices/views/", kept)
    assert answer["Location"] == "/console/devices/?kind=phone"
    assert SavedView.objects.get().screen == "devices"
    page = looked_at(declared, "?kind=phone")[0]
    assert re.search(r'current="true"[^>]*>.*Phones', page)
    li.post("lists/devices/export/?kind=till&sort=-name", {"confirmed": "yes", "format": "csv"})
    work = Work.objects.get()
    with shop.time():
        work_done(work_id=str(work.id))
    text = b"".join(work_content(str(work.id))).decode("utf-8-sig")
    assert text.splitlines() == ["Device,Kind", "D till,till", "C till,till", "A till,till"]


def test_a_file_has_the_columns_that_are_shown_or_all_there_are(declared, shop, li):
    registered(shop)
    address = "lists/devices/export/?kind=phone&cols=-"
    asked = li.text(address)
    assert 'name="columns" value="shown" checked' in asked and 'value="all"' in asked
    texts = []
    for columns in ("shown", "all"):
        li.post(address, {"confirmed": "yes", "format": "csv", "columns": columns})
        work = Work.objects.get()
        with shop.time():
            work_done(work_id=str(work.id))
        texts.append(b"".join(work_content(str(work.id))).decode("utf-8-sig").split())
        work.delete()
    assert texts == [["Device", "B", "phone"], ["Device,Kind", "B", "phone,phone"]]


def test_a_file_begun_at_one_store_holds_its_rows_only(declared, shop, desk, staff):
    registered(shop)
    with shop.time():
        staff_create(
            actor=SYSTEM,
            username="mo",
            display_name="Mo",
            password=PASSWORD,
            role="manager",
            store="s2",
            language="en",
        )
    desk.sign_in("mo")
    desk.post("lists/devices/export/?store=s1", {"confirmed": "yes", "format": "csv"})
    work = Work.objects.get()
    with shop.time():
        work_done(work_id=str(work.id))
    text = desk.get(f"jobs/{work.id}/file/").content.decode("utf-8-sig")
    assert text.splitlines() == ["Device,Kind", "D till,till"]
    with shop.time():
        staff_create(
            actor=SYSTEM,
            username="li1",
            display_name="Li",
            password=PASSWORD,
            role="manager",
            store="s1",
            language="en",
        )
    other = Desk(shop, Client())
    other.sign_in("li1")
    assert other.get(f"jobs/{work.id}/file/").status_code == 404


def test_two_lists_on_one_screen_are_a_mistake(declared):
    other = IN_MEMORY if declared is OVER_A_MODEL else OVER_A_MODEL
    with pytest.raises(ValueError, match="two lists stand on devices"):
        list_register(other)
