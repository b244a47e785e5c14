"""What differs between two contents of a program, rule by rule, in words."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from regulars.ledger.book.types import AssetView
from regulars.rules.programs.asset_words import asset_in_words
from regulars.rules.programs.condition_words import Names
from regulars.rules.programs.content import (
    AssetDeclaration,
    Content,
    GroupContent,
    RuleContent,
)
from regulars.rules.programs.offering import redemption_told
from regulars.rules.programs.restraint_words import Restraints
from regulars.rules.programs.texts import asset_name, in_language
from regulars.rules.programs.words import rule_in_words, rule_parts


class Change(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


class FieldChange(msgspec.Struct, frozen=True):
    """One thing that is said otherwise: `part` names it, the texts are in the asked language."""

    part: str
    before: str
    after: str


class Difference(msgspec.Struct, frozen=True):
    """One rule, group or other part that differs. `words` tells a whole one."""

    change: Change
    subject: str
    name: str
    words: str = ""
    fields: tuple[FieldChange, ...] = ()


class Teller(msgspec.Struct, frozen=True):
    """How contents are told: in which language, with which names of assets and values."""

    language: str
    assets: Mapping[int, AssetView] = {}
    currency: str | None = None
    names: Names = {}

    def rule(self, rule: RuleContent) -> str:
        """A rule in whole sentences."""
        return rule_in_words(rule, self.language, self.assets, self.currency, self.names)

    def parts(self, rule: RuleContent) -> dict[str, str]:
        """A rule taken apart, each part in words."""
        return rule_parts(rule, self.language, self.assets, self.currency, self.names)

    def name(self, texts: Mapping[str, str], code: str) -> str:
        """A name in the language, else the code."""
        return in_language(texts, self.language) or code

    def restraints(self) -> Restraints:
        """Tells groups and limits."""
        return Restraints(self.language, self.assets, self.currency, self.names)


def contents_compared(before: Content | None, after: Content, teller: Teller) -> list[Difference]:
    """All that differs, rules first, in the order of the newer content. Equal contents: nothing."""
    if before is None:
        return [_whole(Change.ADDED, rule, teller) for rule in after.rules]
    found = _rules(before, after, teller)
    restraints = teller.restraints()
    found += _others(
        "group",
        {each.code: (_group_name(each, teller), restraints.group(each, before))
         for each in before.groups},
        {each.code: (_group_name(each, teller), restraints.group(each, after))
         for each in after.groups},
    )  # fmt: skip
    found += _others(
        "limit",
        _limits(before, restraints),
        _limits(after, restraints),
    )
    found += _others(
        "asset",
        {each.code: _asset(each, teller) for each in before.assets},
        {each.code: _asset(each, teller) for each in after.assets},
    )
    fields = _fields(_general(before, teller), _general(after, teller))
    if fields:
        found.append(Difference(Change.CHANGED, "program", "", fields=fields))
    return found


def _rules(before: Content, after: Content, teller: Teller) -> list[Difference]:
    old = {rule.code: rule for rule in before.rules}
    new = {rule.code: rule for rule in after.rules}
    found = []
    for rule in after.rules:
        known = old.get(rule.code)
        if known is None:
            found.append(_whole(Change.ADDED, rule, teller))
        elif known != rule:
            fields = _fields(_parts(known, before, teller), _parts(rule, after, teller))
            name = teller.name(rule.name, rule.code)
            found.append(Difference(Change.CHANGED, "rule", name, teller.rule(rule), fields))
    found += [_whole(Change.REMOVED, rule, teller) for rule in before.rules if rule.code not in new]
    stayed = [code for code in old if code in new]
    if stayed != [code for code in new if code in old]:
        order = [teller.name(rule.name, rule.code) for rule in after.rules]
        found.append(Difference(Change.MOVED, "order", "", " → ".join(order)))
    return found


def _whole(change: Change, rule: RuleContent, teller: Teller) -> Difference:
    return Difference(change, "rule", teller.name(rule.name, rule.code), teller.rule(rule))


def _parts(rule: RuleContent, content: Content, teller: Teller) -> dict[str, str]:
    """A rule taken apart, its group by name."""
    told = teller.parts(rule)
    names = {each.code: _group_name(each, teller) for each in content.groups}
    return {**told, "group": names.get(told["group"], told["group"])}


def _group_name(group: GroupContent, teller: Teller) -> str:
    return teller.name(group.name, group.code)


def _asset(asset: AssetDeclaration, teller: Teller) -> tuple[str, str]:
    return teller.name(asset.name, asset.code), asset_in_words(asset, teller.language)


def _others(
    subject: str, before: Mapping[str, tuple[str, str]], after: Mapping[str, tuple[str, str]]
) -> list[Difference]:
    found = []
    for code, (name, words) in after.items():
        if code not in before:
            found.append(Difference(Change.ADDED, subject, name, words))
        elif before[code] != (name, words):
            told = _fields(_named(*before[code]), _named(name, words))
            found.append(Difference(Change.CHANGED, subject, name, words, told))
    gone = [(name, words) for code, (name, words) in before.items() if code not in after]
    return found + [Difference(Change.REMOVED, subject, name, words) for name, words in gone]


def _limits(content: Content, restraints: Restraints) -> dict[str, tuple[str, str]]:
    """The program's own limits by what they restrain, so that another number is a change."""
    told: dict[str, tuple[str, str]] = {}
    for each in content.limits:
        measured = "times" if each.times else "value" if each.value_minor else "amount"
        key = f"{each.per}.{each.window}.{measured}.{each.asset or ''}"
        told[f"{key}.{sum(known.startswith(key) for known in told)}"] = (
            "",
            restraints.limit(each, ""),
        )
    return told


def _named(name: str, words: str) -> dict[str, str]:
    return {"name": name, "words": words}


def _fields(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[FieldChange, ...]:
    parts = {**before, **after}
    return tuple(
        [
            FieldChange(part, before.get(part, ""), after.get(part, ""))
            for part in parts
            if before.get(part, "") != after.get(part, "")
        ]
    )


def _general(content: Content, teller: Teller) -> dict[str, str]:
    return {
        "name": teller.name(content.name, ""),
        "since": content.valid_from or "",
        "until": content.valid_until or "",
        "zone": content.time_zone,
        "redemption": _redemption(content, teller),
    }


def _redemption(content: Content, teller: Teller) -> str:
    offer = content.redemption
    if offer is None:
        return ""
    declared = {each.code: teller.name(each.name, each.code) for each in content.assets}
    known = asset_name(offer.asset, teller.language, teller.assets)
    return redemption_told(offer, declared.get(offer.asset, known))
