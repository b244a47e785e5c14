"""What a merchant calls the rules that receipts name by program, version and code."""

from collections.abc import Iterable

from regulars.foundation.errors import RegularsError
from regulars.rules.programs.selectors import program_get, programs_listed


class _Known:
    """Published versions never change, so what was read once stays true."""

    names: dict[str, dict[str, str]] = {}


def rule_names(labels: Iterable[str]) -> dict[str, dict[str, str]]:
    """The names by language of rules such as `beans@3/base`; unknown ones are absent."""
    wanted = set(labels)
    for code in {label.partition("@")[0] for label in wanted - _Known.names.keys()}:
        try:
            program = program_get(code)
        except RegularsError:
            continue
        for version in program.versions:
            for rule in version.content["rules"]:
                label = f"{code}@{version.version}/{rule['code']}"
                _Known.names[label] = rule["name"]
    return {label: _Known.names[label] for label in wanted if label in _Known.names}


def program_names(codes: Iterable[str]) -> dict[str, dict[str, str]]:
    """The names by language of programs; unknown ones are absent."""
    wanted = set(codes)
    return {each.code: each.name for each in programs_listed() if each.code in wanted}
