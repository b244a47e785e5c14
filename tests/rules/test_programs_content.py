"""Everything that is wrong with a program is said when it is saved, with its place."""

import copy

import pytest

from regulars.foundation.amounts import AMOUNT_MAX, CurrencyMismatch
from regulars.foundation.clock import UnknownTimeZone
from regulars.foundation.errors import RegularsError
from regulars.ledger.book.types import AssetKind
from regulars.rules.programs.checking import content_checked
from regulars.rules.programs.content import content_to_json
from regulars.rules.programs.errors import (
    AssetDiffers,
    AssetUndeclared,
    CodeRepeated,
    ProgramInvalid,
    UnknownStarter,
    UnknownTrigger,
)
from regulars.rules.programs.services import starter_codes, starter_content
from tests.rules.promises import ASSETS, asset, content, earn, multiplier, rule


def changed(*path, to, source=None):
    """A content with one value changed or, with `to=None`, taken away."""
    whole = copy.deepcopy(source or starter_content("beans"))
    *way, last = path
    place = whole
    for step in way:
        place = place[step]
    if to is None:
        del place[last]
    else:
        place[last] = to
    return whole


def refused(raw, assets=None):
    with pytest.raises(RegularsError) as refusal:
        content_checked(raw, {} if assets is None else assets)
    return refusal.value


