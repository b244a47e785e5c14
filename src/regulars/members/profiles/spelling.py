"""How a name is found: its letters in one form, its pinyin and its initials.

A two-character name is too short for an index of trigrams, so each way in which people type a
name is a column of its own, searched from its beginning: the whole name, the given name, and the
pinyin of both, and the initials. 李小梅 is found by 李小, 小梅, lixiao, xiaomei, lxm; Mei Li by
mei, li, meili, ml.
"""

import json
import re
import unicodedata
from functools import lru_cache
from importlib.metadata import distribution
from threading import Lock

import msgspec

# The first reading in the dictionary is the commoner one, but not as a surname.
_SURNAMES = {
    "万俟": "mo qi", "乐": "yue", "仇": "qiu", "区": "ou", "单": "shan", "卜": "bu",
    "召": "shao", "员": "yun", "尉迟": "yu chi", "折": "she", "曾": "zeng", "朴": "piao",
    "查": "zha", "牟": "mu", "盖": "ge", "祭": "zhai", "种": "chong", "繁": "po",
    "缪": "miao", "翟": "zhai", "薄": "bo", "解": "xie", "逄": "pang", "都": "du",
    "长孙": "zhang sun", "隗": "wei", "黑": "he",
}  # fmt: skip
_TWO_CHARACTER_SURNAMES = frozenset({
    "欧阳", "司马", "诸葛", "上官", "东方", "皇甫", "令狐", "尉迟", "夏侯", "慕容", "公孙", "司徒",
    "长孙", "宇文", "端木", "轩辕", "百里", "南宫", "独孤", "呼延", "申屠", "澹台", "万俟", "闻人",
    "赫连", "钟离", "淳于", "濮阳", "东郭", "西门",
})  # fmt: skip
_PLAIN_VOWELS = str.maketrans("üÜ", "vv")
# These have one form only; most Chinese names consist of nothing else.
_IDEOGRAPHS = re.compile("[\u4e00-\u9fa5]+")
_TONES = {0x300, 0x301, 0x304, 0x30C}
SURNAME_ALONE = 2
_READING = Lock()


class Spelling(msgspec.Struct, frozen=True):
    """The search columns of a name."""

    name_key: str = ""
    given_key: str = ""
    pinyin: str = ""
    given_pinyin: str = ""
    initials: str = ""


def search_key(text: str) -> str:
    """Letters and digits as they are compared: one width, one case, no accents, no spaces."""
    if text.isascii():
        return "".join(text.lower().split())
    if _IDEOGRAPHS.fullmatch(text):
        return text
    folded = unicodedata.normalize("NFKD", text).casefold()
    kept = [each for each in folded if not unicodedata.combining(each) and not each.isspace()]
    return unicodedata.normalize("NFC", "".join(kept))


@lru_cache(maxsize=4096)
def spelled(name: str) -> Spelling:
    """The search columns of a display name; pure."""
    words = name.replace("·", " ").split()
    if not words:
        return Spelling()
    surname, given = _parts(words)
    given_syllables = _syllables(given)
    syllables = [*_syllables(surname, is_surname=True), *given_syllables]
    return Spelling(
        name_key=search_key(name.replace("·", "")),
        given_key=search_key(given),
        pinyin="".join(syllables),
        given_pinyin="".join(given_syllables),
        initials="".join([syllable[0] for syllable in syllables]),
    )


def _parts(words: list[str]) -> tuple[str, str]:
    """The first part of a name and the rest: surname and given name, or first and last word."""
    whole = words[0]
    if len(words) > 1:
        return whole, " ".join(words[1:])
    if len(whole) > 1 and ord(whole[0]) in _readings():
        width = 2 if len(whole) > SURNAME_ALONE and whole[:2] in _TWO_CHARACTER_SURNAMES else 1
        return whole[:width], whole[width:]
    return whole, ""


def _syllables(text: str, *, is_surname: bool = False) -> list[str]:
    """One syllable for each Chinese character, one for each run of other letters."""
    if is_surname and text in _SURNAMES:
        return _SURNAMES[text].split()
    readings = _readings()
    found: list[str] = []
    run = ""
    for character in text:
        reading = readings.get(ord(character))
        if reading is None and not character.isspace():
            run += character
            continue
        if run and (key := search_key(run)):
            found.append(key)
        run = ""
        if reading:
            found.append(reading)
    if run and (key := search_key(run)):
        found.append(key)
    return found


def _readings() -> dict[int, str]:
    """Each character's commonest reading. The first names of a process come many at once: one of
    their threads reads the file, a quarter of a second, and the others wait for it."""
    with _READING:
        return _readings_read()


@lru_cache(maxsize=1)
def _readings_read() -> dict[int, str]:
    """Each character's commonest reading without its tone, from pypinyin's own data file.

    Only the file is read: the library itself would load its phrases too (0.2 s and 50 MB in every
    process), which names have no use for.
    """
    path = distribution("pypinyin").locate_file("pypinyin/pinyin_dict.json")
    with open(str(path), encoding="utf-8") as file:  # noqa: PTH123 - a locator, not always a path
        readings: dict[str, str] = json.load(file)
    plain: dict[str, str] = {}
    return {
        int(code): plain.setdefault(text, _toneless(text.split(",")[0]))
        for code, text in readings.items()
    }


def _toneless(syllable: str) -> str:
    """`lǚ` is typed as `lv`, `méi` as `mei`."""
    parts = unicodedata.normalize("NFD", syllable)
    kept = "".join([each for each in parts if ord(each) not in _TONES])
    return unicodedata.normalize("NFC", kept).translate(_PLAIN_VOWELS)
