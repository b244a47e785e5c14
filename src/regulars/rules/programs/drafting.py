"""A draft being edited: where it starts from, and single rules put in, taken out, moved."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from regulars.foundation.webkit.reading import whole_read
from regulars.rules.programs.content import Content
from regulars.rules.programs.types import ProgramView, VersionState, VersionView

OPEN = (VersionState.IN_FORCE, VersionState.SCHEDULED)


class Desk(msgspec.Struct, frozen=True):
    """What the editor works on: the draft, or else what holds, as the next draft's beginning.

    `revision` goes with the saving: 0 while there is no draft.
    """

    program: ProgramView
    content: dict[str, Any]
    revision: int

    @property
    def typed(self) -> Content:
        """The content, typed."""
        return msgspec.convert(self.content, Content)

    @property
    def codes(self) -> list[str]:
        """The codes of its rules, as they are written."""
        return [rule["code"] for rule in self.content["rules"]]


def desk_of(program: ProgramView) -> Desk:
    """The editor's beginning for a program."""
    if program.draft is not None:
        return Desk(program, program.draft.content, program.draft.revision)
    version = version_current(program)
    content: dict[str, Any] = dict(version.content) if version else _nothing(program)
    # What held from a day on holds on: the next version starts when it is published.
    return Desk(program, {**content, "valid_from": None}, 0)


def revision_given(typed: str, desk: Desk) -> int:
    """The revision that a page opened, as it comes back; what is no number fits none."""
    read = whole_read(typed)
    if read is None:
        return -1 if typed else desk.revision
    return read


def version_current(program: ProgramView) -> VersionView | None:
    """The version that holds, else the next one planned, else the newest there was."""
    for state in OPEN:
        for version in program.versions:
            if version.state is state:
                return version
    return program.versions[0] if program.versions else None


def _nothing(program: ProgramView) -> dict[str, Any]:
    return {"name": dict(program.name), "time_zone": "UTC", "rules": []}


def rule_put(
    content: Mapping[str, Any], rule: Mapping[str, Any], before: str | None
) -> dict[str, Any]:
    """The content with this rule in place of the one with the code `before`, else at the end."""
    rules = list(content["rules"])
    places = [place for place, each in enumerate(rules) if each["code"] == before]
    if places:
        rules[places[0]] = rule
    else:
        rules.append(rule)
    return {**content, "rules": rules}


def rule_removed(content: Mapping[str, Any], code: str) -> dict[str, Any]:
    """The content without this rule."""
    kept = [each for each in content["rules"] if each["code"] != code]
    return {**content, "rules": kept}


def rule_moved(content: Mapping[str, Any], code: str, by: int) -> dict[str, Any]:
    """The content with this rule one place further up (-1) or down (1)."""
    rules = list(content["rules"])
    place = next((place for place, each in enumerate(rules) if each["code"] == code), None)
    if place is None or not 0 <= place + by < len(rules):
        return dict(content)
    rules[place], rules[place + by] = rules[place + by], rules[place]
    return {**content, "rules": rules}


def place_of(content: Mapping[str, Any], code: str) -> int:
    """Where the rule stands in the content; -1: nowhere."""
    codes = [each["code"] for each in content["rules"]]
    return codes.index(code) if code in codes else -1


# Where a refusal of the content points inside a rule, and the form's field that says it.
_FIELDS: Sequence[tuple[str, str]] = (
    ("code", "code"),
    ("name", "name_zh"),
    ("on", "on"),
    ("when", "when"),
    ("audience", "audience"),
    ("priority", "priority"),
    ("group", "group"),
    ("schedule", "schedule"),
    ("do", "do"),
    ("earn.asset", "asset"),
    ("earn_flat.asset", "asset"),
    ("earn.rate.amount", "amount"),
    ("earn.rate.per_minor", "per"),
    ("earn_flat.amount", "amount"),
    ("earn.after_limit", "after_amount"),
    ("earn.expiry", "expiry"),
    ("earn_flat.expiry", "expiry"),
    ("earn.available_after_days", "available_after_days"),
    ("earn_flat.available_after_days", "available_after_days"),
    ("earn.multipliers", "multipliers"),
    ("limits", "limits"),
)


def field_of(where: str, place: int) -> str:
    """The form's field that a refusal's `where` is about; empty when it is about no field of it."""
    inside = where.removeprefix(f"rules[{place}]")
    if inside == where:
        return ""
    inside = inside.lstrip(".")
    for prefix, field in _FIELDS:
        if inside == prefix or inside.startswith((f"{prefix}.", f"{prefix}[")):
            number = inside[len(prefix) :].partition("]")[0].lstrip("[")
            return f"{field}.{number}" if whole_read(number) is not None else field
    return "form"
