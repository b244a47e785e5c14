"""Codes, sessions and the shop's words for the phone, as other rooms see them."""

from datetime import datetime
from enum import StrEnum

import msgspec

from regulars.foundation.ids import public_id

SESSION_PREFIX = "ses"


class CodeAsked(msgspec.Struct, frozen=True):
    """A code is on its way. The browser keeps `challenge`; `phone_end` is for people to read."""

    challenge: str
    phone_end: str
    expires_at: datetime


class Outcome(StrEnum):
    """What became of a code that was typed.

    `wrong` may be tried again; `over` means that no code of this asking is good any more;
    `stranger` proved a number that no member has.
    """

    IN = "in"
    WRONG = "wrong"
    OVER = "over"
    STRANGER = "stranger"


class CodeTried(msgspec.Struct, frozen=True):
    """The outcome of a try; with `in` the session's secret, which is told this one time."""

    outcome: Outcome
    member_id: str | None = None
    token: str | None = None
    tries_left: int = 0


class SessionView(msgspec.Struct, frozen=True):
    """A phone or browser on which a member is signed in."""

    id: str
    member_id: str
    device: str
    created_at: datetime
    seen_at: datetime

    @property
    def public_id(self) -> str:
        """The id that leaves the house: `ses_…`."""
        return public_id(SESSION_PREFIX, self.id)


class PhoneWords(msgspec.Struct, frozen=True):
    """What the shop says on its members' phones, and whether strangers may join there.

    Texts are by language; an empty one is left out on the screen.
    """

    help_text: dict[str, str] = {}
    contact_phone: str = ""
    may_join: bool = True
    home_store: str | None = None
