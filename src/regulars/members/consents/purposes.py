"""How a purpose is written."""

import re

_PURPOSE = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}", re.ASCII)


def is_purpose(text: str) -> bool:
    """Whether a text names a purpose: marketing.sms, profiling."""
    return _PURPOSE.fullmatch(text) is not None
