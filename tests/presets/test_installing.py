"""Installing is all or nothing, again and again the same, and respects what the shop changed."""

import json
import shutil
from threading import Barrier, Thread

import pytest
from django.db import connections

from regulars.entitlements.tiers.models import Ladder, Level
from regulars.foundation.actors import SYSTEM
from regulars.members.tags.models import Tag
from regulars.organization.stores.models import Store
from regulars.presets.installer import services as installing
from regulars.presets.installer.errors import PresetNotInstalled, PresetRefused
from regulars.presets.installer.models import InstalledPart
from regulars.presets.installer.packages import SHELF
from regulars.presets.installer.selectors import installations_listed, preset_preview
from regulars.presets.installer.services import preset_end, preset_install
from regulars.presets.installer.types import Deed
from regulars.rules.programs.models import Program, ProgramVersion
from regulars.rules.programs.selectors import program_get
from regulars.rules.programs.services import program_draft_save, program_publish
from regulars.rules.segments.models import Segment
from tests.meeting import meeting
from tests.presets.conftest import LI, audited


def deeds(code, **more):
    return {f"{step.section}/{step.code}": step.deed for step in preset_preview(code, **more).steps}


def end(shop, code):
    with shop.time():
        return preset_end(actor=LI, code=code)


def published(shop, code, **changes):
    """The shop publishes a version of its own, from what is in force."""
    content = dict(program_get(code).versions[0].content) | changes
    with shop.time():
        program_draft_save(actor=SYSTEM, code=code, content=content)
        program_publish(actor=SYSTEM, code=code)


def newer_shelf(tmp_path, code, change):
    """The shelf of a later release, in which one package is version 2."""
    shelf = tmp_path / "shelf"
    shutil.copytree(SHELF, shelf)
    file = shelf / code / "preset.json"
    value = json.loads(file.read_text(encoding="utf-8"))
    value["version"] = 2
    change(value["parts"])
    file.write_text(json.dumps(value), encoding="utf-8")
    return shelf


def test_a_whole_trade_is_there_after_one_step(empty_shop, install):
    assert set(deeds("tea-shop").values()) == {Deed.MAKE}
    view = install("tea-shop")
    assert (view.preset, view.version, view.ended_at) == ("tea-shop", 2, None)
    assert [program.code for program in Program.objects.order_by("code")] == [
        "growth",
        "tea-leaves",
    ]
    assert (Ladder.objects.get().code, Level.objects.count()) == ("growth-5", 5)
    assert {tag.code for tag in Tag.objects.all()} == {"loyal", "at_risk"}
    assert {each.code for each in Segment.objects.all()} == {"loyal", "at_risk"}
    assert Store.objects.get().code == "main"
    assert set(deeds("tea-shop").values()) == {Deed.KEEP}
    preview = preset_preview("tea-shop")
    assert (preview.is_up_to_date, preview.is_installable) == (True, True)
    ((action, subject, _),) = audited()
    assert (action, subject) == ("preset.installed", "tea-shop")
    assert empty_shop.rows("outbox_notice WHERE kind = 'preset.installed'") == 1


def test_installing_again_changes_nothing(empty_shop, install):
    first = install("tea-shop")
    empty_shop.on(empty_shop.at.date(), hour=18)
    assert install("tea-shop") == first
    assert ProgramVersion.objects.count() == 2
    assert len(audited()) == 1


def test_what_the_shop_has_already_is_kept_and_not_ours(empty_shop, install):
    empty_shop.store("corner")
    install("beans")
    install("supermarket")
    assert Store.objects.get().code == "corner"
    assert ProgramVersion.objects.filter(program__code="beans").count() == 1
    rows = InstalledPart.objects.filter(installation="supermarket", section="stores")
    assert [row.is_ours for row in rows] == [False]


