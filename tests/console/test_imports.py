"""The pages of imports: upload, what columns mean, dry run, start, result with totals, undo."""

import io

import pytest

from regulars.foundation.actors import SYSTEM
from regulars.rules.fileimports import services
from regulars.rules.fileimports.errors import MappingUnfit
from regulars.rules.fileimports.models import FileImport

TEXT = "会员编号,姓名,积分\nB1,Bo Li,120\n=B2,Oz,x\n合计,,125\n"


@pytest.fixture
def checked(li, settings, tmp_path):
    """The page of a file that Li uploaded, mapped and checked."""
    settings.REGULARS = settings.REGULARS.model_copy(update={"data_dir": tmp_path})
    upload = io.BytesIO(TEXT.encode("gb18030"))
    upload.name = "会员.csv"
    assert li.post("imports/", {"do": "add", "file": upload}).status_code == 302
    address = f"imports/{FileImport.objects.get().id}/"
    chosen = {"column-0": "external_id", "column-1": "name", "column-2": "amount:beans"}
    asked = {"do": "check", "kind": "members", "old-members": "2", **chosen}
    assert li.post(address, asked).status_code == 302
    return address


def test_the_page_names_the_columns_that_stay_behind(li, checked):
    assert "Columns that are not imported" not in li.text(checked)
    asked = {
        "do": "check",
        "kind": "members",
        "column-0": "external_id",
        "column-2": "amount:beans",
    }
    assert li.post(checked, asked).status_code == 302
    assert "Columns that are not imported: 姓名." in " ".join(li.text(checked).split())


def test_a_file_goes_in_and_out_again_on_its_page(li, checked, shop):
    page = li.text(checked)
    for words in ("Check again", "Start the import", "is no number", "120", "125"):
        assert words in page, words
    assert "Totals that differ from the old system&#x27;s: 2." in page
    assert "1 missing" in page and "all of it in rejected rows" in page
    assert "5 missing" in page
    before = shop.rows("members_member")
    # Totals that differ are agreed on before anything is written.
    refused = li.post(checked, {"do": "start"})
    assert FileImport.objects.get().state == "checked"
    assert (refused.status_code, "Tick that you know it" in refused.content.decode()) == (422, True)
    assert li.post(checked, {"do": "start", "agreed": "on"}).status_code == 302
    part = li.get(checked, **{"HX-Request": "true"}).content.decode()
    assert part.strip().startswith("<section") and "Rows are being imported" in part
    run = str(FileImport.objects.get(state="running").id)
    with shop.time():
        services.chunks_run(import_id=run)
        services.import_finish(actor=SYSTEM, import_id=run)
    assert shop.rows("members_member") == before + 1
    chinese = li.read_in("zh-hans").text(checked)
    for words in ("整批撤销", "原系统", "未导入的行"):
        assert words in chinese, words
    rejected = b"".join(li.get(f"{checked}rejected.csv").streaming_content).decode()
    assert "3,import_amount_unfit" in rejected
    assert ",'=B2,Oz,x" in rejected
    asked = li.read_in("en").text(f"{checked}?do=undo")
    assert "Rows taken back" in asked and "−120" in asked
    assert li.post(checked, {"do": "undo"}).status_code == 200
    assert FileImport.objects.get().state == "finished"
    assert li.post(checked, {"do": "undo", "confirmed": "yes"}).status_code == 302
    assert FileImport.objects.get().state == "undoing"


def test_what_cant_be_read_is_said_on_the_page(li, checked):
    torn = io.BytesIO(b"PK\x03\x04 torn")
    torn.name = "x.xlsx"
    answer = li.post("imports/", {"do": "add", "file": torn})
    assert (answer.status_code, FileImport.objects.count()) == (422, 1)
    # The sentence stands beside the field, in Li's language.
    shown = answer.content.decode()
    assert "can&#x27;t be read" in shown and 'id="add_file_error"' in shown
    nothing = li.post("imports/", {"do": "add"}).content.decode()
    assert "Choose a file." in nothing


def test_what_was_typed_stands_there_again(li, checked):
    before = FileImport.objects.get().expected
    asked = {"do": "check", "kind": "members", "old-members": "two", "old-beans": "99"}
    asked |= {"column-0": "name", "column-1": "name", "column-2": "amount:beans"}
    refused = li.post(checked, asked)
    shown = refused.content.decode()
    assert refused.status_code == 422
    assert 'id="old-members_error"' in shown and "such as 1234." in shown
    assert 'id="column-1_error"' in shown and 'id="column-0_error"' not in shown
    for typed in ("two", "99"):
        assert f'value="{typed}"' in shown
    assert FileImport.objects.get().expected == before


STORES = "会员编号,门店,积分\nB1,总店,1\nB2,总店,2\nB3,s1,3\n"
CHOSEN = {"kind": "members", "column-0": "external_id", "column-1": "store"}


