"""The people of the bench: everybody has a name and every tenth a phone, made from a number."""

from collections.abc import Iterator, Sequence

from regulars.members.profiles.types import NewMember

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"
FIRST = "小建志文海明丽春晓国玉雪红子思美秀永德家"
SECOND = "梅华强芳军平玲伟敏静磊洋艳勇杰娟涛超霞刚"
PHONE_EVERY = 10

# What cashiers type: names, their beginnings, pinyin, initials, ends of phones, whole phones, and
# what nobody is called.
SEARCHED = (
    "李小梅",
    "王建华",
    "张志",
    "陈",
    "美静",
    "lixiaomei",
    "wangjian",
    "zhouwen",
    "lxm",
    "zjh",
    "0420",
    "00004210",
    "13900001230",
    "m4711",
    "欧阳修",
    "zzzzz",
)


def name_of(number: int) -> str:
    """A name of three characters; there are 8,000 of them."""
    rest, surname = divmod(number, len(SURNAMES))
    rest, first = divmod(rest, len(FIRST))
    return SURNAMES[surname] + FIRST[first] + SECOND[rest % len(SECOND)]


def people(numbers: range, ids: Sequence[str]) -> Iterator[NewMember]:
    """Members with the external ids m0, m1, …; `ids` are those of all, by their numbers."""
    for number in numbers:
        yield NewMember(
            display_name=name_of(number),
            external_id=f"m{number}",
            phone=None if number % PHONE_EVERY else f"139{number:08}",
            member_id=ids[number],
        )
