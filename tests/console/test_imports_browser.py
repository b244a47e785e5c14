"""An owner who comes from another system, in a real browser: upload, map, agree, start, undo."""

import pytest
from playwright.sync_api import expect

from regulars.entitlements.tiers.services import ladder_save, ladders_forgotten
from regulars.foundation.actors import SYSTEM
from regulars.members.profiles.errors import UnknownMember
from regulars.members.profiles.selectors import member_find
from regulars.rules.fileimports import services
from regulars.rules.fileimports.models import FileImport
from tests.console.test_browser import address, browser
from tests.console.test_gates_browser import console_of
from tests.fileimports.test_values import OLD
from tests.tiers.conftest import INSIDER

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("playwrights_loop")]
__all__ = ["address", "browser"]


@pytest.fixture
def ladder(shop, settings, tmp_path):
    """Insider, VIB and Rouge; a data directory of the test's own."""
    settings.REGULARS = settings.REGULARS.model_copy(update={"data_dir": tmp_path})
    ladders_forgotten()
    with shop.time():
        ladder_save(actor=SYSTEM, content=INSIDER)
    yield shop
    ladders_forgotten()


def test_levels_of_the_old_system_are_chosen_and_the_file_goes_in_and_out(browser, address, ladder):
    before = ladder.rows("members_member")
    with console_of(browser, address, "li") as li:
        li.goto("/console/imports/")
        file = {"name": "old.csv", "mimeType": "text/csv", "buffer": OLD.encode()}
        li.set_input_files("[name=file]", file)
        li.get_by_role("button", name="Upload").click()
        # A column that means something else is not asked about, and asked about again.
        levels = li.get_by_label("会员等级", exact=True)
        levels.select_option("")
        expect(li.get_by_label("金卡 2 rows")).to_have_count(0)
        levels.select_option("level:insider")
        expect(li.get_by_label("金卡 2 rows")).to_have_value("")
        # Whoever forgets a value is led to it.
        li.get_by_role("button", name="Check without writing").click()
        expect(li.get_by_label("总店 3 rows")).to_be_focused()
        for written, code in (
            ("总店 3 rows", "s1"),
            ("网店 1 row", "@none"),
            ("金卡 2 rows", "rouge"),
            ("GOLD 1 row", "vib"),
            ("普通 1 row", "insider"),
            ("员工 1 row", "@reject"),
        ):
            li.get_by_label(written).select_option(code)
        li.fill("#old-members", "5")
        li.fill("#old-beans", "133")
        li.get_by_role("button", name="Check without writing").click()
        expect(li.locator("#page")).to_contain_text("All totals agree with the old system's.")
        row = li.get_by_role("row").filter(has_text="金卡")
        expect(row.get_by_role("cell")).to_have_text(["会员等级", "Rouge金卡", "2", "0"])
        assert ladder.rows("members_member") == before
        li.get_by_role("button", name="Start the import").click()
        run = str(FileImport.objects.get(state="running").id)
        services.chunks_run(import_id=run)
        services.import_finish(actor=SYSTEM, import_id=run)
        # Mei was a member here before, and keeps what she has.
        assert ladder.rows("members_member") == before + 4
        li.goto("/console/members/?level=rouge")
        expect(li.locator("#page")).to_contain_text("1–2 of 2")
        li.goto(f"/console/imports/{run}/?do=undo")
        expect(li.locator("#page")).to_contain_text("−133")
        li.get_by_role("button", name="Undo the whole import").click()
        expect(li.locator("#page")).to_contain_text("The import is being undone")
        services.import_undo(actor=SYSTEM, import_id=run)
        li.reload()
        expect(li.locator("#page")).to_contain_text("what it had brought was taken back")
    with pytest.raises(UnknownMember):
        member_find("external_id", "bo")
    assert ladder.of("mei").balance == 0
