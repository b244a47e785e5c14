"""An amount split by weights: all of it, fairly, and the same whichever way it is computed."""

from fractions import Fraction
from math import floor

from hypothesis import example, given, settings
from hypothesis import strategies as some

from regulars.foundation.amounts import largest_remainder

weights = some.lists(some.integers(0, 10**6), max_size=5)


def fairly(total, shares):
    """Whole quotas, then one unit each to the largest remainders, the earlier of equals first."""
    whole = sum(shares)
    if not whole:
        return [total, *[0] * (len(shares) - 1)][: len(shares)]
    exact = [Fraction(total * share, whole) for share in shares]
    parts = [floor(each) for each in exact]
    order = sorted(range(len(shares)), key=lambda place: (parts[place] - exact[place], place))
    for place in order[: total - sum(parts)]:
        parts[place] += 1
    return parts


@given(some.integers(0, 10**15), weights)
@example(1, [1, 1])
@example(7, [3, 0])
@example(5, [0, 0])
@settings(max_examples=300, deadline=None)
def test_an_amount_is_split_fairly_to_the_unit(total, shares):
    parts = largest_remainder(total, shares)
    assert parts == fairly(total, shares)
    assert sum(parts) == (total if shares else 0)