def test_values_that_nobody_knows_are_asked_for_beside_them(li, shop, settings, tmp_path):
    settings.REGULARS = settings.REGULARS.model_copy(update={"data_dir": tmp_path})
    upload = io.BytesIO(STORES.encode())
    upload.name = "stores.csv"
    li.post("imports/", {"file": upload, "do": "add"})
    address = f"imports/{FileImport.objects.get().id}/"
    page = li.text(address)
    assert "总店 <small>2 rows</small>" in page
    assert '<option value="s1" selected>' in page
    asked = li.post(address, {"do": "check", **CHOSEN})
    assert asked.status_code == 422
    assert asked.content.decode().count("Choose what it becomes.") == 1
    assert FileImport.objects.get().state == "added"
    done = li.post(address, {"do": "check", **CHOSEN, "value-1-0": "s1", "value-1-1": "@reject"})
    assert done.status_code == 302
    run = FileImport.objects.get()
    assert (run.state, run.values) == ("checked", {"store": {"总店": "s1", "s1": "@reject"}})
    assert "rows with “s1” are not taken" in li.text(address)
    # What is kept by name is drawn at once, and nothing of it is kept yet.
    assert li.post(address, {"do": "keep", "name": "our till"}).status_code == 302
    li.post(address, {"do": "check", **CHOSEN, "value-1-0": "@none", "value-1-1": "s1"})
    drawn = li.post(address, {"do": "redraw", "mapping": "our till", **CHOSEN}).content.decode()
    assert drawn.count('<option value="@reject" selected>') == 1
    assert FileImport.objects.get().values == {"store": {"总店": "@none", "s1": "s1"}}


def test_a_kept_mapping_that_fits_no_column_leaves_the_columns_as_they_are(
    li, shop, settings, tmp_path
):
    settings.REGULARS = settings.REGULARS.model_copy(update={"data_dir": tmp_path})
    addresses = []
    for text in (STORES, "卡号,积分\nV1,5\n"):
        upload = io.BytesIO(text.encode())
        upload.name = "members.csv"
        addresses.append(li.post("imports/", {"file": upload, "do": "add"})["Location"])
    first, second = [each.removeprefix("/console/") for each in addresses]
    li.post(first, {"do": "check", **CHOSEN, "value-1-0": "s1", "value-1-1": "s1"})
    li.post(first, {"do": "keep", "name": "our till"})
    sent = {"kind": "members", "drawn": "members", "column-0": "card", "column-1": ""}
    told = "The file has no column of “our till”. The columns stay as they were."
    drawn = li.post(second, {"do": "redraw", **sent, "mapping": "our till"}).content.decode()
    assert told in drawn and drawn.count('<option value="card" selected>') == 1
    assert '<option value="amount:beans" selected>' not in drawn
    refused = li.post(second, {"do": "check", **sent, "mapping": "our till"})
    assert (refused.status_code, told in refused.content.decode()) == (422, True)
    assert 'id="kept_error"' in refused.content.decode()
    run = FileImport.objects.get(id=second.split("/")[1])
    assert (run.columns, run.state) == ({"card": "卡号", "amount:beans": "积分"}, "added")
    # Over the API and at the command line it is refused with the same reason.
    with pytest.raises(MappingUnfit, match="our till: the file has none of its columns"):
        services.mapping_set(actor=SYSTEM, import_id=str(run.id), mapping="our till")


def test_another_kind_of_file_is_guessed_anew_and_back_again(li, shop, settings, tmp_path):
    settings.REGULARS = settings.REGULARS.model_copy(update={"data_dir": tmp_path})
    text = "单号,会员编号,时间,实付金额,门店\nA-1,bo,2025-03-01,12.50,总店\n"
    upload = io.BytesIO(text.encode())
    upload.name = "sales.csv"
    li.post("imports/", {"file": upload, "do": "add"})
    address = f"imports/{FileImport.objects.get().id}/"
    drawn = {"do": "redraw", "drawn": "sales", "kind": "members", "column-0": "document"}
    page = li.post(address, drawn).content.decode()
    assert '<input type="hidden" name="drawn" value="members">' in page
    assert '<option value="external_id" selected>' in page and '"document" selected' not in page
    back = {"do": "redraw", "drawn": "members", "kind": "sales", "column-1": "external_id"}
    page = li.post(address, back).content.decode()
    assert all(f'<option value="{name}" selected>' in page for name in ("document", "net"))
    # As members they are read too, when it is so that they were asked for.
    asked = {"kind": "members", "drawn": "members", "column-1": "external_id", "column-4": "store"}
    assert li.post(address, {"do": "check", **asked}).status_code == 422
    assert li.post(address, {"do": "check", **asked, "value-4-0": "s1"}).status_code == 302
    run = FileImport.objects.get()
    assert (run.kind, run.values, run.state) == ("members", {"store": {"总店": "s1"}}, "checked")


def test_a_cashier_has_no_imports(desk):
    desk.sign_in("ann")
    assert desk.get("imports/").status_code == 403
