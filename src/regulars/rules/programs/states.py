"""Where a version stands, in a word and a colour, and how long it holds."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.foundation.webkit.screens import Text
from regulars.foundation.webkit.tables import Tone
from regulars.foundation.webkit.templatetags.webkit import instant
from regulars.rules.programs.types import VersionState

STATES: dict[VersionState, tuple[Text, Tone]] = {
    VersionState.IN_FORCE: (gettext_lazy("in force"), "good"),
    VersionState.SCHEDULED: (gettext_lazy("scheduled"), "warn"),
    VersionState.SUPERSEDED: (gettext_lazy("replaced"), "quiet"),
    VersionState.ENDED: (gettext_lazy("ended"), "quiet"),
}


def until_words(valid_until: datetime | None) -> str:
    """Until when it holds, on the deployment's clock."""
    return instant(valid_until) if valid_until else _("open end")
