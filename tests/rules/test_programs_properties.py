"""What holds of every basket, against a second computation with fractions."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from hypothesis import given, settings
from hypothesis import strategies as some

from regulars.rules.programs.services import judge
from tests.rules.promises import ASSETS, basket, earn, multiplier, program, rule

CATEGORIES = ["", "tea", "books", "tobacco", "茶叶🍵", 'a "quoted" one\n']
FACTORS = [0, 1, 500, 999, 1000, 1250, 2000, 10_000]

nets = some.one_of(some.integers(0, 500), some.integers(0, 10**9))
baskets = some.lists(some.tuples(nets, some.sampled_from(CATEGORIES)), min_size=1, max_size=8)


@dataclass
class Terms:
    """A rate with its rounding and a factor for some categories."""

    amount: int
    per_minor: int
    rounding: str
    factors: dict[str, int]
    order_factor: int

    @property
    def program(self):
        multipliers = [
            multiplier(f"line.category == {quoted(category)}", factor)
            for category, factor in self.factors.items()
        ]
        multipliers.append(multiplier("business.weekday == 6", self.order_factor))
        return program(
            rule(earn=earn(self.amount, self.per_minor, multipliers, rounding=self.rounding))
        )

    def exact(self, lines):
        """The exact amount of each line, as a fraction."""
        rate = Fraction(self.amount, self.per_minor) * Fraction(self.order_factor, 1000)
        return [rate * net * Fraction(self.factors.get(name, 1000), 1000) for net, name in lines]

    def rounded(self, exact):
        if self.rounding == "floor":
            return floor(exact)
        return ceil(exact) if self.rounding == "ceil" else floor(exact + Fraction(1, 2))


def quoted(text):
    return '"' + text.replace('"', '\\"').replace("\n", "\\n") + '"'


terms = some.builds(
    Terms,
    amount=some.integers(1, 1000),
    per_minor=some.sampled_from([1, 3, 7, 100, 110, 1000, 12_345]),
    rounding=some.sampled_from(["floor", "half_up", "ceil"]),
    factors=some.dictionaries(
        some.sampled_from(CATEGORIES), some.sampled_from(FACTORS), max_size=3
    ),
    order_factor=some.sampled_from([1, 1000, 1500]),
)


def judged(terms, lines):
    """(amount, per line) of what the basket earns; (0, zeros) when nothing."""
    verdict = judge(terms.program, basket(*lines), ASSETS)
    if not verdict.proposals:
        return 0, [0] * len(lines)
    (proposal,) = verdict.proposals
    return proposal.amount, [share for _, share in proposal.lines]


@settings(deadline=None)
@given(terms, baskets)
def test_the_amount_is_the_exact_sum_rounded_once(terms, lines):
    amount, _ = judged(terms, lines)
    assert amount == terms.rounded(sum(terms.exact(lines)))


@settings(deadline=None)
@given(terms, baskets)
def test_lines_get_the_whole_amount_and_each_its_share_to_within_one(terms, lines):
    amount, shares = judged(terms, lines)
    assert sum(shares) == amount
    exact = terms.exact(lines)
    whole = sum(exact)
    for share, mine in zip(shares, exact, strict=True):
        assert share >= 0
        if whole:
            assert abs(share - amount * mine / whole) < 1
        if mine == 0:
            assert share == 0


@settings(deadline=None)
@given(terms, baskets, some.randoms(use_true_random=False))
def test_the_order_of_lines_changes_nothing(terms, lines, chance):
    shuffled = list(lines)
    chance.shuffle(shuffled)
    assert judged(terms, shuffled)[0] == judged(terms, lines)[0]


@settings(deadline=None)
@given(terms, baskets)
def test_a_line_may_be_cut_in_two_without_changing_the_total(terms, lines):
    (net, name), *rest = lines
    cut = [(net // 3, name), (net - net // 3, name), *rest]
    assert judged(terms, cut)[0] == judged(terms, lines)[0]


@settings(deadline=None)
@given(terms, baskets)
def test_many_small_baskets_never_earn_more_than_one_and_n_minus_1(terms, lines):
    alone = [judged(terms, [each])[0] for each in lines]
    together = judged(terms, lines)[0]
    assert sum(alone) <= together + len(lines) - 1
    if terms.rounding == "floor":
        assert sum(alone) <= together


@settings(deadline=None)
@given(terms, baskets, some.integers(0, 10**6))
def test_paying_more_never_earns_less(terms, lines, more):
    (net, name), *rest = lines
    assert judged(terms, [(net + more, name), *rest])[0] >= judged(terms, lines)[0]


@settings(deadline=None)
@given(terms, baskets)
def test_the_same_event_is_judged_the_same_for_ever(terms, lines):
    promise = terms.program
    first = judge(promise, basket(*lines), ASSETS)
    again = [judge(promise, basket(*lines), ASSETS), judge(terms.program, basket(*lines), ASSETS)]
    assert again == [first, first]


@settings(deadline=None)
@given(terms, baskets)
def test_what_is_told_to_be_missing_is_just_enough(terms, lines):
    plain = Terms(terms.amount, terms.per_minor, terms.rounding, {}, 1000)
    promise = plain.program
    verdict = judge(promise, basket(*lines), ASSETS)
    if verdict.proposals:
        return
    more = verdict.notes[0].params["more_minor"]
    assert more >= 1
    assert judge(promise, basket(*lines, (more, "")), ASSETS).proposals
    assert not judge(promise, basket(*lines, (more - 1, "")), ASSETS).proposals