def test_a_program_of_the_same_name_is_in_the_way_and_nothing_is_made(empty_shop, install):
    # The shop's own program of this code counts books twice.
    empty_shop.publish("beans")
    preview = preset_preview("supermarket")
    assert not preview.is_installable
    (step,) = [step for step in preview.steps if step.deed is Deed.REFUSE]
    assert (step.section, step.code) == ("programs", "beans")
    assert step.reason["zh-Hans"].startswith("“豆豆”已存在")
    with pytest.raises(PresetRefused) as refusal:
        install("supermarket")
    assert "nothing was changed" in refusal.value.sentence()
    assert "未做任何更改" in refusal.value.sentence("zh-Hans")
    assert (Tag.objects.count(), Segment.objects.count(), Store.objects.count()) == (0, 0, 0)
    assert InstalledPart.objects.count() == 0


def test_a_package_that_fails_midway_leaves_nothing(empty_shop, tmp_path):
    def broken(parts):
        parts["segments"].append({"code": "odd", "name": {"en": "Odd"}, "condition": "true"})
        parts["segments"][0]["tag"] = "no-such-tag"
        del parts["segments"][0]["ready"]
        parts["segments"][0] |= {"name": {"en": "Loyal"}, "condition": "true"}

    shelf = newer_shelf(tmp_path, "tea-shop", broken)
    assert preset_preview("tea-shop", shelf=shelf).is_installable
    with empty_shop.time(), pytest.raises(Exception, match="no-such-tag"):
        preset_install(actor=LI, code="tea-shop", shelf=shelf)
    counts = [
        model.objects.count() for model in (Program, Ladder, Tag, Segment, Store, InstalledPart)
    ]
    assert counts == [0] * 6
    assert empty_shop.rows("ledger_asset") == 0


def test_a_draft_that_somebody_works_on_is_not_overwritten(empty_shop, install):
    install("stamp-card")
    end(empty_shop, "stamp-card")
    content = dict(program_get("stamp-card").versions[0].content)
    with empty_shop.time():
        program_draft_save(actor=SYSTEM, code="stamp-card", content=content)
    with pytest.raises(PresetRefused, match="draft"):
        install("stamp-card")
    assert program_get("stamp-card").draft is not None


def test_a_newer_version_changes_what_the_shop_left_as_it_was(empty_shop, install, tmp_path):
    install("growth-5")

    def kinder(parts):
        parts["programs"][0]["content"]["rules"][0]["earn_flat"]["amount"] = 150
        parts["levels"][0]["changes"] = {"downgrade": "one_step"}

    shelf = newer_shelf(tmp_path, "growth-5", kinder)
    assert deeds("growth-5", shelf=shelf) == {
        "assets/growth": Deed.KEEP,
        "levels/growth-5": Deed.CHANGE,
        "programs/growth": Deed.CHANGE,
    }
    before = set(Level.objects.values_list("id", "code"))
    empty_shop.on(empty_shop.at.date(), hour=18)
    assert install("growth-5", shelf=shelf).version == 2
    newest = program_get("growth").versions[0]
    assert (newest.version, newest.content["rules"][0]["earn_flat"]["amount"]) == (2, 150)
    assert Ladder.objects.get().downgrade == "one_step"
    # The levels are the same ones: whoever stood on them stands there still.
    assert set(Level.objects.values_list("id", "code")) == before
    assert preset_preview("growth-5", shelf=shelf).is_up_to_date


def test_what_a_newer_version_leaves_out_ends(empty_shop, install, tmp_path):
    install("supermarket")
    shelf = newer_shelf(tmp_path, "supermarket", lambda parts: parts.pop("programs"))
    assert deeds("supermarket", shelf=shelf)["programs/member-day"] is Deed.END
    assert not preset_preview("supermarket", shelf=shelf).is_up_to_date
    empty_shop.on(empty_shop.at.date(), hour=18)
    install("supermarket", shelf=shelf)
    states = {code: program_get(code).versions[0].state for code in ("beans", "member-day")}
    assert states == {"beans": "in_force", "member-day": "ended"}
    assert audited()[-1][2] == {"version": 2, "parts": ["programs/member-day"]}
    assert preset_preview("supermarket", shelf=shelf).is_up_to_date


