"""What Mei agreed to, and the code on her phone."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connections

from regulars.foundation import clock
from regulars.foundation.actors import SYSTEM
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.errors import RegularsError
from regulars.members.codes import services as codes
from regulars.members.codes.errors import MemberCodeInvalid
from regulars.members.consents import selectors, services
from regulars.members.lifecycle.services import member_export, member_merge
from tests.shop import shop_opened


@pytest.fixture
def shop(clean_database):
    shop = shop_opened(date(2025, 3, 1))
    for name in ("mei", "bo"):
        shop.member(name)
    yield shop
    shop.close()


def say(shop, name, granted, *, purpose="marketing.sms", version="v1"):
    with shop.time(), unit_of_work() as unit:
        return services.consent_record(
            unit=unit,
            actor=SYSTEM,
            member_id=shop.members[name],
            purpose=purpose,
            granted=granted,
            version=version,
        )


def agreeing(shop, purpose="marketing.sms"):
    ids = {shop.members[name]: name for name in ("mei", "bo")}
    with unit_of_work() as unit:
        return {ids[each] for each in selectors.consenting(unit, list(ids), purpose)}


def test_each_word_is_kept_and_the_last_one_counts(shop):
    assert agreeing(shop) == set()
    assert say(shop, "mei", granted=True)
    assert not say(shop, "mei", granted=True)
    assert agreeing(shop) == {"mei"}
    shop.on(date(2025, 3, 2))
    assert say(shop, "mei", granted=True, version="v2")
    shop.on(date(2025, 3, 3))
    assert say(shop, "mei", granted=False, version="v2")
    assert agreeing(shop) == set()
    history = selectors.consent_history(shop.members["mei"])
    assert [(each.granted, each.version, each.decided_at.day) for each in history] == [
        (False, "v2", 3),
        (True, "v2", 2),
        (True, "v1", 1),
    ]
    exported = member_export(member_id=shop.members["mei"], actor=SYSTEM)
    assert len(exported["consents"]) == 3


def test_of_two_who_are_merged_the_later_word_counts(shop):
    say(shop, "bo", granted=True)
    say(shop, "mei", granted=True, purpose="profiling")
    shop.on(date(2025, 3, 2))
    say(shop, "mei", granted=False)
    say(shop, "bo", granted=False, purpose="profiling")
    member_merge(
        from_id=shop.members["mei"],
        into_id=shop.members["bo"],
        reason="one person",
        key="m",
        source="console",
        actor=SYSTEM,
    )
    assert (agreeing(shop), agreeing(shop, "profiling")) == (set(), {"mei"})


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"purpose": "Marketing SMS"}, "purpose_malformed"),
        ({"version": " "}, "text_missing"),
        ({"version": "v" * 41}, "text_too_long"),
    ],
)
def test_a_word_on_nothing_is_refused(shop, wrong, code):
    with pytest.raises(RegularsError) as refused:
        say(shop, "mei", granted=True, **wrong)
    assert refused.value.code == code
    assert selectors.consent_history(shop.members["mei"]) == []


def made(shop, name="mei"):
    with shop.time(), unit_of_work() as unit:
        return codes.member_code_make(unit=unit, member_id=shop.members[name])


def used(at, code):
    with clock.stopped_at(at), unit_of_work() as unit:
        return codes.member_code_use(unit=unit, code=code)


def test_a_code_is_good_once(shop):
    view = made(shop)
    assert len(view.code) == 18
    assert used(shop.now, f"{view.code[:6]} {view.code[6:]}") == shop.members["mei"]
    with pytest.raises(MemberCodeInvalid):
        used(shop.now, view.code)


def test_a_code_is_good_for_a_minute(shop):
    view = made(shop)
    with pytest.raises(MemberCodeInvalid):
        used(view.expires_at, view.code)
    assert used(view.expires_at - timedelta(seconds=1), view.code) == shop.members["mei"]


@pytest.mark.parametrize("guess", ["", "28", "280000000000000000", "x" * 18, "２８" * 9])
def test_a_guess_is_refused(shop, guess):
    made(shop)
    with pytest.raises(MemberCodeInvalid):
        used(shop.now, guess)


def test_of_ten_tills_with_one_code_one_has_it(shop):
    view = made(shop)

    def till(_):
        try:
            with unit_of_work() as unit:
                return codes.member_code_use(unit=unit, code=view.code)
        except MemberCodeInvalid:
            return None
        finally:
            connections.close_all()

    with clock.stopped_at(shop.now), ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(till, range(10)))
    assert sorted(answers, key=str) == [shop.members["mei"]] + [None] * 9


def test_old_codes_are_forgotten(shop):
    view = made(shop)
    with unit_of_work() as unit:
        assert codes.member_codes_forget(unit=unit, before=view.expires_at) == 1


def ahead(shop, count, name="mei"):
    with shop.time(), unit_of_work() as unit:
        return codes.member_codes_make(unit=unit, member_id=shop.members[name], count=count)


def test_a_phone_fetches_codes_ahead_each_good_in_its_own_minute(shop):
    views = ahead(shop, 3)
    begins = [(view.starts_at - shop.now).total_seconds() for view in views]
    ends = [(view.expires_at - view.starts_at).total_seconds() for view in views]
    assert (begins, ends) == ([0, 50, 100], [60, 60, 60])
    with pytest.raises(MemberCodeInvalid):
        used(views[1].starts_at - timedelta(seconds=1), views[1].code)
    for view in views:
        assert used(view.starts_at, view.code) == shop.members["mei"]
    with pytest.raises(MemberCodeInvalid):
        used(views[2].starts_at, views[2].code)


def test_no_phone_fetches_codes_without_end(shop):
    for _ in range(10):
        assert len(ahead(shop, 99)) == codes.AHEAD_MAX
    with pytest.raises(RegularsError) as refused:
        ahead(shop, 1)
    assert refused.value.code == "too_many_member_codes"
    assert len(ahead(shop, 1, "bo")) == 1


def written(purpose="marketing.sms", **more):
    texts = {"title": {"en": "Offers", "zh-Hans": "优惠"}, "body": {"zh-Hans": "说明"}}
    return services.consent_text_save(
        actor=SYSTEM, purpose=purpose, **texts, is_needed=more.pop("is_needed", False), **more
    )


def test_our_texts_stand_until_the_shop_writes_its_own(shop):
    house = selectors.consent_texts()
    assert [(each.purpose, each.version, each.is_needed) for each in house] == [
        ("membership", "house-1", True),
        ("marketing.sms", "house-1", False),
    ]
    written()
    written(is_needed=True)
    assert [(each.purpose, each.version) for each in selectors.consent_texts()] == [
        ("marketing.sms", "v2"),
        ("membership", "house-1"),
    ]
    written(is_offered=False)
    assert [each.purpose for each in selectors.consent_texts()] == ["membership"]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"purpose": "Big Data"}, "purpose_malformed"),
        ({"body": {}}, "languages_expected"),
        ({"title": {"en": "x" * 61}}, "text_too_long"),
    ],
)
def test_a_text_that_cant_be_shown_is_refused(shop, wrong, code):
    asked = {"purpose": "a", "title": {"en": "A"}, "body": {"en": "B"}, "is_needed": False}
    with pytest.raises(RegularsError) as refused:
        services.consent_text_save(actor=SYSTEM, **(asked | wrong))
    assert refused.value.code == code
    assert len(selectors.consent_texts()) == 2
