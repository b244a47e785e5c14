"""Where a version stands, in a word and a colour."""

from django.utils.translation import gettext_lazy

from regulars.foundation.webkit.screens import Text
from regulars.foundation.webkit.tables import Tone
from regulars.rules.programs.types import VersionState

STATES: dict[VersionState, tuple[Text, Tone]] = {
    VersionState.IN_FORCE: (gettext_lazy("in force"), "good"),
    VersionState.SCHEDULED: (gettext_lazy("scheduled"), "warn"),
    VersionState.SUPERSEDED: (gettext_lazy("replaced"), "quiet"),
    VersionState.ENDED: (gettext_lazy("ended"), "quiet"),
}
