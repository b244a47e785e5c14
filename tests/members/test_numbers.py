"""One number is written in many ways and kept in one."""

from random import Random

import phonenumbers
import pytest

from regulars.members.profiles.errors import (
    InvalidExternalId,
    InvalidPhone,
    UnknownIdentifierKind,
)
from regulars.members.profiles.identifiers import last4_digest_of
from regulars.members.profiles.selectors import (
    external_id_normalised,
    identifier_digest,
    phone_normalised,
)

MEI = "+8613800138000"


@pytest.mark.parametrize(
    "written",
    [
        "13800138000",
        "138 0013 8000",
        " 138-0013-8000 ",
        "+86 138 0013 8000",
        "+8613800138000",
        "008613800138000",
        "１３８００１３８０００",
        "13８00138000",
        "＋86　138　0013　8000",
        "(+86) 138–0013–8000",
        "138\u00a00013\u00a08000",
        "138.0013.8000",
    ],
)
def test_one_phone_is_kept_in_one_form(written):
    assert phone_normalised(written) == MEI
    assert identifier_digest("phone", written) == identifier_digest("phone", MEI)


def test_phones_from_abroad_and_landlines_are_phones():
    assert phone_normalised("+44 20 7946 0958") == "+442079460958"
    assert phone_normalised("010-6552 9988") == "+861065529988"
    assert phone_normalised("90 1234 5678", region="JP") == "+819012345678"


@pytest.mark.parametrize(
    "written",
    [
        "",
        "1380013800",
        "138001380001",
        "11111111111",
        "abc",
        "13800138000 ext. 5",
        "1-800-FLOWERS",
        "13800138000\0",
        "13800138000;13900139000",
        "1" * 400,
        "+86",
        "\ud800",
    ],
)
def test_what_is_no_phone_is_refused(written):
    with pytest.raises(InvalidPhone):
        phone_normalised(written)


def shortly(text):
    try:
        return phone_normalised(text)
    except InvalidPhone:
        return None


def by_the_library(text):
    try:
        number = phonenumbers.parse(text, "CN")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def test_the_short_way_agrees_with_the_library():
    chance = Random(20250301)
    for _ in range(3_000):
        text = "1" + "".join(chance.choice("0123456789") for _ in range(10))
        assert shortly(text) == by_the_library(text), text


def test_an_external_id_keeps_its_letters_and_loses_its_edges():
    assert external_id_normalised(" Web-7 ") == "Web-7"
    assert identifier_digest("external_id", "Web-7") != identifier_digest("external_id", "web-7")
    decomposed = "Zoe\u0301"
    assert external_id_normalised(decomposed) == "Zo\u00e9"


@pytest.mark.parametrize("text", ["", "   ", "x" * 129, "a\0b", "a\nb", "\ud83d"])
def test_what_is_no_external_id_is_refused(text):
    with pytest.raises(InvalidExternalId):
        external_id_normalised(text)


def test_digests_of_two_kinds_differ_and_are_canonical_uuids():
    phone = identifier_digest("phone", MEI)
    assert phone != identifier_digest("external_id", MEI)
    assert phone == phone.lower() and [len(part) for part in phone.split("-")] == [8, 4, 4, 4, 12]


def test_an_unknown_kind_is_refused():
    with pytest.raises(UnknownIdentifierKind):
        identifier_digest("passport", "x")


def test_only_numbers_that_end_in_four_digits_have_an_end():
    assert last4_digest_of("phone", MEI) == last4_digest_of("phone", "+8613900138000")
    assert last4_digest_of("phone", MEI) != last4_digest_of("external_id", "8000")
    assert last4_digest_of("external_id", "web-7") is None
    assert last4_digest_of("external_id", "１２３４") is None
