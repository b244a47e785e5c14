"""A segment's condition in words."""

from django.utils.translation import gettext as _

from regulars.foundation.errors import RegularsError
from regulars.rules.programs.services import EVERYBODY, audience_in_words
from regulars.rules.segments.asking import question_of


def in_words(condition: str) -> str:
    """What a condition says to the reader; nothing while it can't be read."""
    if condition == EVERYBODY:
        return _("All members.")
    try:
        return audience_in_words(question_of(condition).condition)
    except RegularsError:
        return ""
