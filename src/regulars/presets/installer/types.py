"""Packages as they lie on the shelf, and what installing one would do."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from regulars.foundation.installing import Part

Texts = dict[str, str]
Code = Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9-]{0,39}$")]

# What a second person may have to approve, by the names of `approvals.py`.
INSTALL = "preset.install"
END = "preset.end"


class Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Refuses fields it doesn't know."""


class PackageFile(Strict, frozen=True):
    """`preset.json`. `includes` names packages that come with it; `waits_for` names what this
    version of Regulars can't do yet, with a text for each.
    """

    version: Annotated[int, Meta(ge=1, le=10_000)]
    kind: Literal["trade", "model"]
    parts: dict[str, tuple[Part, ...]] = {}
    includes: tuple[Code, ...] = ()
    waits_for: tuple[Code, ...] = ()


class PackageTexts(Strict, frozen=True):
    """`en.json` and `zh-Hans.json`: what people read before they decide."""

    name: Annotated[str, Meta(min_length=1, max_length=40)]
    about: Annotated[str, Meta(min_length=1, max_length=200)]
    promises: Annotated[tuple[str, ...], Meta(min_length=1, max_length=12)]
    waits_for: dict[Code, str] = {}


class Package(msgspec.Struct, frozen=True):
    """A package with all that it includes, each part once, its texts by language."""

    code: str
    version: int
    kind: str
    includes: tuple[str, ...]
    parts: tuple[tuple[str, Part], ...]
    texts: dict[str, PackageTexts]


class Deed(StrEnum):
    """What installing does with a part. `own` leaves what the shop has changed itself; `end` ends
    what an older version put up and this one leaves out.
    """

    MAKE = "make"
    KEEP = "keep"
    CHANGE = "change"
    RESUME = "resume"
    OWN = "own"
    END = "end"
    REFUSE = "refuse"


class Step(msgspec.Struct, frozen=True):
    """One part of a package: in which section, what happens with it, and why not."""

    section: str
    section_title: Texts
    code: str
    name: Texts
    deed: Deed
    reason: Texts = {}


class Plan(msgspec.Struct, frozen=True):
    """What would be done, by its digest; `is_promise` where it touches what members are promised.

    `count` is how many parts it makes, changes or ends.
    """

    digest: str
    is_promise: bool
    count: int


class PartView(msgspec.Struct, frozen=True):
    """One thing that a package put up: what it is, and its name."""

    title: Texts
    name: Texts


class InstallationView(msgspec.Struct, frozen=True):
    """A package that was installed, and until when it ran (null: it runs)."""

    preset: str
    name: Texts
    version: int
    installed_at: datetime
    ended_at: datetime | None


class PresetView(msgspec.Struct, frozen=True):
    """A package on the shelf: what it promises and what waits for a later version, by language."""

    preset: str
    version: int
    kind: str
    name: Texts
    about: Texts
    promises: dict[str, tuple[str, ...]]
    waits_for: dict[str, tuple[str, ...]]
    includes: tuple[str, ...]
    installation: InstallationView | None


class PresetPreview(msgspec.Struct, frozen=True):
    """What installing a package would do now; nothing of it is done while one step is refused."""

    preset: PresetView
    steps: tuple[Step, ...]
    is_installable: bool
    is_up_to_date: bool
