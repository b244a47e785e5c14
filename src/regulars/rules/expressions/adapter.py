"""The one place that knows the expression library (CEL, the Common Expression Language).

Everything above sees `Condition`s and refusals with line and column. The library checks types and
names, bounds the depth to 32, and answers an error at run time as a value, never as a crash.
"""

import difflib
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from cel_expr_python import cel

from regulars.foundation.errors import Told
from regulars.rules.expressions import trees
from regulars.rules.expressions.errors import (
    EvaluationFailed,
    ExpressionRefused,
    ExpressionTooLarge,
    ForbiddenFunction,
    NotACondition,
    UnknownVariable,
    WrongSyntax,
    WrongType,
)
from regulars.rules.expressions.native import answering
from regulars.rules.expressions.types import Call, Const, Fold, Name, Node, ValueType

CHARACTERS_MAX = 2000
ANSWERS_KEPT = 4096
NAMES_SHOWN = 20

_TYPES = {
    ValueType.INT: cel.Type.INT,
    ValueType.TEXT: cel.Type.STRING,
    ValueType.BOOL: cel.Type.BOOL,
    ValueType.TEXTS: cel.Type.List(cel.Type.STRING),
}
_PLACED = re.compile(r"<input>:(-?\d+):(-?\d+): (.*)")
_UNDECLARED = re.compile(r"undeclared reference to '([^']*)'")
_OVERLOAD = re.compile(r"applied to '\((.*)\)'|(expression of type .*)")
_STATUS = re.compile(r"^[A-Z_]+: | \[[A-Z_]+\]$")


class Condition:
    """A yes-or-no question over named values. Asking has no effect and always ends.

    `variables` are the names it reads; `holds` takes their values in that order, lists as tuples,
    and answers, or raises `evaluation_failed`. `constant` is its answer when it reads none.
    """

    __slots__ = ("_answers", "_expression", "constant", "holds", "text", "tree", "variables")

    def __init__(
        self, text: str, expression: Any, tree: Node, types: Mapping[str, ValueType]
    ) -> None:
        read = {node.name for node in trees.nodes(tree) if isinstance(node, Name)}
        self.text = text
        self.tree = tree
        self.variables = tuple(name for name in types if name in read)
        self._expression = expression
        self._answers: dict[tuple[Any, ...], bool] = {}
        # Categories, stores, levels and tags are few: their answers are remembered.
        few = all(types[name] is not ValueType.INT for name in self.variables)
        self.holds: Callable[[tuple[Any, ...]], bool] = (
            self._remembered if few else answering(tree, self.variables, types) or self.asked
        )
        self.constant = self.holds(()) if not self.variables else None

    def _remembered(self, values: tuple[Any, ...]) -> bool:
        answers = self._answers
        answer = answers.get(values)
        if answer is None:
            answer = self.asked(values)
            if len(answers) >= ANSWERS_KEPT:
                answers.clear()
            answers[values] = answer
        return answer

    def asked(self, values: tuple[Any, ...]) -> bool:
        """The library's own answer for these values of `variables`."""
        listed = [list(each) if isinstance(each, tuple) else each for each in values]
        data = dict(zip(self.variables, listed, strict=True))
        try:
            answer = self._expression.eval(data=data).value()
        except (RuntimeError, ValueError, TypeError) as problem:
            told = _runtime_problem(str(problem))
            raise EvaluationFailed(expression=self.text, problem=told) from None
        if answer is True or answer is False:
            return answer
        raise EvaluationFailed(expression=self.text, problem=_runtime_problem(str(answer)))


