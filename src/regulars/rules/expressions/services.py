"""The door of expressions: make a language of typed variables, then conditions in it."""

from regulars.rules.expressions.adapter import CHARACTERS_MAX, Condition, Language
from regulars.rules.expressions.trees import conjuncts, nodes, thresholds

__all__ = ["CHARACTERS_MAX", "Condition", "Language", "conjuncts", "nodes", "thresholds"]
