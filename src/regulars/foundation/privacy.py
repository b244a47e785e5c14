"""How personal each column is: every model says so in `privacy`, and a test walks them all.

`pii` tells who somebody is, or is theirs alone to know, and is emptied when a person is erased;
`pseudonym` leads to a person only together with other tables or keys; `none` says nothing.
"""

PII = "pii"
PSEUDONYM = "pseudonym"
NONE = "none"
CLASSES = frozenset({PII, PSEUDONYM, NONE})


def classed(*, pii: str = "", pseudonym: str = "", none: str = "") -> dict[str, str]:
    """The class of each column, from names with spaces between; for models of many columns."""
    groups = {PII: pii, PSEUDONYM: pseudonym, NONE: none}
    return {name: kind for kind, names in groups.items() for name in names.split()}
