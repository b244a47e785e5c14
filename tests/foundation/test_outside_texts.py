"""Texts from outside: anything a person writes, nothing the database can't keep."""

import pytest

from regulars.foundation.texts import (
    LanguagesExpected,
    TextMissing,
    TextNotAllowed,
    TextTooLong,
    text_checked,
    texts_checked,
)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Mei", "Mei"),
        ("  Mei  ", "Mei"),
        ("\u3000李小梅\u3000", "李小梅"),
        ("梅🌸", "梅🌸"),
        ("👩‍👩‍👧", "👩‍👩‍👧"),
        ("Zoe\u0301", "Zo\u00e9"),
        ('O\'Neil "x" \\ {a,b}', 'O\'Neil "x" \\ {a,b}'),
        ("", ""),
    ],
)
def test_a_persons_text_is_kept(given, kept):
    assert text_checked(given, "name", maximum=40) == kept


@pytest.mark.parametrize(
    ("given", "place"),
    [("a\0b", 2), ("\0", 1), ("梅\ud83d", 2), ("a\x07", 2), ("a\nb", 2), ("梅\x85", 2), (7, 1)],
)
def test_what_cannot_be_kept_is_refused_with_its_place(given, place):
    with pytest.raises(TextNotAllowed) as refusal:
        text_checked(given, "name", maximum=40)
    assert refusal.value.context == {"field": "name", "place": place}


def test_a_limit_counts_characters_after_the_edges_are_cut():
    assert text_checked(" " + "梅" * 40 + " ", "name", maximum=40) == "梅" * 40
    with pytest.raises(TextTooLong) as refusal:
        text_checked("梅" * 41, "name", maximum=40)
    assert refusal.value.context == {"field": "name", "length": 41, "maximum": 40}


def test_a_required_text_is_not_only_spaces():
    with pytest.raises(TextMissing):
        text_checked(" \u3000 ", "name", maximum=40, required=True)


def test_a_text_by_language_has_one_at_least_and_none_we_do_not_show():
    both = {"zh-Hans": "东门店 ", "en": "East"}
    assert texts_checked(both, "name", maximum=40) == {"zh-Hans": "东门店", "en": "East"}
    assert texts_checked({"en": "East"}, "name", maximum=40) == {"en": "East"}
    for wrong in ({}, None, "East", ["en"], {"fr": "Est"}, {"en": "East", "zh": "东"}):
        with pytest.raises(LanguagesExpected):
            texts_checked(wrong, "name", maximum=40)
