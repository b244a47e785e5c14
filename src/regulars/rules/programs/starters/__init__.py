"""Contents to start from: whole programs that a merchant adapts and publishes."""

import json
from pathlib import Path
from typing import Any

from regulars.rules.programs.errors import UnknownStarter

_FOLDER = Path(__file__).parent


def starter_codes() -> tuple[str, ...]:
    """The codes of all starters."""
    return tuple(sorted(file.stem for file in _FOLDER.glob("*.json")))


def starter_content(code: str) -> dict[str, Any]:
    """A fresh copy of a starter's content, to be changed and saved as a draft."""
    known = starter_codes()
    if code not in known:
        raise UnknownStarter(starter=code[:40], known=", ".join(known))
    content: dict[str, Any] = json.loads((_FOLDER / f"{code}.json").read_text(encoding="utf-8"))
    return content
