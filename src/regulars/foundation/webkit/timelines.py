"""What happened, newest first: purchases, movements, changes, each with its reasons on request."""

from datetime import datetime
from typing import ClassVar, Literal

import msgspec

from regulars.foundation.webkit.screens import Text
from regulars.foundation.webkit.tables import Empty


class Reason(msgspec.Struct, frozen=True):
    """One line of why: what counted (`fired`) and what did not."""

    text: Text
    fired: bool = True
    rule: Text = ""


class Moment(msgspec.Struct, frozen=True):
    """One thing that happened. `amounts` are shown on the right, as they read (“+120 beans”)."""

    title: Text
    at: datetime | None = None
    way: Literal["", "in", "out"] = ""
    icon: str = "clock"
    amounts: tuple[Text, ...] = ()
    text: Text = ""
    meta: tuple[Text, ...] = ()
    href: str = ""
    reasons: tuple[Reason, ...] = ()
    reasons_title: Text = ""


class Timeline(msgspec.Struct, frozen=True):
    """Moments, newest first; `older` is the address of the same block, continued."""

    template: ClassVar[str] = "webkit/blocks/timeline.html"

    moments: tuple[Moment, ...]
    empty: Empty
    older: str = ""
