"""What may be picked for the fields of events, in the forms of conditions."""

from regulars.rules.eventkinds.known import own_kinds
from regulars.rules.eventkinds.types import PREFIX
from regulars.rules.facts import Choice, ChoicesOf, choices_source_register


def field_choices(name: str) -> ChoicesOf | None:
    """The choices of all kinds' fields of this name; None if there are none to pick from."""
    if not name.startswith(PREFIX):
        return None
    found = {
        code: Choice(code, texts)
        for kind in own_kinds().values()
        for field in kind.fields
        if field.variable == name
        for code, texts in field.choices.items()
    }
    return (lambda: list(found.values())) if found else None


choices_source_register(field_choices)
