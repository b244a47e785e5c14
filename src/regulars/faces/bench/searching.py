"""How long the one search box takes, whatever a cashier types."""

import time
from collections.abc import Sequence

from regulars.members.profiles.selectors import member_search

ROUNDS = 20
PERCENT = 95


def member_search_p95(texts: Sequence[str], *, rounds: int = ROUNDS) -> float:
    """The time in milliseconds within which 95 of 100 searches for these texts are answered.

    Texts should be of every kind: names, pinyin, initials, ends of phones, whole phones, cards,
    and some that find nobody. The first round warms up and is not counted.
    """
    taken: list[float] = []
    for number in range(rounds + 1):
        for text in texts:
            begun = time.perf_counter()
            member_search(text)
            if number:
                taken.append((time.perf_counter() - begun) * 1000)
    taken.sort()
    return taken[max(0, -(-len(taken) * PERCENT // 100) - 1)]
