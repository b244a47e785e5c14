"""A condition in plain words; one that we have no words for is shown as it is written."""

from collections.abc import Mapping

from regulars.rules.expressions.services import Condition
from regulars.rules.expressions.types import Call, Const, Items, Name, Node
from regulars.rules.programs.texts import is_money, money, variable_called

COMPARISONS = {
    "_==_": {"en": "is", "zh-Hans": "为"},
    "_!=_": {"en": "is not", "zh-Hans": "不为"},
    "_>=_": {"en": "is at least", "zh-Hans": "不低于"},
    "_>_": {"en": "is more than", "zh-Hans": "高于"},
    "_<=_": {"en": "is at most", "zh-Hans": "不超过"},
    "_<_": {"en": "is less than", "zh-Hans": "低于"},
}
ARITHMETIC = {"_*_": "×", "_+_": "+", "_-_": "−"}
MIRRORED = {"_>=_": "_<=_", "_>_": "_<_", "_<=_": "_>=_", "_<_": "_>_"}
WEEKDAYS = {
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    "zh-Hans": [f"周{day}" for day in "一二三四五六日"],
}
AND = {"en": " and ", "zh-Hans": "，且"}
OR = {"en": " or ", "zh-Hans": "，或"}
NOT = {"en": "not ({})", "zh-Hans": "并非（{}）"}
GROUP = {"en": "({})", "zh-Hans": "（{}）"}
COMMA = {"en": ", ", "zh-Hans": "、"}
AMONG = {"en": "{variable} include {value}", "zh-Hans": "{variable}包含{value}"}
NOT_AMONG = {"en": "{variable} don't include {value}", "zh-Hans": "{variable}不包含{value}"}
ONE_OF = {"en": "{variable} is one of {value}", "zh-Hans": "{variable}为{value}之一"}
NONE_OF = {"en": "{variable} is none of {value}", "zh-Hans": "{variable}不在{value}之中"}
NOTHING = {"en": "empty", "zh-Hans": "空"}
BIRTHDAY = {"en": "it is the month of the member's birthday", "zh-Hans": "当月为会员生日月"}
BIRTHDAY_NAMES = {"member.birth_month", "business.month"}

# The names of a variable's values, by variable and value: a store's, a level's, a tag's.
Names = Mapping[tuple[str, str | int], str]


class _NoWords(Exception):
    """This part of a condition has no words of ours."""


def condition_in_words(
    condition: Condition, language: str, currency: str | None = None, names: Names | None = None
) -> str:
    """The condition as part of a sentence in `language`; `names` are those of single values."""
    try:
        return _Telling(language, currency, names or {}).told(condition.tree)
    except _NoWords:
        return f"“{condition.text}”"


class _Telling:
    """Tells a condition in one language."""

    def __init__(self, language: str, currency: str | None, names: Names) -> None:
        self._language = language
        self._currency = currency
        self._names = names

    def told(self, node: Node) -> str:
        if not isinstance(node, Call):
            return self._flag(node)
        parts = node.arguments
        if node.function in ("_&&_", "_||_"):
            joint = AND if node.function == "_&&_" else OR
            return joint[self._language].join(
                [self._grouped(part, node.function) for part in parts]
            )
        if node.function == "!_":
            return self._negated(parts[0])
        if node.function == "@in":
            return self._membership(parts[0], parts[1], AMONG, ONE_OF)
        if node.function in COMPARISONS:
            return self._comparison(node.function, parts[0], parts[1])
        raise _NoWords

    def _grouped(self, node: Node, outer: str) -> str:
        told = self.told(node)
        inner = node.function if isinstance(node, Call) else ""
        if inner in ("_&&_", "_||_") and inner != outer:
            return GROUP[self._language].format(told)
        return told

    def _negated(self, node: Node) -> str:
        if isinstance(node, Call) and node.function == "@in":
            left, right = node.arguments
            return self._membership(left, right, NOT_AMONG, NONE_OF)
        return NOT[self._language].format(self.told(node))

    def _flag(self, node: Node) -> str:
        if isinstance(node, Name):
            return self._called(node.name)
        raise _NoWords

    def _comparison(self, function: str, left: Node, right: Node) -> str:
        if isinstance(left, Name) and isinstance(right, Name):
            if function == "_==_" and {left.name, right.name} == BIRTHDAY_NAMES:
                return BIRTHDAY[self._language]
            return self._compared(self._figure(left), function, self._figure(right))
        if isinstance(left, Const) and isinstance(right, Name):
            left, right, function = right, left, MIRRORED.get(function, function)
        if not (isinstance(left, Name) and isinstance(right, Const)):
            return self._compared(self._figure(left), function, self._figure(right))
        variable = self._called(left.name)
        return self._compared(variable, function, self._value(left.name, right))

    def _called(self, name: str) -> str:
        return variable_called(name, self._language)

    def _compared(self, left: str, function: str, right: str) -> str:
        if self._language == "zh-Hans" and right[:1].isdigit():
            right = f" {right}"
        words = (left, COMPARISONS[function][self._language], right)
        return ("" if self._language == "zh-Hans" else " ").join(words)

    def _figure(self, node: Node) -> str:
        """A variable, a number, or what is reckoned of two of them."""
        if isinstance(node, Name):
            return f"“{self._called(node.name)}”"
        if isinstance(node, Const) and type(node.value) is int:
            return str(node.value)
        if isinstance(node, Call) and node.function in ARITHMETIC and len(node.arguments) == 2:
            left, right = [self._figure(each) for each in node.arguments]
            return f"{left} {ARITHMETIC[node.function]} {right}"
        raise _NoWords

    def _membership(
        self, left: Node, right: Node, among: Mapping[str, str], one_of: Mapping[str, str]
    ) -> str:
        if isinstance(left, Const) and isinstance(right, Name):
            value = self._value(right.name, left)
            variable = self._called(right.name)
            return among[self._language].format(variable=variable, value=value)
        if isinstance(left, Name) and isinstance(right, Items):
            constants = [item for item in right.items if isinstance(item, Const)]
            if len(constants) != len(right.items):
                raise _NoWords
            values = COMMA[self._language].join(
                [self._value(left.name, item) for item in constants]
            )
            variable = self._called(left.name)
            return one_of[self._language].format(variable=variable, value=values)
        raise _NoWords

    def _value(self, variable: str, constant: Const) -> str:
        value = constant.value
        if isinstance(value, bool) or value is None:
            raise _NoWords
        if named := self._names.get((variable, value)):
            return f"“{named}”"
        if isinstance(value, str):
            return f"“{value}”" if value else NOTHING[self._language]
        if is_money(variable):
            return money(value, self._currency)
        if variable == "business.weekday" and 1 <= value <= 7:
            return WEEKDAYS[self._language][value - 1]
        return f" {value}" if self._language == "zh-Hans" else str(value)
