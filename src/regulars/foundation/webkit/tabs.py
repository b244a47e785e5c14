"""Tabs whose address says which one is open: `?tab=log` can be sent to a colleague."""

from collections.abc import Sequence
from typing import ClassVar

import msgspec
from django.http import HttpRequest

from regulars.foundation.webkit.screens import Text

PARAMETER = "tab"
# More than these don't stand beside each other: one is chosen from a list.
TABS_BESIDE_MAX = 12


class Tab(msgspec.Struct, frozen=True):
    """One tab: its name in the address, its title, and a count where one helps."""

    name: str
    title: Text
    count: int | None = None


class DrawnTab(msgspec.Struct, frozen=True):
    """A tab with its address, open or not."""

    tab: Tab
    href: str
    is_current: bool


class Tabs(msgspec.Struct, frozen=True):
    """The tabs of a page; `current` is the name of the open one."""

    template: ClassVar[str] = "webkit/blocks/tabs.html"

    label: Text
    tabs: tuple[DrawnTab, ...]
    current: str

    @property
    def is_long(self) -> bool:
        """Whether the tabs are too many to stand in one row."""
        return len(self.tabs) > TABS_BESIDE_MAX


def tabs_of(request: HttpRequest, tabs: Sequence[Tab], label: Text = "") -> Tabs:
    """The tabs with the one that the address names open, else the first."""
    asked = request.GET.get(PARAMETER, "")
    current = asked if asked in {tab.name for tab in tabs} else tabs[0].name
    drawn = [DrawnTab(each, f"?{PARAMETER}={each.name}", each.name == current) for each in tabs]
    return Tabs(label, tuple(drawn), current)
