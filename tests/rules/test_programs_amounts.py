"""What a basket earns, to the point, and to which lines it belongs."""

from datetime import UTC, date, datetime

import pytest

from regulars.foundation.amounts import AMOUNT_MAX
from regulars.rules.programs.errors import AssetsOutdated
from regulars.rules.programs.services import judge
from tests.rules.promises import (
    ASSETS,
    asset,
    basket,
    earn,
    line,
    multiplier,
    program,
    rule,
)

BOOKS_TWICE = multiplier('line.category == "books"', 2000)
TEA_ONE_AND_A_QUARTER = multiplier('line.category == "tea"', 1250)
TEA_ONE_AND_A_HALF = multiplier('line.category == "tea"', 1500)
NO_TOBACCO = multiplier('line.category == "tobacco"', 0)
DEAR_LINES = multiplier("line.net_minor >= 5000", 3000)
MANY_PIECES = multiplier("line.quantity >= 10", 2000)
SATURDAY_TWICE = multiplier("business.weekday == 6", 2000)
SUNDAY_TWICE = multiplier("business.weekday == 7", 2000)

# (what it is about, (amount, per minor units, rounding), multipliers, lines, amount, per line)
GOLDEN = [
    # one bean for every ¥1.00
    ("exactly one yuan", (1, 100, "floor"), [], [100], 1, [1]),
    ("a fen short of two", (1, 100, "floor"), [], [199], 1, [1]),
    ("two yuan", (1, 100, "floor"), [], [200], 2, [2]),
    ("the fen of two lines add up", (1, 100, "floor"), [], [150, 150], 3, [2, 1]),
    ("a tie goes to the earlier line", (1, 100, "floor"), [], [50, 50], 1, [1, 0]),
    ("the larger remainder wins", (1, 100, "floor"), [], [140, 160], 3, [1, 2]),
    ("a free line earns nothing", (1, 100, "floor"), [], [0, 300], 3, [0, 3]),
    ("free lines around", (1, 100, "floor"), [], [0, 300, 0], 3, [0, 3, 0]),
    ("three thirds", (1, 100, "floor"), [], [100, 100, 100], 3, [1, 1, 1]),
    ("three thirds of ten", (1, 100, "floor"), [], [333, 333, 334], 10, [3, 3, 4]),
    ("a cheap line beside a dear one", (1, 100, "floor"), [], [1, 99_999], 1000, [0, 1000]),
    ("many small lines", (1, 100, "floor"), [], [30] * 7, 2, [1, 1, 0, 0, 0, 0, 0]),
    ("a large order", (1, 100, "floor"), [], [10**12 + 50, 49], 10**10, [10**10, 0]),
    # other rates
    ("ten beans a yuan", (10, 100, "floor"), [], [155], 15, [15]),
    ("three for every ten yuan", (3, 1000, "floor"), [], [2500], 7, [7]),
    ("one for every ten yuan", (1, 1000, "floor"), [], [999, 1], 1, [1, 0]),
    ("half a percent of ¥100 in beans of a fen", (5, 1000, "floor"), [], [10_000], 50, [50]),
    # other roundings
    ("half up below", (1, 100, "half_up"), [], [149], 1, [1]),
    ("half up at half", (1, 100, "half_up"), [], [150], 2, [2]),
    ("half up once for all lines", (1, 100, "half_up"), [], [50, 50], 1, [1, 0]),
    ("half up of less than one", (1, 100, "half_up"), [], [50], 1, [1]),
    ("up from the first fen", (1, 100, "ceil"), [], [1], 1, [1]),
    ("up once for all lines", (1, 100, "ceil"), [], [1, 1, 1], 1, [1, 0, 0]),
    ("up leaves whole ones alone", (1, 100, "ceil"), [], [200], 2, [2]),
    # multipliers for lines
    ("books count twice", (1, 100, "floor"), [BOOKS_TWICE], [(5000, "books")], 100, [100]),
    ("other goods once", (1, 100, "floor"), [BOOKS_TWICE], [(5000, "tea")], 50, [50]),
    (
        "rounded once, after the multiplier",
        (1, 100, "floor"), [BOOKS_TWICE], [(150, "books"), (150, "tea")], 4, [3, 1],
    ),
    (
        "one and a quarter",
        (1, 100, "floor"), [TEA_ONE_AND_A_QUARTER], [(1000, "tea"), (1000, "books")], 22, [12, 10],
    ),
    (
        "a share of a bean goes to the larger remainder",
        (1, 100, "floor"), [TEA_ONE_AND_A_QUARTER], [(1010, "tea"), (1080, "books")], 23, [12, 11],
    ),
    (
        "two multipliers on one line multiply",
        (1, 100, "floor"),
        [TEA_ONE_AND_A_HALF, DEAR_LINES], [(6000, "tea"), (4000, "tea")], 330, [270, 60],
    ),
    (
        "one and a half times one and a half",
        (1, 100, "floor"), [TEA_ONE_AND_A_HALF, TEA_ONE_AND_A_HALF], [(500, "tea")], 11, [11],
    ),
    (
        "tobacco is excluded",
        (1, 100, "floor"), [NO_TOBACCO], [(9900, "tobacco"), (1000, "tea")], 10, [0, 10],
    ),
    (
        "pieces count, not money",
        (1, 100, "floor"), [MANY_PIECES], [(1000, "nuts", 10), (1000, "nuts", 9)], 30, [20, 10],
    ),
    (
        "zero pieces are a line like any other",
        (1, 100, "floor"), [MANY_PIECES], [(1000, "nuts", 0)], 10, [10],
    ),
    # multipliers for the whole order
    ("twice on Saturday", (1, 100, "floor"), [SATURDAY_TWICE], [150, 150], 6, [3, 3]),
    ("not on Sunday", (1, 100, "floor"), [SUNDAY_TWICE], [150, 150], 3, [2, 1]),
    (
        "both kinds together",
        (1, 100, "floor"), [SATURDAY_TWICE, BOOKS_TWICE], [(125, "books"), (125, "")], 7, [5, 2],
    ),
    # other currencies: yen have no decimals, dinars three
    ("one point for ¥100 of yen", (1, 100, "floor"), [], [1980], 19, [19]),
    ("one point for one yen", (1, 1, "floor"), [], [1980, 1], 1981, [1980, 1]),
    ("yen, tax halves up", (1, 110, "half_up"), [], [1155], 11, [11]),
    ("one point for one dinar", (1, 1000, "floor"), [], [12_345], 12, [12]),
    ("dinars, ten for one", (10, 1000, "floor"), [], [999, 102], 11, [10, 1]),
    ("one point for a fils", (1, 1, "floor"), [], [7], 7, [7]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rate", "multipliers", "lines", "amount", "shares"),
    [each[1:] for each in GOLDEN],
    ids=[each[0] for each in GOLDEN],
)
def test_a_basket_earns(rate, multipliers, lines, amount, shares):
    points, per_minor, rounding = rate
    beans = program(rule(earn=earn(points, per_minor, multipliers, rounding=rounding)))
    (proposal,) = judge(beans, basket(*lines), ASSETS).proposals
    assert proposal.amount == amount
    assert [share for _, share in proposal.lines] == shares
    assert [number for number, _ in proposal.lines] == [
        str(number) for number in range(1, len(lines) + 1)
    ]


NOTHING = [
    # (what, rounding, lines, how much more)
    ("a free basket", "floor", [0], 100),
    ("nothing but zero lines", "floor", [0, 0], 100),
    ("one fen short", "floor", [99], 1),
    ("fen of two lines", "floor", [40, 59], 1),
    ("one fen", "floor", [1], 99),
    ("a fen short of half", "half_up", [49], 1),
    ("nothing at all, half up", "half_up", [0], 50),
    ("nothing at all, up", "ceil", [0], 1),
]


@pytest.mark.parametrize(
    ("rounding", "lines", "more"), [e[1:] for e in NOTHING], ids=[e[0] for e in NOTHING]
)
def test_a_basket_too_small_is_told_how_much_more_it_takes(rounding, lines, more):
    beans = program(rule(earn=earn(rounding=rounding)))
    verdict = judge(beans, basket(*lines), ASSETS)
    assert verdict.proposals == ()
    (note,) = verdict.notes
    assert (note.rule, note.fired, note.code) == ("beans@3/base", False, "below_first")
    assert note.params == {"asset": "beans", "base_minor": sum(lines), "more_minor": more}
    # And it is true: with so much more there is a bean, with a unit less there is none.
    assert judge(beans, basket(*lines, more), ASSETS).proposals[0].amount == 1
    assert judge(beans, basket(*lines, more - 1), ASSETS).proposals == ()


@pytest.mark.parametrize(
    ("points", "per_minor", "rounding", "paid", "more"),
    [
        (3, 1000, "floor", 100, 234),
        (3, 1000, "floor", 0, 334),
        (3, 1000, "half_up", 100, 67),
        (7, 12_345, "floor", 1000, 764),
    ],
)
def test_the_first_point_may_take_an_odd_sum(points, per_minor, rounding, paid, more):
    beans = program(rule(earn=earn(points, per_minor, rounding=rounding)))
    (note,) = judge(beans, basket(paid), ASSETS).notes
    assert note.params["more_minor"] == more
    assert judge(beans, basket(paid + more), ASSETS).proposals[0].amount == 1
    assert judge(beans, basket(paid + more - 1), ASSETS).proposals == ()


def test_what_is_excluded_earns_nothing_however_much_is_bought():
    beans = program(rule(earn=earn(multipliers=[NO_TOBACCO])))
    verdict = judge(beans, basket((99_900, "tobacco")), ASSETS)
    assert verdict.proposals == ()
    assert [(note.fired, note.code) for note in verdict.notes] == [(False, "excluded")]


def test_an_order_without_lines_earns_on_its_total():
    beans = program(rule(earn=earn(multipliers=[BOOKS_TWICE, SATURDAY_TWICE])))
    (proposal,) = judge(beans, basket(base_minor=1550), ASSETS).proposals
    assert (proposal.amount, proposal.lines) == (31, ())


def test_a_flat_reward_belongs_to_the_lines_by_what_was_paid():
    welcome = program(rule(earn_flat={"asset": "beans", "amount": 100}))
    (proposal,) = judge(welcome, basket(1000, 2000), ASSETS).proposals
    assert (proposal.amount, proposal.lines) == (100, (("1", 33), ("2", 67)))
    (proposal,) = judge(welcome, basket(0, 0), ASSETS).proposals
    assert proposal.lines == (("1", 100), ("2", 0))
    enrolled = program(rule(on="member.enrolled", earn_flat={"asset": "beans", "amount": 100}))
    (proposal,) = judge(enrolled, basket(kind="member.enrolled"), ASSETS).proposals
    assert (proposal.amount, proposal.lines) == (100, ())


def test_each_rule_rounds_for_itself_once():
    beans = program(rule("base"), rule("again"), rule("third", earn=earn(1, 1000)))
    verdict = judge(beans, basket(150, 149), ASSETS)
    assert [(p.rule, p.amount) for p in verdict.proposals] == [
        ("beans@3/base", 2),
        ("beans@3/again", 2),
    ]
    assert [note.code for note in verdict.notes] == ["earned", "earned", "below_first"]


def test_the_note_tells_what_multipliers_gave_and_took():
    more = program(rule(earn=earn(multipliers=[BOOKS_TWICE])))
    (note,) = judge(more, basket((150, "books"), 150), ASSETS).notes
    assert (note.code, note.params["amount"], note.params["extra"]) == ("earned_more", 4, 1)
    less = program(rule(earn=earn(multipliers=[NO_TOBACCO])))
    (note,) = judge(less, basket((1000, "tobacco"), 200), ASSETS).notes
    assert (note.code, note.params["amount"], note.params["fewer"]) == ("earned_less", 2, 10)
    (note,) = judge(less, basket(200), ASSETS).notes
    assert (note.code, note.params) == (
        "earned", {"asset": "beans", "amount": 2, "base_minor": 200},
    )  # fmt: skip


def test_a_negative_line_earns_nothing_and_is_named():
    for each in (rule(), rule(earn_flat={"asset": "beans", "amount": 5})):
        verdict = judge(program(each), basket(1000, -100), ASSETS)
        assert verdict.proposals == ()
        assert [note.code for note in verdict.notes] == ["negative_base"]


def test_more_than_an_entry_holds_is_refused_not_clamped():
    beans = program(rule(earn=earn(AMOUNT_MAX, 1)))
    assert judge(beans, basket(1), ASSETS).proposals[0].amount == AMOUNT_MAX
    verdict = judge(beans, basket(2), ASSETS)
    assert verdict.proposals == ()
    assert [note.code for note in verdict.notes] == ["amount_too_large"]


def test_splitting_a_basket_never_pays_by_more_than_rounding():
    """n parts give at most what the whole gives, and no less than that minus n - 1."""
    beans = program(rule(earn=earn(1, 100)))

    def earned(*lines):
        return sum(each.amount for each in judge(beans, basket(*lines), ASSETS).proposals)

    parts = [199, 250, 301, 50]
    assert earned(*parts) == 8
    assert [earned(part) for part in parts] == [1, 2, 3, 0]
    up = program(rule(earn=earn(1, 100, rounding="ceil")))
    whole = judge(up, basket(*parts), ASSETS).proposals[0].amount
    single = [judge(up, basket(part), ASSETS).proposals[0].amount for part in parts]
    assert (whole, single) == (8, [2, 3, 4, 1])
    assert sum(single) <= whole + len(parts) - 1


def test_the_dates_of_what_was_earned():
    def dates(day=date(2025, 3, 1), **more):
        (proposal,) = judge(
            program(rule(earn=earn(**more))), basket(100, day=day), ASSETS
        ).proposals
        return proposal.expires_at, proposal.available_at

    # The asset's own policy: through 31 December of the next year, in Shanghai.
    assert dates() == (datetime(2026, 12, 31, 16, tzinfo=UTC), None)
    month = {"kind": "after_months", "months": 1}
    assert dates(day=date(2025, 1, 31), expiry=month) == (
        datetime(2025, 2, 28, 16, tzinfo=UTC), None,
    )  # fmt: skip
    assert dates(expiry={"kind": "none"}) == (None, None)
    # Usable seven days after the day of purchase, from that day's first minute.
    assert dates(available_after_days=7)[1] == datetime(2025, 3, 7, 16, tzinfo=UTC)
    assert dates(available_after_days=1)[1] == datetime(2025, 3, 1, 16, tzinfo=UTC)


def test_a_rules_own_expiry_follows_the_programs_zone_and_the_assets_its_own():
    tokyo = {9: asset(number=9, time_zone="Asia/Tokyo")}
    by_asset = program(rule(), assets=tokyo)
    by_rule = program(rule(earn=earn(expiry={"kind": "after_days", "days": 0})), assets=tokyo)
    (first,) = judge(by_asset, basket(100), tokyo).proposals
    (second,) = judge(by_rule, basket(100), tokyo).proposals
    assert first.expires_at == datetime(2026, 12, 31, 15, tzinfo=UTC)
    assert second.expires_at == datetime(2025, 3, 1, 16, tzinfo=UTC)


def test_an_event_of_another_kind_is_nobodys_business():
    verdict = judge(program(rule()), basket(100, kind="visit.checked_in"), ASSETS)
    assert (verdict.proposals, verdict.notes) == ((), ())


def test_assets_older_than_the_program_are_refused_so_that_nothing_is_lost():
    with pytest.raises(AssetsOutdated):
        judge(program(rule()), basket(100), {})


def test_a_basket_of_two_thousand_lines():
    lines = [line(number, number) for number in range(1, 2001)]
    occasion = basket(*[(each.net_minor, "") for each in lines])
    (proposal,) = judge(program(rule()), occasion, ASSETS).proposals
    assert proposal.amount == 20_010
    assert sum(share for _, share in proposal.lines) == 20_010
