"""What is tallied: a room says once how its members are counted.

tally_register("tags", tags_counted)
"""

from collections.abc import Mapping

from regulars.members.tallies.types import Counting

_countings: dict[str, Counting] = {}


def tally_register(name: str, counting: Counting) -> None:
    """Adds a tally; a second one of the same name is a mistake of ours."""
    if _countings.setdefault(name, counting) is not counting:
        raise ValueError(f"two tallies are called {name}")


def tallies_known() -> Mapping[str, Counting]:
    """How everything is counted, by name."""
    return _countings
