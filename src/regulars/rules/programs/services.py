"""The doors for writing programs and for judging events by them."""

from regulars.rules.programs.approvals import program_end_request, program_publish_request
from regulars.rules.programs.audiences import (
    EVERYBODY,
    AudienceSheet,
    audience_drawn,
    audience_in_words,
    audience_opened,
    audience_posted,
)
from regulars.rules.programs.compiling import facts_read
from regulars.rules.programs.deck import NO_RULES, Deck, InForce, Lineup
from regulars.rules.programs.in_force import programs_forgotten
from regulars.rules.programs.judging import judge, judged, judged_again, unseen
from regulars.rules.programs.kinds import sent_kinds
from regulars.rules.programs.promises import version_promises
from regulars.rules.programs.publishing import (
    program_draft_save,
    program_end,
    program_publish,
)
from regulars.rules.programs.rules import Doing
from regulars.rules.programs.samples import Gain, Sample, Sampled, sample_judged
from regulars.rules.programs.sections import part_content
from regulars.rules.programs.starters import starter_codes, starter_content
from regulars.rules.programs.trials import program_trial
from regulars.rules.programs.words import rule_in_words

__all__ = [
    "EVERYBODY",
    "NO_RULES",
    "AudienceSheet",
    "Deck",
    "Doing",
    "Gain",
    "InForce",
    "Lineup",
    "Sample",
    "Sampled",
    "audience_drawn",
    "audience_in_words",
    "audience_opened",
    "audience_posted",
    "facts_read",
    "judge",
    "judged",
    "judged_again",
    "part_content",
    "program_draft_save",
    "program_end",
    "program_end_request",
    "program_publish",
    "program_publish_request",
    "program_trial",
    "programs_forgotten",
    "rule_in_words",
    "sample_judged",
    "sent_kinds",
    "starter_codes",
    "starter_content",
    "unseen",
    "version_promises",
]
