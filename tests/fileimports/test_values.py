"""Levels and stores that the old system calls otherwise: each value becomes one of the shop's."""

import stat

import pytest

from regulars.entitlements.tiers.services import ladder_save
from regulars.foundation.actors import SYSTEM
from regulars.foundation.errors import RegularsError
from regulars.members.profiles.selectors import member_find
from regulars.organization.stores.services import store_update, stores_forgotten
from regulars.rules.fileimports import keeping, selectors, services
from regulars.rules.fileimports.approvals import import_digest
from regulars.rules.fileimports.models import FileImport
from tests.fileimports.conftest import LI, added, checked, finished, imported, owned, totals
from tests.fileimports.test_levels import LADDER, stood

NAMES = {"zh-Hans": "金卡会员", "en": "Gold"}
OURS = LADDER | {
    "levels": [
        {**LADDER["levels"][0], "name": {"zh-Hans": "普通会员", "en": "Member"}},
        {**LADDER["levels"][1], "name": {"zh-Hans": "银卡会员", "en": "Silver"}},
        {**LADDER["levels"][2], "name": NAMES},
    ]
}
# Six members of the old system: two are 金卡, one GOLD, as somebody typed it, and one has no level.
OLD = """会员编号,会员等级,所属门店,积分
mei,金卡,总店,100
bo,金卡,总店,20
ann,GOLD,s1,7
li,普通,总店,5
oz,员工,网店,3
eve,,,1
"""
LEVEL = f"level:{LADDER['code']}"
SAID = {
    LEVEL: {"金卡": "rouge", "普通": "@none", "员工": "@reject"},
    "store": {"总店": "s1", "网店": "@none"},
}


@pytest.fixture
def shop(shop):
    with shop.time():
        ladder_save(actor=SYSTEM, content=OURS)
    return shop


def becomes(view):
    """By field: (as it is written, rows, what it becomes)."""
    return {
        column.field: [(each.written, each.rows, each.becomes) for each in column.values]
        for column in selectors.values_list(view.id)
    }


def rejected(view):
    return [(each.row, each.code) for each in selectors.rejected_list(view.id)]


def placed(view):
    return {(each.field, each.becomes): (each.taken, each.rejected) for each in view.placed}


def test_each_value_is_counted_and_known_by_its_name_in_any_language(shop):
    view = added(shop, OLD)
    assert becomes(view) == {
        "store": [("总店", 3, None), ("s1", 1, "s1"), ("网店", 1, None)],
        LEVEL: [("金卡", 2, None), ("GOLD", 1, "rouge"), ("员工", 1, None), ("普通", 1, None)],
    }
    # Said by nobody, such rows are rejected, each with what to do.
    view = checked(shop, view)
    assert rejected(view) == [
        (2, "import_store_unknown"),
        (3, "import_store_unknown"),
        (5, "import_store_unknown"),
        (6, "import_store_unknown"),
    ]
    told = selectors.rejected_list(view.id)[0].text
    assert told["en"] == (
        "所属门店: there is no store “总店”. Say what it becomes, one of: s1, @none, @reject."
    )
    assert placed(view) == {
        (LEVEL, ""): (0, 4),
        (LEVEL, "rouge"): (1, 0),
        ("store", ""): (0, 4),
        ("store", "s1"): (1, 0),
    }


def test_what_was_said_holds_in_the_dry_run_and_in_earnest_to_the_row(shop):
    dry = checked(shop, added(shop, OLD), values=SAID, expected={"members": 6, "beans": 136})
    counted = {
        (LEVEL, "rouge"): (3, 0),
        (LEVEL, "@none"): (1, 0),
        (LEVEL, ""): (0, 1),
        ("store", "s1"): (4, 0),
        ("store", "@none"): (0, 1),
    }
    assert (placed(dry), rejected(dry)) == (counted, [(6, "import_value_rejected")])
    done = finished(shop, dry)
    assert (placed(done), rejected(done)) == (counted, [(6, "import_value_rejected")])
    assert selectors.rejected_list(done.id)[0].text["zh-Hans"] == (
        "会员等级：按本次导入的选择，不导入取值为“员工”的行。"
    )
    assert totals(done) == {"members": (6, 5, 1, 6, 1), "beans": (136, 133, 3, 136, 3)}
    assert [code for code, _ in stood("mei")] == [code for code, _ in stood("ann")] == ["rouge"]
    assert stood("li") == []
    assert [member_find("external_id", name).home_store for name in ("bo", "eve")] == ["s1", None]
    assert owned(shop, "external_id", "mei") == {"beans": 100}