class Language:
    """The variables that conditions of one kind may read, with their types."""

    def __init__(self, variables: Mapping[str, ValueType]) -> None:
        self.variables = dict(variables)
        self._environment = cel.NewEnv(
            variables={name: _TYPES[kind] for name, kind in self.variables.items()}
        )

    def condition(self, text: str, where: str = "condition") -> Condition:
        """The condition of this text, or a refusal that names line and column.

        `where` tells people which text of a larger whole is meant: `rules[2].when`.
        """
        if len(text) > CHARACTERS_MAX:
            raise ExpressionTooLarge(
                where=where,
                line=1,
                column=CHARACTERS_MAX,
                problem=Told(f"over {CHARACTERS_MAX} characters", f"超过 {CHARACTERS_MAX} 个字符"),
            )
        try:
            expression = self._environment.compile(text)
            kind = expression.return_type()
        except (RuntimeError, ValueError, TypeError) as problem:
            raise self._refusal(text, where, str(problem)) from None
        if kind != cel.Type.BOOL:
            raise NotACondition(where=where, line=1, column=1, found=kind.name().lower())
        tree = trees.tree_of(expression.serialize())
        _bounded(tree, text, where)
        self._patterns_checked(tree, where)
        try:
            return Condition(text, expression, tree, self.variables)
        except EvaluationFailed as failure:
            told = failure.details["problem"]
            raise ExpressionRefused(where=where, line=1, column=1, problem=told) from None

    def _patterns_checked(self, tree: Node, where: str) -> None:
        """A malformed pattern would only show when an event comes: it is tried now."""
        for node in trees.nodes(tree):
            if isinstance(node, Call) and node.function == "matches":
                pattern = node.arguments[-1]
                if isinstance(pattern, Const):
                    tried = self._environment.compile("''.matches(" + _quoted(pattern) + ")")
                    answer = tried.eval(data={}).value()
                    if not isinstance(answer, bool):
                        problem = _runtime_problem(str(answer))
                        raise WrongSyntax(where=where, line=1, column=1, problem=problem)

    def _refusal(self, text: str, where: str, told: str) -> ExpressionRefused:
        line, column, problem = _place(told)
        place: dict[str, Any] = {"where": where, "line": line, "column": column}
        undeclared = _UNDECLARED.search(problem)
        if undeclared:
            name = undeclared.group(1)
            place["column"] = _start_of(name, text, line, column)
            return UnknownVariable(**place, name=name, known=self._near(name))
        overload = _OVERLOAD.search(problem)
        if overload:
            return WrongType(**place, problem=_STATUS.sub("", overload[1] or overload[2]))
        if "recursion" in told:
            return ExpressionTooLarge(
                **place, problem=Told("over 32 levels deep", "嵌套超过 32 层")
            )
        return WrongSyntax(**place, problem=_syntax_problem(problem))

    def _near(self, name: str) -> str:
        known = sorted(self.variables)
        near = difflib.get_close_matches(name, known, n=3)
        return ", ".join(near or known[:NAMES_SHOWN])


def _bounded(tree: Node, text: str, where: str) -> None:
    """One macro over a list costs as much as the list is long; nested ones would multiply.

    The library itself ends an evaluation after 10,000 steps over lists.
    """
    place: dict[str, Any] = {"where": where, "line": 1, "column": 1}
    for node in trees.nodes(tree):
        if isinstance(node, Call) and node.function == "dyn":
            place |= _line_and_column(text, text.find("dyn"))
            raise ForbiddenFunction(
                **place,
                name="dyn",
                problem=Told("It would switch the type check off.", "它会关闭类型检查。"),
            )
        if isinstance(node, Fold) and any(
            isinstance(inner, Fold) for part in node.parts for inner in trees.nodes(part)
        ):
            raise ExpressionTooLarge(
                **place, problem=Told("a list inside a list", "列表里又有列表")
            )


def _place(told: str) -> tuple[int, int, str]:
    placed = _PLACED.search(told)
    if not placed:
        return 1, 1, told.split(" [", maxsplit=1)[0]
    line, column, problem = placed.groups()
    return max(int(line), 1), max(int(column), 1), problem


def _start_of(name: str, text: str, line: int, column: int) -> int:
    """The library points at the last dot of a dotted name; a person wants its beginning."""
    lines = text.split("\n")
    if line > len(lines):
        return column
    start = lines[line - 1].rfind(name, 0, column + len(name))
    return start + 1 if 0 <= start < column else column


def _line_and_column(text: str, offset: int) -> dict[str, int]:
    before = text[: max(offset, 0)]
    return {"line": before.count("\n") + 1, "column": len(before) - before.rfind("\n")}


def _quoted(constant: Const) -> str:
    return json.dumps(constant.value, ensure_ascii=False)


def _syntax_problem(problem: str) -> str:
    if "incompatible function arguments" in problem:
        return Told("it contains half a character", "含有残缺字符")
    return problem.removeprefix("Syntax error: ").split(" expecting ")[0].split(" [")[0]


def _runtime_problem(told: str) -> str:
    """Without the library's own code before and behind: `divide by zero`."""
    return _STATUS.sub("", told)[:200]
