"""What our own functions answer is what the expression library answers, whatever is asked."""

from hypothesis import example, given, settings
from hypothesis import strategies as some

from regulars.rules.expressions.native import answering
from regulars.rules.expressions.services import Language
from regulars.rules.expressions.types import ValueType

TYPES = {
    "a.count": ValueType.INT,
    "a.sum": ValueType.INT,
    "a.name": ValueType.TEXT,
    "a.place": ValueType.TEXT,
    "a.good": ValueType.BOOL,
    "a.tags": ValueType.TEXTS,
}
LANGUAGE = Language(TYPES)
WORDS = ["", "tea", "茶", "a'b", "\\n", "𝔘", "v[0]", "}"]

numbers = some.one_of(some.integers(-3, 3), some.integers(-(2**63), 2**63 - 1))
# Every door refuses a text with a NUL, at which the library takes a text to end.
written = some.text(some.characters(exclude_characters="\0", codec="utf-8"), max_size=3)
words = some.one_of(some.sampled_from(WORDS), written)


def quoted(word):
    """A text as the library reads it: every character by its number."""
    return '"' + "".join(f"\\U{ord(each):08x}" for each in word) + '"'


int_names, text_names = (
    some.sampled_from(["a.count", "a.sum"]),
    some.sampled_from(["a.name", "a.place"]),
)
ints = some.one_of(int_names, some.integers(-(2**63) + 1, 2**63 - 1).map(str))
texts = some.one_of(text_names, words.map(quoted))
lists = some.one_of(
    some.just("a.tags"),
    some.lists(words.map(quoted), max_size=3).map(lambda each: f"[{', '.join(each)}]"),
)
signs = some.sampled_from(["==", "!=", "<", "<=", ">", ">="])
equals = some.sampled_from(["==", "!="])
bools = some.sampled_from(["a.good", "true", "false"])


def joined(*parts):
    return some.tuples(*parts).map(lambda each: f"({' '.join(each)})")


leaves = some.one_of(
    bools,
    joined(ints, signs, ints),
    joined(texts, equals, texts),
    joined(texts, some.just("in"), lists),
    joined(ints, some.just("in"), some.lists(numbers, min_size=1, max_size=3).map(str)),
)
conditions = some.recursive(
    leaves,
    lambda inner: some.one_of(
        joined(inner, some.sampled_from(["&&", "||", "==", "!="]), inner),
        inner.map(lambda each: f"!{each}"),
    ),
    max_leaves=6,
)
values = some.tuples(
    numbers, numbers, words, words, some.booleans(), some.lists(words, max_size=3).map(tuple)
)


@given(conditions, values)
@example('a.name in a.tags && !(a.count > 3 || a.name == "tea")', (3, 0, "tea", "", True, ("tea",)))
@example("a.count in [1, 2]", (2, 0, "", "", False, ()))
@settings(max_examples=400, deadline=None)
def test_plain_conditions_are_answered_alike(text, found):
    condition = LANGUAGE.condition(text)
    ours = answering(condition.tree, condition.variables, TYPES)
    assert ours is not None, "this form was meant to be plain"
    named = dict(zip(TYPES, found, strict=True))
    asked = tuple([named[name] for name in condition.variables])
    assert ours(asked) is condition.asked(asked) is condition.holds(asked)


# Of fractions and bytes neither the text nor the value tells whether they are equal.
odd = some.sampled_from(
    ["0.0 == -0.0", "0.0 != -0.0", "1.0 == 1.00", "1.5 < 2.5", "-0.0 in [0.0]", "1.0 in [1, 2.5]",
     "b'a' == b'a'", r"b'\xff' == b'\xfe'", "b'tea' == bytes('tea')", "1u == 1u"]
)  # fmt: skip


@given(odd, some.sampled_from(["&&", "||", "=="]), conditions, values)
@example("0.0 == -0.0", "&&", "a.count > 1", (3, 0, "", "", True, ()))
@example(r"b'\xff' == b'\xfe'", "||", "a.count > 1", (0, 0, "", "", True, ()))
@settings(max_examples=100, deadline=None)
def test_what_stands_beside_fractions_and_bytes_is_answered_alike(part, sign, text, found):
    condition = LANGUAGE.condition(f"({part}) {sign} ({text})")
    named = dict(zip(TYPES, found, strict=True))
    asked = tuple([named[name] for name in condition.variables])
    assert condition.holds(asked) is condition.asked(asked)


def test_what_can_fail_or_means_more_is_left_to_the_library():
    for text in (
        "a.count + 1 > 3",
        "a.count / a.sum == 1",
        "size(a.tags) > 1",
        "a.name.startsWith('t')",
        "a.name < a.place",
        "a.tags == ['tea']",
        "a.tags.exists(each, each == 'tea')",
        "a.count in [a.sum, 1]",
        "a.good ? a.count > 1 : a.sum > 1",
        "1.5 < 2.5",
    ):
        condition = LANGUAGE.condition(text)
        assert answering(condition.tree, condition.variables, TYPES) is None, text
    condition = LANGUAGE.condition("a.name.startsWith('t') && 'x' in a.tags")
    for _ in range(2):
        assert condition.holds(("tea", ("x",)))
        assert not condition.holds(("tea", ("y",)))
