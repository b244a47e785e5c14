"""What a simulation found, by the names that people know: of rules, assets, facts and actions."""

from typing import Any

from regulars.foundation.database.session import unit_of_work
from regulars.foundation.webkit.pages import merchant_text, reader_language
from regulars.ledger.book.selectors import assets_known
from regulars.rules.actions import action_get, followup_kinds
from regulars.rules.facts import facts_known
from regulars.rules.programs.types import ProgramView
from regulars.rules.simulate.types import NotReplayed


class SimulationNames:
    """The names of one program's rules and assets, in the reader's language."""

    def __init__(self, program: ProgramView) -> None:
        contents = [each.content for each in reversed(program.versions)]
        contents += [program.draft.content] if program.draft is not None else []
        self._rules: dict[str, dict[str, Any]] = {
            rule["code"]: rule for content in contents for rule in content["rules"]
        }
        with unit_of_work() as unit:
            known = assets_known(unit).values()
        self._assets = {each.code: merchant_text(dict(each.name)) for each in known}

    def rule(self, code: str) -> str:
        """A rule's name."""
        rule = self._rules.get(code)
        return (merchant_text(rule["name"]) if rule else "") or code

    def asset(self, code: str) -> str:
        """An asset's name."""
        return self._assets.get(code) or code

    def detail(self, left_out: NotReplayed) -> str:
        """What a rule reads, listens to or does that keeps it out of a simulation."""
        code = left_out.detail
        if left_out.reason == "fact":
            fact = facts_known().get(code)
            return (merchant_text(dict(fact.label)) if fact else "") or code
        if left_out.reason == "followup":
            kind = followup_kinds().get(code)
            return (merchant_text(dict(kind.label)) if kind else "") or code
        asked = self._rules.get(left_out.rule, {}).get("do") or {}
        if code not in asked:
            return code
        action = action_get(code)
        return action.words(action.check(asked[code], "do"), reader_language()) or code
