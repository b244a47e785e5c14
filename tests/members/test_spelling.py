"""The ways in which a name is typed."""

import pytest

from regulars.members.profiles.spelling import Spelling, search_key, spelled


@pytest.mark.parametrize(
    ("name", "spelling"),
    [
        ("李小梅", Spelling("李小梅", "小梅", "lixiaomei", "xiaomei", "lxm")),
        ("李梅", Spelling("李梅", "梅", "limei", "mei", "lm")),
        ("欧阳娜娜", Spelling("欧阳娜娜", "娜娜", "ouyangnana", "nana", "oynn")),
        ("欧阳", Spelling("欧阳", "阳", "ouyang", "yang", "oy")),
        ("吕布", Spelling("吕布", "布", "lvbu", "bu", "lb")),
        ("Mei Li", Spelling("meili", "li", "meili", "li", "ml")),
        ("ＭＥＩ", Spelling("mei", "", "mei", "", "m")),
        ("Émile Zola", Spelling("emilezola", "zola", "emilezola", "zola", "ez")),
        ("王Lily", Spelling("王lily", "lily", "wanglily", "lily", "wl")),
        ("梅🌸", Spelling("梅🌸", "🌸", "mei🌸", "🌸", "m🌸")),
        ("", Spelling()),
        ("  ", Spelling()),
    ],
)
def test_a_name_and_its_ways(name, spelling):
    assert spelled(name) == spelling


@pytest.mark.parametrize(
    ("name", "pinyin"),
    [
        ("曾国藩", "zengguofan"),
        ("单雄信", "shanxiongxin"),
        ("任盈盈", "renyingying"),
        ("仇英", "qiuying"),
        ("尉迟恭", "yuchigong"),
        ("长孙无忌", "zhangsunwuji"),
    ],
)
def test_a_surname_is_read_as_a_surname(name, pinyin):
    assert spelled(name).pinyin == pinyin


def test_a_character_outside_the_dictionary_stays_itself():
    assert spelled("李の").pinyin == "liの"


def test_letters_are_compared_in_one_form():
    assert search_key("  Li  Xiao-Mei ") == "lixiao-mei"
    assert search_key("ＬＩ　梅") == "li梅"
    assert search_key("Straße") == "strasse"