RATE = ("rules", 0, "earn", "rate")
LOT = ("assets", 0, "expiry", "lot")
WRONG = [
    # (path, value, class, place)
    ((*RATE, "amount"), 0, ProgramInvalid, "rules[0].earn.rate.amount"),
    ((*RATE, "amount"), -1, ProgramInvalid, "rules[0].earn.rate.amount"),
    ((*RATE, "amount"), 1.5, ProgramInvalid, "rules[0].earn.rate.amount"),
    ((*RATE, "amount"), "1", ProgramInvalid, "rules[0].earn.rate.amount"),
    ((*RATE, "amount"), True, ProgramInvalid, "rules[0].earn.rate.amount"),
    ((*RATE, "amount"), AMOUNT_MAX + 1, ProgramInvalid, "rules[0].earn.rate.amount"),
    ((*RATE, "amount"), 10**30, ProgramInvalid, "rules[0].earn.rate.amount"),
    ((*RATE, "per_minor"), 0, ProgramInvalid, "rules[0].earn.rate.per_minor"),
    ((*RATE, "per_minor"), -100, ProgramInvalid, "rules[0].earn.rate.per_minor"),
    ((*RATE, "per"), 100, ProgramInvalid, "rules[0].earn.rate.per"),
    ((*RATE, "per_minor"), None, ProgramInvalid, "rules[0].earn.rate.per_minor"),
    (("rules", 0, "earn", "rounding"), "nearest", ProgramInvalid, "rules[0].earn.rounding"),
    (("rules", 0, "earn", "asset"), "pionts", AssetUndeclared, "rules[0].earn.asset"),
    (("rules", 0, "earn", "asset"), "Bean s", ProgramInvalid, "rules[0].earn.asset"),
    (("rules", 0, "earn", "expiry"), {"kind": "soon"}, ProgramInvalid, "rules[0].earn.expiry.kind"),
    (
        ("rules", 0, "earn", "expiry"), {"kind": "after_days", "days": -1},
        ProgramInvalid, "rules[0].earn.expiry.days",
    ),
    (
        ("rules", 0, "earn", "available_after_days"), -1,
        ProgramInvalid, "rules[0].earn.available_after_days",
    ),
    (
        ("rules", 0, "earn", "multipliers", 0, "thousandths"), -1,
        ProgramInvalid, "rules[0].earn.multipliers[0].thousandths",
    ),
    (("rules", 0, "on"), "order.payed", UnknownTrigger, "rules[0].on"),
    (("rules", 0, "on"), "order.refunded", UnknownTrigger, "rules[0].on"),
    (("rules", 0, "on"), "member.enrolled", ProgramInvalid, "rules[0].earn"),
    (("rules", 0, "earn"), None, ProgramInvalid, "rules[0]"),
    (
        ("rules", 0, "earn_flat"), {"asset": "beans", "amount": 1}, ProgramInvalid, "rules[0]",
    ),
    (("rules", 0, "code"), "Base Rule", ProgramInvalid, "rules[0].code"),
    (("rules", 0, "name"), {}, ProgramInvalid, "rules[0].name"),
    (("rules", 0, "name"), {"en": "  "}, ProgramInvalid, "rules[0].name"),
    (("rules", 0, "limit"), 5, ProgramInvalid, "rules[0].limit"),
    (("time_zone",), "Asia/Peking", UnknownTimeZone, None),
    (("time_zone",), "../../etc/passwd", UnknownTimeZone, None),
    (("time_zone",), "", UnknownTimeZone, None),
    (("name",), {"fr": "Haricots"}, ProgramInvalid, "name"),
    (("name", "en"), "beans\x00", ProgramInvalid, "name.en"),
    (("rules", 0, "when"), '"\x00" == order.store', ProgramInvalid, "rules[0].when"),
    (("name", "zh-Hans"), "豆\ud83e", ProgramInvalid, "name.zh-Hans"),
    ((*LOT, "years_ahead"), 101, ProgramInvalid, "assets[0].expiry.lot.years_ahead"),
    ((*LOT, "years_ahaed"), 2, ProgramInvalid, "assets[0].expiry.lot.years_ahaed"),
    (
        ("assets", 0, "expiry"), {"lot": {"kind": "fixed_date", "date": "9999-12-31"}},
        ProgramInvalid, "assets[0].expiry.lot.date",
    ),
    (
        ("assets", 0, "expiry"), {"inactivity": {"months": 0, "days": 0}},
        ProgramInvalid, "assets[0].expiry.inactivity",
    ),
    (("assets", 0, "kind"), "stars", ProgramInvalid, "assets[0].kind"),
    (("assets", 0, "currency"), "CNY", ProgramInvalid, "assets[0].currency"),
    (("assets", 0, "kind"), "bonus", ProgramInvalid, "assets[0].currency"),
    (("assets", 0, "scale"), 9, ProgramInvalid, "assets[0].scale"),
    (("redemption", "asset"), "stars", AssetUndeclared, "redemption.asset"),
    (("redemption", "points"), 300, ProgramInvalid, "redemption.step"),
    (("redemption", "minimum_balance"), -1, ProgramInvalid, "redemption.minimum_balance"),
    (("redemption", "step"), 0, ProgramInvalid, "redemption.step"),
    (("valid_from",), "2025-02-30", ProgramInvalid, "valid_from"),
    (("valid_from",), "tomorrow", ProgramInvalid, "valid_from"),
    (("valid_from",), "2025-03-01T10:00+08:00", ProgramInvalid, "valid_from"),
    (("valid_from",), "0001-01-01", ProgramInvalid, "valid_from"),
    (("valid_until",), "9999-12-31", ProgramInvalid, "valid_until"),
    (("assets",), "beans", ProgramInvalid, "assets"),
    (("rules",), {}, ProgramInvalid, "rules"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "value", "error", "where"),
    WRONG,
    ids=[f"{'.'.join(map(str, each[0]))}={str(each[1])[:24]!r}" for each in WRONG],
)
def test_what_is_wrong_is_refused_with_its_place(path, value, error, where):
    refusal = refused(changed(*path, to=value))
    assert type(refusal) is error
    if where is not None:
        assert refusal.context["where"] == where
    for language in ("en", "zh-Hans"):
        assert len(refusal.sentence(language)) > 10


@pytest.mark.parametrize("raw", [None, [], "beans", 7, {}, {"name": {"en": "x"}}])
def test_what_is_no_program_at_all_is_refused(raw):
    assert isinstance(refused(raw), ProgramInvalid)


def test_a_content_without_end_is_refused():
    deep = {}
    for _ in range(5000):
        deep = {"name": deep}
    assert isinstance(refused({**starter_content("beans"), "name": deep}), ProgramInvalid)
    wide = {**starter_content("beans"), "assets": [{"code": "a"}] * 50_000}
    assert isinstance(refused(wide), ProgramInvalid)


def test_what_is_wrong_is_said_in_the_readers_language():
    refusal = refused(changed(*RATE, "amount", to=0))
    assert refusal.sentence() == "rules[0].earn.rate.amount: must be at least 1"
    assert refusal.sentence("zh-Hans") == "rules[0].earn.rate.amount：不得小于 1"


