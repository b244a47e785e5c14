"""Ladders that come with Regulars, ready to be saved and then changed."""

import json
from importlib import resources
from typing import Any


def ladder_starter_codes() -> list[str]:
    """The codes of all starters, in order."""
    found = [file.name for file in resources.files(__name__).iterdir()]
    return sorted(name.removesuffix(".json") for name in found if name.endswith(".json"))


def ladder_starter(code: str) -> dict[str, Any]:
    """The content of one starter, for `ladder_save`; KeyError if there is none of this code."""
    if code not in ladder_starter_codes():
        raise KeyError(code)
    text = resources.files(__name__).joinpath(f"{code}.json").read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text)
    return content
