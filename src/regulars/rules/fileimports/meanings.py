"""What values of the file become here: levels and stores that the old system calls otherwise.

What nobody has said is known by its name, in any language; small letters, capitals and spaces are
the same.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache

import msgspec

from regulars.foundation.errors import Told
from regulars.foundation.texts import text_checked
from regulars.rules.fileimports.errors import ImportValueUnfit, MappingUnfit
from regulars.rules.fileimports.fields import ONE_OF_KIND
from regulars.rules.fileimports.keeping import VALUE_MAX, VALUES_MAX
from regulars.rules.fileimports.types import Choice, FieldView
from regulars.rules.fileimports.values import NOTHING

# What a value may become besides a choice; no code of a level or a store looks like these.
NONE, REJECT = "@none", "@reject"
CODES_SHOWN = 12

Values = Mapping[str, Mapping[str, str]]


class Meaning(msgspec.Struct, frozen=True):
    """One column's choices, and what its values become by their keys, as somebody said it."""

    by_name: dict[str, str]
    said: dict[str, str]

    def of(self, written: str) -> str | None:
        """The code of a choice, NONE, REJECT, or None for what nobody knows."""
        key = value_key(written)
        return self.said.get(key) or self.by_name.get(key)


@lru_cache(maxsize=10_000)
def value_key(written: str) -> str:
    """A value as it is compared: small letters, one width, no spaces."""
    return "".join(unicodedata.normalize("NFKC", written).casefold().split())


def meaning_opened(choices: Sequence[Choice], said: Mapping[str, str]) -> Meaning:
    """How a column's values are read. A name that two choices share stands for neither."""
    by_name = dict.fromkeys(NOTHING, NONE) | _choices_named(choices)
    return Meaning(by_name, {value_key(written): code for written, code in said.items()})


def _choices_named(choices: Sequence[Choice]) -> dict[str, str]:
    names = _unshared([(name, each.code) for each in choices for name in each.label.values()])
    return names | _unshared([(each.code, each.code) for each in choices])


def _unshared(named: Sequence[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for name, code in named:
        found.setdefault(value_key(name), set()).add(code)
    return {key: next(iter(codes)) for key, codes in found.items() if len(codes) == 1}


def values_checked(
    fields: Sequence[FieldView], columns: Mapping[str, str], values: Values
) -> dict[str, dict[str, str]]:
    """What somebody says of values, with the codes of choices, whatever names they were given.

    Instead of a field there may be `level:@`, the one column of levels. Errors:
    import_mapping_unfit, import_value_unfit, text_not_allowed, text_too_long.
    """
    known = {field.name: field for field in fields if field.choices and field.name in columns}
    found: dict[str, dict[str, str]] = {}
    for name, given in values.items():
        field = known[_field_named(name, known)]
        if len(given) > VALUES_MAX:
            many = Told(f"more than {VALUES_MAX} values", f"超过 {VALUES_MAX} 个取值")
            raise MappingUnfit(field=name[:80], problem=many)
        choices = Meaning(_choices_named(field.choices), {})
        said = found.setdefault(field.name, {})
        for written, code in given.items():
            key = text_checked(written, name[:80], maximum=VALUE_MAX, required=True)
            named = code if code in (NONE, REJECT) else choices.of(code)
            if named is None:
                raise ImportValueUnfit(
                    column=columns[field.name],
                    value=written[:40],
                    becomes=code[:40],
                    known=codes_shown(field.choices),
                )
            said[key] = named
    return found


def _field_named(name: str, known: Mapping[str, FieldView]) -> str:
    prefix, at, _ = name.partition(f":{ONE_OF_KIND}")
    names = [each for each in known if each.startswith(f"{prefix}:")] if at else [name]
    if len(names) == 1 and names[0] in known:
        return names[0]
    told = ", ".join(known) or "–"
    raise MappingUnfit(
        field=name[:80],
        problem=Told(
            f"no column of this file has values that become this; there are: {told}",
            f"文件中没有取值可对应为此项的列；可用：{told}",
        ),
    )


def values_fitted(
    fields: Sequence[FieldView], columns: Mapping[str, str], values: Values
) -> dict[str, dict[str, str]]:
    """What was said before, as far as there still are such columns and choices."""
    found = {}
    for field in fields:
        codes = {NONE, REJECT, *[choice.code for choice in field.choices]}
        said = values.get(field.name, {}) if field.choices and field.name in columns else {}
        if kept := {written: code for written, code in said.items() if code in codes}:
            found[field.name] = kept
    return found


def codes_shown(choices: Sequence[Choice]) -> str:
    """The first codes that would do, and the two words that always do."""
    codes = [choice.code for choice in choices]
    more = ["…"] if len(codes) > CODES_SHOWN else []
    return ", ".join([*codes[:CODES_SHOWN], *more, NONE, REJECT])
