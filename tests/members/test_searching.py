"""How a cashier finds a member: by whatever the member says."""

import pytest
from django.db import connection

from regulars.foundation.actors import SYSTEM
from regulars.members.profiles.selectors import member_search, members_latest
from regulars.members.profiles.services import member_enrol


def enrolled(name, phone=None, external_id=None):
    return member_enrol(actor=SYSTEM, display_name=name, phone=phone, external_id=external_id)


@pytest.mark.parametrize(
    "typed",
    [
        "李小梅",
        "李",
        "小梅",
        "lixiaomei",
        "LI XIAO",
        "xiaomei",
        "lxm",
        "Lx",
        "13800138000",
        "+86 138 0013 8000",
        "１３８００１３８０００",
        "8000",
        "0138000",
        "web-7",
        "  李小梅 ",
    ],
)
def test_mei_is_found_by_what_people_type(mei, typed):
    enrolled("王强", "13911112222", "web-70")
    assert member_search(typed) == [mei]


def test_she_is_found_by_her_public_id_in_any_case(mei):
    assert member_search(mei.public_id) == [mei]
    assert member_search(mei.public_id.upper()) == [mei]


@pytest.mark.parametrize(
    "typed",
    ["", "  ", "张", "lixiaomeix", "8001", "9138000", "web-", "mem_xyz", "李\0", "\ud800", "%", "_",
     "x" * 500, "0" * 300],
)  # fmt: skip
def test_what_fits_nobody_finds_nobody(mei, typed):
    assert member_search(typed) == []


def test_a_name_with_a_percent_sign_is_no_pattern(shop):
    percent = enrolled("50% Oz")
    enrolled("500 Oz")
    assert member_search("50%") == [percent]


def test_the_best_way_comes_first(shop):
    given = enrolled("王梅")
    surname = enrolled("梅兰芳")
    longer = enrolled("梅兰芳芳")
    assert member_search("梅") == [surname, longer, given]
    assert member_search("mei") == [surname, longer, given]


def test_an_exact_number_comes_before_the_end_of_another(shop):
    ending = enrolled("Bo", "13811118000")
    exact = enrolled("Mei", external_id="8000")
    assert member_search("8000") == [exact, ending]


def test_a_member_who_fits_in_two_ways_comes_once(shop):
    li = enrolled("Li Li", "13800138000", "li")
    assert member_search("li") == [li]


def test_at_most_as_many_as_asked_for(shop):
    for number in range(25):
        enrolled(f"李{number}")
    assert len(member_search("李")) == 20
    assert len(member_search("李", 3)) == 3
    assert len(member_search("li", 100)) == 25
    assert member_search("李", 0) == []
    assert member_search("李", -1) == []


def test_the_newest_members_come_first(shop):
    first, second, third = [enrolled(name) for name in ("Mei", "Bo", "Oz")]
    assert members_latest(2) == [third, second]
    assert members_latest() == [third, second, first]


@pytest.mark.parametrize(
    ("typed", "indexes"),
    [
        ("李小", {"member_name", "member_given"}),
        ("lx", {"member_pinyin", "member_given_pinyin", "member_initials"}),
    ],
)
def test_every_way_is_a_look_into_an_index(shop, typed, indexes):
    """Also with a plan made before the text is known: a prepared LIKE would read the table."""
    plans = []
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO members_member SELECT gen_random_uuid(), '', md5(n::text), md5(n::text),"
            " md5(n::text), md5(n::text), md5(n::text), now(), null, 'en', true"
            " FROM generate_series(1, 20000) AS n"
        )
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")

        def explained(execute, sql, params, many, context):
            if "members_member" in sql and "UNION" in sql:
                with connection.connection.cursor() as plain:
                    plans.extend(plain.execute(f"EXPLAIN {sql}", params, prepare=True).fetchall())
            return execute(sql, params, many, context)

        with connection.execute_wrapper(explained):
            member_search(typed)
    text = "\n".join(row[0] for row in plans)
    assert "Seq Scan" not in text and plans
    assert all(name in text for name in indexes)