def test_what_the_shop_changed_itself_stays_its_own(empty_shop, install, tmp_path):
    install("growth-5")
    published(empty_shop, "growth", name={"en": "Our own growth"})

    def kinder(parts):
        parts["programs"][0]["content"]["rules"][0]["earn_flat"]["amount"] = 150

    assert deeds("growth-5")["programs/growth"] is Deed.OWN
    shelf = newer_shelf(tmp_path, "growth-5", kinder)
    assert deeds("growth-5", shelf=shelf)["programs/growth"] is Deed.OWN
    assert install("growth-5", shelf=shelf).version == 2
    assert program_get("growth").versions[0].content["name"] == {"en": "Our own growth"}
    assert deeds("growth-5", shelf=shelf)["programs/growth"] is Deed.OWN


def test_ending_stops_programs_and_levels_and_takes_nothing_away(empty_shop, install):
    install("tea-shop")
    empty_shop.member("mei")
    empty_shop.one(empty_shop.sale("mei", 60_000))
    assert empty_shop.of("mei", "leaves").balance == 650
    assert end(empty_shop, "tea-shop").ended_at == empty_shop.now
    assert not Ladder.objects.get().is_active
    empty_shop.one(empty_shop.sale("mei", 60_000))
    assert empty_shop.of("mei", "leaves").balance == 650
    assert empty_shop.of("mei", "growth").balance == 600
    assert (Tag.objects.count(), Segment.objects.count()) == (2, 2)
    # A second time nothing happens; installing again starts it again.
    end(empty_shop, "tea-shop")
    assert [action for action, _, _ in audited()] == ["preset.installed", "preset.ended"]
    assert deeds("tea-shop")["programs/tea-leaves"] is Deed.RESUME
    install("tea-shop")
    empty_shop.one(empty_shop.sale("mei", 10_000))
    assert empty_shop.of("mei", "leaves").balance == 750
    assert Ladder.objects.get().is_active


def test_what_another_package_needs_does_not_end(empty_shop, install):
    install("supermarket")
    install("beans")
    end(empty_shop, "supermarket")
    states = {code: program_get(code).versions[0].state for code in ("beans", "member-day")}
    assert states == {"beans": "in_force", "member-day": "ended"}
    end(empty_shop, "beans")
    assert program_get("beans").versions[0].state == "ended"


def test_two_ladders_do_not_fight_for_the_multiplier(empty_shop, install):
    install("growth-5")
    (refused,) = [step for step in preset_preview("salon").steps if step.deed is Deed.REFUSE]
    assert (refused.name["en"], "growth-5" in refused.reason["en"]) == ("Levels by the year", True)
    with pytest.raises(PresetRefused, match="growth-5"):
        install("salon")
    end(empty_shop, "growth-5")
    install("salon")
    codes = [view.preset for view in installations_listed()]
    assert sorted(codes) == ["growth-5", "salon"]


def test_what_was_never_installed_has_no_end(empty_shop):
    with pytest.raises(PresetNotInstalled):
        end(empty_shop, "beans")


def installed_together(shop, codes):
    """Installs in threads that start at once; answers what each got."""
    preset_preview(codes[0])  # what threads share is there before they start
    start, got = Barrier(len(codes)), []

    def one(code):
        start.wait()
        try:
            got.append(preset_install(actor=LI, code=code).preset)
        except Exception as trouble:  # noqa: BLE001 - the test looks at it
            got.append(trouble)
        finally:
            connections.close_all()

    with shop.time():
        threads = [Thread(target=one, args=(code,)) for code in codes]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return got


def test_two_people_install_at_once(empty_shop):
    codes = ["tea-shop", "growth-5", "tea-shop", "growth-5"]
    assert sorted(installed_together(empty_shop, codes)) == sorted(codes)
    assert ProgramVersion.objects.count() == 2
    assert Ladder.objects.get().revision == 1
    assert len(audited()) == 2


def test_without_the_lock_they_would_collide(empty_shop, monkeypatch):
    monkeypatch.setattr(installing, "LOCK", "SELECT %s")
    codes = ["tea-shop", "growth-5"] * 4
    monkeypatch.setattr(installing, "_steps", meeting(installing._steps, len(codes)))
    got = installed_together(empty_shop, codes)
    assert [each for each in got if isinstance(each, Exception)]
