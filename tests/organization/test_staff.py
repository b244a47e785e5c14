"""Who works here: people sign in with a name, a password and a role."""

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.contrib.auth.password_validation import MinimumLengthValidator

from regulars.foundation.actors import SYSTEM
from regulars.foundation.audit.models import AuditRecord
from regulars.foundation.texts import TextMissing, TextNotAllowed
from regulars.organization.staff import selectors, services
from regulars.organization.staff.errors import (
    LastOwner,
    PasswordTooWeak,
    UnknownLanguage,
    UnknownRole,
    UnknownStaff,
    UsernameMalformed,
    UsernameTaken,
)
from regulars.organization.staff.models import Staff
from regulars.organization.staff.types import Role

PASSWORD = "beans-and-tea-2025"


@pytest.fixture(autouse=True)
def quick_hasher(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def hired(username="ann", **changed):
    given = {"display_name": "Ann", "password": PASSWORD, "role": Role.CASHIER, **changed}
    return services.staff_create(actor=SYSTEM, username=username, **given)


def test_ann_is_djangos_user_and_signs_in_however_she_types_her_name(db, rf):
    ann = hired()
    assert get_user_model() is Staff
    request = rf.post("/")
    for typed in ("ann", "Ann", "ＡＮＮ"):
        user = authenticate(request, username=typed, password=PASSWORD)
        assert user and str(user.id) == ann.id
    assert authenticate(request, username="ann", password="wrong") is None
    with pytest.raises(Staff.DoesNotExist):
        Staff.objects.get_by_natural_key("ann\0")
    assert (ann.roles, ann.language, ann.is_active) == (("cashier",), "zh-hans", True)


def test_the_password_is_kept_as_a_hash_and_in_no_audit(db):
    ann = hired()
    assert PASSWORD not in str(Staff.objects.values().get())
    record = AuditRecord.objects.get(action="staff.created")
    assert (record.action, record.subject) == ("staff.created", ann.id)
    assert record.details == {"role": "cashier"}


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"username": "ann lee"}, UsernameMalformed),
        ({"username": ""}, UsernameMalformed),
        ({"username": "a\0"}, UsernameMalformed),
        ({"username": "a" * 65}, UsernameMalformed),
        ({"display_name": " "}, TextMissing),
        ({"display_name": "Ann\0"}, TextNotAllowed),
        ({"password": "short"}, PasswordTooWeak),
        ({"password": "password1"}, PasswordTooWeak),
        ({"password": PASSWORD + "\0"}, PasswordTooWeak),
        ({"role": "king"}, UnknownRole),
        ({"language": "fr"}, UnknownLanguage),
    ],
)
def test_bad_input_is_refused_in_both_languages_and_nobody_is_hired(db, changed, refusal):
    with pytest.raises(refusal) as raised:
        hired(**changed)
    assert raised.value.sentence("en") != raised.value.sentence("zh-Hans")
    assert not Staff.objects.exists() and not AuditRecord.objects.exists()


def test_a_weak_password_is_explained_in_the_readers_language(db):
    with pytest.raises(PasswordTooWeak) as refusal:
        hired(username="annlee1", password="annlee1")
    assert refusal.value.sentence("en") == (
        "Choose another password. It resembles the username or the name. It has fewer than 8 "
        "characters."
    )
    assert refusal.value.sentence("zh-Hans") == "请换一个密码：与用户名或姓名相似。少于 8 个字符。"


def test_the_sentence_about_length_tells_the_truth(settings):
    validators = [each["NAME"].rpartition(".")[2] for each in settings.AUTH_PASSWORD_VALIDATORS]
    assert "MinimumLengthValidator" in validators
    assert MinimumLengthValidator().min_length == 8


def test_a_username_is_taken_in_any_case(db):
    hired("ann")
    with pytest.raises(UsernameTaken):
        hired("ANN", display_name="Another Ann")
    assert [each.display_name for each in selectors.staff_list()] == ["Ann"]


def test_whoever_may_no_longer_sign_in_cannot(db, rf):
    hired("li", role=Role.OWNER)
    ann = hired()
    services.staff_update(actor=SYSTEM, staff_id=ann.id, is_active=False)
    assert authenticate(rf.post("/"), username="ann", password=PASSWORD) is None
    back = services.staff_update(actor=SYSTEM, staff_id=ann.id, is_active=True)
    assert (back.is_active, back.roles) == (True, ("cashier",))
    assert authenticate(rf.post("/"), username="ann", password=PASSWORD)


def test_the_last_owner_stays(db):
    li = hired("li", role=Role.OWNER)
    retired = hired("oz", role=Role.OWNER)
    services.staff_update(actor=SYSTEM, staff_id=retired.id, is_active=False)
    with pytest.raises(LastOwner):
        services.staff_update(actor=SYSTEM, staff_id=li.id, is_active=False)
    with pytest.raises(LastOwner):
        services.role_withdraw(actor=SYSTEM, staff_id=li.id, role="owner")
    assert selectors.staff_get(li.id) == li
    hired("bo", role=Role.OWNER)
    assert services.role_withdraw(actor=SYSTEM, staff_id=li.id, role="owner").grants == ()


def test_a_new_password_ends_the_old_one_and_every_session(db, rf):
    ann = hired()
    before = Staff.objects.get().get_session_auth_hash()
    services.staff_password_set(actor=SYSTEM, staff_id=ann.id, password="tea-and-beans-2026")
    assert Staff.objects.get().get_session_auth_hash() != before
    assert authenticate(rf.post("/"), username="ann", password=PASSWORD) is None
    with pytest.raises(PasswordTooWeak):
        services.staff_password_set(actor=SYSTEM, staff_id=ann.id, password="ann")
    assert authenticate(rf.post("/"), username="ann", password="tea-and-beans-2026")


def test_her_language_is_remembered(db):
    ann = hired()
    services.staff_language_set(actor=SYSTEM, staff_id=ann.id, language="en")
    assert selectors.staff_get(ann.id).language == "en"
    with pytest.raises(UnknownLanguage):
        services.staff_language_set(actor=SYSTEM, staff_id=ann.id, language="tlh")


def test_nobody_is_found_by_a_strange_id(db):
    for stranger in ("", "ann", "\0", "0" * 32):
        with pytest.raises(UnknownStaff):
            selectors.staff_get(stranger)
