"""What a browser says that concerns passkeys: our name there, and what it answered."""

import json
from typing import Any

from django.http import HttpRequest

ANSWER_MAX = 20_000


def host_of(request: HttpRequest) -> str:
    """The name under which the browser knows us, without the port."""
    return request.get_host().rpartition(":")[0] or request.get_host()


def answer_of(request: HttpRequest) -> dict[str, Any] | None:
    """What the browser's passkey answered, as our script posted it."""
    try:
        found = json.loads(request.POST.get("answer", "")[:ANSWER_MAX])
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