def test_a_kept_mapping_keeps_what_values_become_and_more_can_be_said(shop):
    first = checked(shop, added(shop, OLD), values=SAID)
    services.mapping_save(actor=LI, name="our old till", import_id=first.id)
    second = added(shop, OLD.replace("mei,金卡", "eva,钻石"))
    view = services.mapping_set(actor=LI, import_id=second.id, mapping="our old till")
    assert view.values == SAID
    assert ("钻石", 1, None) in becomes(view)[LEVEL]
    view = services.mapping_set(
        actor=LI,
        import_id=second.id,
        mapping="our old till",
        values={"level:@": {"钻石": "Gold", "普通": "insider"}},
    )
    assert view.values[LEVEL] == SAID[LEVEL] | {"钻石": "rouge", "普通": "insider"}
    # The kept one stays as it was, and what became a store that is closed now is asked for anew.
    assert selectors.mapping_get("our old till").values == SAID
    shop.store("s2")
    with shop.time():
        store_update(actor=SYSTEM, code="s1", is_active=False)
    stores_forgotten()
    third = services.mapping_set(actor=LI, import_id=second.id, mapping="our old till")
    assert third.values == SAID | {"store": {"网店": "@none"}}


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({LEVEL: {"金卡": "emperor"}}, "import_value_unfit"),
        ({"store": {"总店": ""}}, "import_value_unfit"),
        ({"level:other": {"金卡": "rouge"}}, "import_mapping_unfit"),
        ({"name": {"金卡": "rouge"}}, "import_mapping_unfit"),
        ({"amount:@": {"金卡": "rouge"}}, "import_mapping_unfit"),
        ({LEVEL: {"a\0b": "rouge"}}, "text_not_allowed"),
        ({LEVEL: {"x" * 81: "rouge"}}, "text_too_long"),
        ({LEVEL: {f"v{number}": "rouge" for number in range(201)}}, "import_mapping_unfit"),
    ],
)
def test_what_cant_be_is_refused_and_nothing_changes(shop, values, code):
    view = added(shop, OLD)
    with pytest.raises(RegularsError) as refusal:
        services.mapping_set(actor=LI, import_id=view.id, columns=view.columns, values=values)
    assert refusal.value.code == code
    assert FileImport.objects.get().values == {}


def test_who_approves_approves_what_values_become(shop):
    view = checked(shop, added(shop, OLD), values=SAID)
    digest = import_digest(FileImport.objects.get())
    checked(shop, view, values={LEVEL: {"普通": "vib"}})
    assert import_digest(FileImport.objects.get()) != digest


def test_a_name_that_two_levels_share_stands_for_neither(shop):
    same = [{**each, "name": NAMES} for each in OURS["levels"][1:]]
    with shop.time():
        ladder_save(actor=SYSTEM, content=OURS | {"levels": [OURS["levels"][0], *same]})
    view = added(shop, OLD.replace("普通", "vib").replace("员工", "无"))
    assert becomes(view)[LEVEL] == [
        ("金卡", 2, None),
        ("GOLD", 1, None),
        ("vib", 1, "vib"),
        ("无", 1, "@none"),
    ]


def test_values_are_counted_alike_and_kept_with_the_file_only(shop):
    view = added(shop, "手机号,等级\n13800138000, gold\n13912345678,ＧＯＬＤ\n13712345678,G old\n")
    assert becomes(view) == {LEVEL: [("gold", 3, "rouge")]}
    digest = FileImport.objects.get().digest
    path = keeping._values_path(digest)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    done = finished(shop, checked(shop, view))
    assert [code for code, _ in stood("13912345678", "phone")] == ["rouge"]
    assert not path.exists()
    assert selectors.values_list(done.id) == []


def test_a_column_with_more_than_two_hundred_values_is_known_by_names_alone(shop):
    rows = [f"m{number},{'Gold' if number < 5 else number}" for number in range(205)]
    view = added(shop, "会员编号,等级\n" + "\n".join(rows))
    (column,) = selectors.values_list(view.id)
    assert (column.heading, column.values) == ("等级", None)
    assert checked(shop, view).counts["taken"] == 5


def test_stores_of_past_sales_become_the_shops_own(shop):
    imported(shop, "会员编号,积分\nmei,0\n")
    text = (
        "单号,会员编号,时间,实付金额,门店\n"
        "A-1,mei,2025-06-01 10:00,12.50,总店\n"
        "A-2,mei,2025-06-02,8.00,s1\n"
        "A-3,mei,2025-06-02,9.00,旧店\n"
    )
    dry = checked(shop, added(shop, text), kind="sales", values={"store": {"总店": "s1"}})
    assert totals(dry)["sales"][:3] == (2_950, 2_050, 900)
    done = finished(shop, dry)
    assert rejected(done) == [(4, "import_store_unknown")]
    assert placed(done) == {("store", "s1"): (2, 0), ("store", ""): (0, 1)}
    assert totals(done)["sales"][:3] == (2_950, 2_050, 900)