def test_codes_are_unique():
    twice = content(rule("base"), rule("extra"), rule("base"))
    refusal = refused(twice, ASSETS)
    assert type(refusal) is CodeRepeated
    assert refusal.context == {"where": "rules[2].code", "repeated": "base"}
    beans = starter_content("beans")
    beans["assets"] *= 2
    assert refused(beans).context == {"where": "assets[1].code", "repeated": "beans"}


def test_an_end_before_the_beginning_is_refused():
    backwards = content(valid_from="2025-03-02", valid_until="2025-03-01")
    assert refused(backwards, ASSETS).context["where"] == "valid_until"
    content_checked(content(valid_from="2025-03-01", valid_until="2025-03-01"), ASSETS)


def test_an_asset_that_exists_is_declared_as_it_is_or_not_at_all():
    existing = {7: asset(name={"en": "Old beans"})}
    assert content_checked(starter_content("beans"), existing)
    for field, value in (("transferable", True), ("shortfall", "write_off"), ("scale", 2)):
        refusal = refused(changed("assets", 0, field, to=value), existing)
        assert type(refusal) is AssetDiffers
        assert refusal.context["field"] == field
    assert content_checked(changed("assets", to=[]), existing)


def test_a_rule_gives_no_principal():
    money = {5: asset(code="beans", number=5, kind=AssetKind.PRINCIPAL, currency="CNY")}
    refusal = refused(content(rule()), money)
    assert refusal.context["where"] == "rules[0].earn.asset"
    bonus = {5: asset(code="beans", number=5, kind=AssetKind.BONUS, currency="CNY")}
    assert content_checked(content(rule()), bonus)


def test_principal_is_never_declared_with_an_expiry():
    wallet = {"code": "wallet", "name": {"en": "Wallet"}, "kind": "principal", "currency": "CNY"}
    assert content_checked(content(assets=[wallet]), ASSETS)
    dying = {**wallet, "expiry": {"lot": {"kind": "after_days", "days": 3}}}
    assert refused(content(assets=[dying]), ASSETS).context["where"] == "assets[0].expiry"
    foreign = {**wallet, "currency": "USD"}
    assert type(refused(content(assets=[foreign]), ASSETS)) is CurrencyMismatch


def test_nine_multipliers_are_too_many():
    nine = [multiplier("true", 1000)] * 9
    assert content_checked(content(rule(earn=earn(multipliers=nine[:8]))), ASSETS)
    refusal = refused(content(rule(earn=earn(multipliers=nine))), ASSETS)
    assert refusal.context["where"] == "rules[0].earn.multipliers"


def test_texts_of_any_script_are_kept():
    name = {"zh-Hans": "𠮷野家 会员🍵", "en": "Yoshinoya’s “tea” 🍵"}
    checked = content_checked(content(name=name), ASSETS)
    assert content_to_json(checked)["name"] == name


def test_what_was_understood_is_written_out_and_understood_again():
    checked = content_checked(starter_content("beans"), {})
    plain = content_to_json(checked)
    assert plain["rules"][0]["when"] == "true"
    assert content_checked(plain, {}) == checked


def test_the_starter_says_what_beans_are():
    beans = content_checked(starter_content("beans"), {})
    (declared,) = beans.assets
    assert (declared.code, declared.shortfall, declared.transferable) == ("beans", "debt", False)
    assert content_to_json(beans)["assets"][0]["expiry"]["lot"] == {
        "kind": "end_of_year", "years_ahead": 1,
    }  # fmt: skip
    terms = beans.redemption
    assert terms is not None
    assert (terms.points, terms.value_minor, terms.minimum_balance) == (100, 100, 1000)
    (base,) = beans.rules
    assert base.earn is not None
    assert (base.earn.rate.amount, base.earn.rate.per_minor) == (1, 100)


def test_starters_are_fresh_copies_and_known_by_code():
    assert starter_codes() == ("beans",)
    starter_content("beans")["rules"].clear()
    assert starter_content("beans")["rules"]
    for code in ("pearls", "../beans", "beans.json", ""):
        with pytest.raises(UnknownStarter):
            starter_content(code)
