"""The registry of screens: each room declares its own, the console mounts and guards them all."""

from collections.abc import Callable, Sequence

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise

from regulars.foundation.rights import Rights

Text = str | Promise

OWN = "own"


class Search(msgspec.Struct, frozen=True):
    """The one search box at the head of every page: where it asks, and what one may type."""

    screen: str
    label: Text
    placeholder: Text


class Screen(msgspec.Struct, frozen=True):
    """One page of the console.

    `name` is its address in templates (`console:<name>`), `path` its Django route,
    `section` the job under which the navigation lists it (none: reached from other pages). `right`
    is what a person must be allowed to do to see it, `change` what to post to it (the same, when
    it is empty). A screen that names no right is closed to everybody;
    `OWN` is the right to one's own affairs, which everybody has. `listed` is the right that puts
    it into the navigation, where more people may read it than have something to do there. `count`
    is the number of things that wait there for the reader; the navigation shows it. A page that is
    `before_gates` opens
    also to who is still led elsewhere (see `gate_register`). What is posted to a page that
    `asks_again` is done only for who showed a password or second factor a short while ago
    (see `prover_register`); a function says it for single deeds. `files_max` is how many bytes of
    files who may change something there can send to it.
    """

    name: str
    path: str
    view: Callable[..., HttpResponse]
    title: Text
    section: str = ""
    icon: str = ""
    right: str = ""
    change: str = ""
    listed: str = ""
    place: int = 50
    count: Callable[[HttpRequest], int] | None = None
    before_gates: bool = False
    asks_again: bool | Callable[[HttpRequest], bool] = False
    files_max: int = 0

    def has_to_ask(self, request: HttpRequest) -> bool:
        """Whether what is posted needs a fresh proof of who posts it."""
        asks = self.asks_again
        return asks(request) if callable(asks) else asks

    def is_open_to(self, rights: Rights, *, changes: bool = False) -> bool:
        """Whether somebody with these rights may see the page, or change what is on it."""
        right = (changes and self.change) or self.right
        return right == OWN or rights.may_somewhere(right)

    def is_listed_to(self, rights: Rights) -> bool:
        """Whether the navigation of somebody with these rights leads to the page."""
        is_hers = not self.listed or rights.may_somewhere(self.listed)
        return bool(self.section) and is_hers and self.is_open_to(rights)


class Found(msgspec.Struct, frozen=True):
    """One thing that the search found: where it leads, and a word more about it. What belongs to
    a store names it, and is shown to who has the finder's right there."""

    title: Text
    href: str
    note: Text = ""
    store: str | None = None


class Finder(msgspec.Struct, frozen=True):
    """How a room's things are found from the search at the head of every page.

    `find` gets what was typed and answers at most a handful, best first; who lacks `right` is
    never asked for. Write it so that it is quick: it is asked with every letter.
    """

    name: str
    title: Text
    icon: str
    right: str
    find: Callable[[str], Sequence[Found]]
    place: int = 50


class Way(msgspec.Struct, frozen=True):
    """A line of the navigation that leads out of the console, to another face.

    `route` is the address by its full name, `right` what one must be allowed to do there.
    """

    route: str
    title: Text
    section: str
    icon: str
    right: str
    place: int = 50


# Asked before each page: the name of the page to which the reader is led first, or "".
Gate = Callable[[HttpRequest], str]


# Answers the page that asks who is there, or None when that was shown a short while ago.
Prover = Callable[[HttpRequest], HttpResponse | None]


class _Registry:
    """What the process's rooms have declared."""

    prover: Prover | None = None
    gates: list[Gate] = []

    screens: dict[str, Screen] = {}
    sections: dict[str, Text] = {}
    search: Search | None = None
    finders: dict[str, Finder] = {}
    ways: dict[str, Way] = {}


def shell_declare(*, sections: dict[str, Text], search: Search) -> None:
    """Names the jobs by which the navigation is ordered, in their order, and the search."""
    _Registry.sections, _Registry.search = sections, search


def sections_known() -> dict[str, Text]:
    """The jobs of the navigation, in order."""
    return _Registry.sections


def search_known() -> Search | None:
    """The search box of every page."""
    return _Registry.search


def screen_register(*, screen: Screen) -> None:
    """Adds a page to the console; a second page of the same name is a mistake of ours."""
    known = _Registry.screens.setdefault(screen.name, screen)
    if known is not screen:
        raise ValueError(f"two screens are called {screen.name}")


def screen_named(name: str) -> Screen:
    """The declared page of a name."""
    return _Registry.screens[name]


def gate_register(gate: Gate) -> None:
    """Adds a condition that stands before every page of who is signed in."""
    if gate not in _Registry.gates:
        _Registry.gates.append(gate)


def prover_register(prover: Prover) -> None:
    """Says how a person shows anew who she is."""
    _Registry.prover = prover


def asked_again(request: HttpRequest) -> HttpResponse | None:
    """The page that asks for a proof before a dangerous deed; None when none is needed now."""
    return _Registry.prover(request) if _Registry.prover is not None else None


def led_elsewhere(request: HttpRequest) -> str:
    """The page to which the reader has to go first, or ""."""
    return next((found for gate in _Registry.gates if (found := gate(request))), "")


def screens_known() -> list[Screen]:
    """All declared pages, in the order of the navigation."""
    order = {section: place for place, section in enumerate(_Registry.sections)}
    return sorted(
        _Registry.screens.values(),
        key=lambda screen: (order.get(screen.section, len(order)), screen.place, screen.name),
    )


def finder_register(*, finder: Finder) -> None:
    """Adds a room's things to the search; a second finder of the same name is a mistake."""
    known = _Registry.finders.setdefault(finder.name, finder)
    if known is not finder:
        raise ValueError(f"two finders are called {finder.name}")


def finders_known() -> list[Finder]:
    """All declared finders, in the order of their places."""
    return sorted(_Registry.finders.values(), key=lambda finder: (finder.place, finder.name))


def way_register(*, way: Way) -> None:
    """Adds a way out of the console to its navigation and its search."""
    _Registry.ways[way.route] = way


def ways_known() -> list[Way]:
    """All declared ways to other faces."""
    return list(_Registry.ways.values())
