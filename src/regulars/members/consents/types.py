"""Consents as other rooms see them."""

from datetime import datetime

import msgspec

TITLE_MAX = 60
BODY_MAX = 4000


class ConsentView(msgspec.Struct, frozen=True):
    """A member's word on one purpose: given or withdrawn, when, to which version of the text."""

    purpose: str
    granted: bool
    version: str
    decided_at: datetime
    actor: str


class ConsentTextView(msgspec.Struct, frozen=True):
    """What members are shown for a purpose. `version` is what their word is noted with."""

    purpose: str
    version: str
    title: dict[str, str]
    body: dict[str, str]
    is_needed: bool
    is_offered: bool = True
