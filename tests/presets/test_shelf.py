"""The packages on the shelf are sound, and the installer knows nothing of any of them."""

import hashlib
import json
import re

import pytest

from regulars.entitlements.tiers.services import ladder_starter
from regulars.foundation.actors import SYSTEM
from regulars.foundation.installing import sections_registered
from regulars.foundation.shop.services import shop_update
from regulars.presets.installer.errors import PresetUnreadable, UnknownPreset
from regulars.presets.installer.packages import SHELF, package_codes, package_read
from regulars.presets.installer.selectors import presets_listed
from regulars.rules.programs.services import starter_content
from tests.house.tree import SOURCE

TRADES = {"tea-shop", "salon", "supermarket"}
MODELS = {"beans", "calendar-tiers", "growth-5", "stamp-card"}
# What each version holds. Whoever changes a package raises its version and writes the new one here.
VERSIONS = {
    "beans": (1, "e996cf206640"),
    "calendar-tiers": (1, "bb02c5ab43a3"),
    "growth-5": (1, "2c827136939f"),
    "salon": (1, "7697b949a877"),
    "stamp-card": (2, "bfbab91da16d"),
    "supermarket": (1, "9127a3140004"),
    "tea-shop": (2, "027314aff9d3"),
}
STARTERS = {"programs": starter_content, "levels": ladder_starter}
# A word about any one model, in code or in a name.
MODEL_WORDS = re.compile(
    r"bean|tier|growth|stamp|coupon|points|level|ladder|segment", re.IGNORECASE
)


def test_the_shelf_holds_the_first_presets():
    assert set(package_codes()) == TRADES | MODELS


@pytest.mark.parametrize("code", sorted(TRADES | MODELS))
def test_a_package_says_the_same_in_both_languages(code):
    package = package_read(code)
    chinese, english = package.texts["zh-Hans"], package.texts["en"]
    assert len(chinese.promises) == len(english.promises)
    assert set(chinese.waits_for) == set(english.waits_for)
    assert re.search("[\u4e00-\u9fff]", chinese.name + chinese.about)
    assert not re.search("[\u4e00-\u9fff]", english.name + english.about + str(english.promises))
    for _, part in package.parts:
        for texts in named(part):
            assert set(texts) == {"zh-Hans", "en"}


def fingerprint(package):
    """A short digest of everything a package puts up, the starters it names among it."""
    parts = [
        (section, part, STARTERS[section](part["starter"]) if "starter" in part else None)
        for section, part in package.parts
    ]
    plain = json.dumps(parts, sort_keys=True, ensure_ascii=False)
    return hashlib.blake2b(plain.encode(), digest_size=6).hexdigest()


def test_a_package_that_changes_gets_a_new_version():
    packages = [package_read(code) for code in package_codes()]
    found = {each.code: (each.version, fingerprint(each)) for each in packages}
    assert found == VERSIONS


def named(value):
    """Every text by language in a part."""
    if isinstance(value, dict):
        if "name" in value:
            yield value["name"]
        for each in value.values():
            yield from named(each)
    elif isinstance(value, list):
        for each in value:
            yield from named(each)


def test_the_installer_knows_no_model():
    # The console's lead sentence is a text for people, in a template; code has none.
    files = [*(SOURCE / "presets" / "installer").glob("*.py"), SOURCE / "foundation/installing.py"]
    assert len(files) > 8
    found = [
        f"{file.name}: {word}"
        for file in files
        for word in MODEL_WORDS.findall(file.read_text(encoding="utf-8"))
    ]
    assert found == []
    assert MODEL_WORDS.search("ladder_save") is not None


def test_sections_stand_in_the_order_in_which_they_need_each_other():
    assert list(sections_registered()) == [
        "assets",
        "stores",
        "tags",
        "levels",
        "programs",
        "segments",
    ]


def test_what_a_package_includes_comes_with_it_once():
    tea = package_read("tea-shop")
    parts = [(section, part["code"]) for section, part in tea.parts]
    assert ("levels", "growth-5") in parts
    assert ("programs", "tea-leaves") in parts
    assert len(parts) == len(set(parts))
    assert package_read("growth-5").texts["en"].promises[0] in tea.texts["en"].promises


@pytest.mark.parametrize(
    ("currency", "ten", "five"), [("CNY", "¥10.00", "¥5.00"), ("JPY", "JP¥1,000", "JP¥500")]
)
def test_promises_speak_of_money_as_the_shop_counts_it(empty_shop, currency, ten, five):
    """1,000 minor units are ten yuan and a thousand yen: the rules count so, and the words too."""
    with empty_shop.time():
        shop_update(actor=SYSTEM, currency=currency)
        shown = {each.preset: each for each in presets_listed()}
    card = shown["stamp-card"]
    assert card.about["zh-Hans"] == f"每 {ten} 一枚印花，每 4 枚抵 {five}。"
    assert card.promises["en"][0] == (
        f"Every whole {ten} of a purchase, after discounts, gives a stamp."
    )
    told = [*card.promises["zh-Hans"], *shown["calendar-tiers"].waits_for["zh-Hans"]]
    assert not [line for line in told if "{" in line]


def test_no_text_of_a_package_writes_money_without_its_currency():
    for code in package_codes():
        package = package_read(code)
        lines = [line for each in package.texts.values() for line in (each.about, *each.promises)]
        lines += [
            text for _, part in package.parts for texts in named(part) for text in texts.values()
        ]
        told = [line for line in lines if re.search(r"\d\.00\b|元", line)]
        assert told == [], code


@pytest.mark.django_db
def test_what_waits_for_a_later_version_is_shown_and_not_promised():
    views = {view.preset: view for view in presets_listed()}
    assert [view.kind for view in views.values()] == ["trade"] * 3 + ["model"] * 4
    assert "Beans for signing in day by day." in views["beans"].waits_for["en"]
    assert "Beans for signing in day by day." in views["supermarket"].waits_for["en"]
    for view in views.values():
        assert not set(view.promises["en"]) & set(view.waits_for["en"])


def package_written(shelf, code, **file):
    folder = shelf / code
    folder.mkdir(parents=True)
    texts = {"name": "X", "about": "X", "promises": ["X"]}
    whole = {"version": 1, "kind": "model"} | file
    for name, value in (("preset", whole), ("en", texts), ("zh-Hans", texts)):
        (folder / f"{name}.json").write_text(json.dumps(value), encoding="utf-8")


@pytest.mark.parametrize(
    "wrong",
    [
        {"parts": {"magic": [{"code": "x"}]}},
        {"waits_for": ["a-text-that-is-missing"]},
        {"surprise": 1},
        {"version": 0},
    ],
    ids=["unknown section", "no text", "unknown field", "no version"],
)
def test_a_broken_package_is_refused(tmp_path, wrong):
    package_written(tmp_path, "x", **wrong)
    with pytest.raises(PresetUnreadable):
        package_read("x", tmp_path)


def test_an_unknown_package_is_refused_with_those_there_are():
    with pytest.raises(UnknownPreset) as refusal:
        package_read("../secrets")
    assert "tea-shop" in refusal.value.sentence()
    assert SHELF.is_dir()
