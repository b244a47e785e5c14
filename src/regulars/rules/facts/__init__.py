"""Facts: the named values about members that rules may read, each from the room that knows it.

A room declares its facts in its `facts.py` by `fact_register`. A provider loads them for many
members at once, inside the intake's own flight; what no published rule mentions is never loaded.
"""

from regulars.rules.facts.choices import (
    Choice,
    ChoicesOf,
    choices_of,
    choices_register,
    choices_source_register,
    has_choices,
)
from regulars.rules.facts.errors import FactRegistered, MalformedFactName
from regulars.rules.facts.registry import (
    fact_register,
    fact_source_register,
    facts_forgotten,
    facts_known,
    facts_load,
    facts_loaded,
    facts_refreshed,
    is_possible_name,
)
from regulars.rules.facts.tables import (
    TableFact,
    parameters_at,
    table_declared,
    table_register,
)
from regulars.rules.facts.types import (
    FactColumn,
    FactDeclaration,
    FactLoad,
    FactProvider,
    FactTable,
    FactValue,
    FactValues,
)

__all__ = [
    "Choice",
    "ChoicesOf",
    "FactColumn",
    "FactDeclaration",
    "FactLoad",
    "FactProvider",
    "FactRegistered",
    "FactTable",
    "FactValue",
    "FactValues",
    "MalformedFactName",
    "TableFact",
    "choices_of",
    "choices_register",
    "choices_source_register",
    "fact_register",
    "fact_source_register",
    "facts_forgotten",
    "facts_known",
    "facts_load",
    "facts_loaded",
    "facts_refreshed",
    "has_choices",
    "is_possible_name",
    "parameters_at",
    "table_declared",
    "table_register",
]
