"""Who listens to notices. A room declares its listeners in its `listeners.py`.

    @listener("messages.welcome", kinds=("event.applied",))
    def welcome(notice: NoticeView) -> None: ...

A listener runs after the commit of what the notice tells, at least once and in the order in which
the facts were committed; its effect must depend on `notice.id`. One that fails is called again
with the same notice, and holds up no other listener.
"""

from collections.abc import Callable

import msgspec

from regulars.foundation.outbox.services import NoticeView

Handler = Callable[[NoticeView], None]
EVERY_KIND = "*"


class Listener(msgspec.Struct, frozen=True):
    """A named reader of some kinds of notices; the name keeps its place in the outbox."""

    name: str
    kinds: frozenset[str]
    handler: Handler

    def hears(self, kind: str) -> bool:
        """Whether notices of this kind are for this listener; `*` is for all of them."""
        return kind in self.kinds or EVERY_KIND in self.kinds


_listeners: dict[str, Listener] = {}


def listener(name: str, *, kinds: tuple[str, ...]) -> Callable[[Handler], Handler]:
    """Declares a listener to notices of these kinds; each name once."""

    def declare(handler: Handler) -> Handler:
        if name in _listeners:
            raise ValueError(f"the listener {name} is declared twice")
        _listeners[name] = Listener(name, frozenset(kinds), handler)
        return handler

    return declare


def listener_forget(name: str) -> None:
    """Takes a listener out again: for tests that declare their own."""
    _listeners.pop(name, None)


def listeners_known() -> tuple[Listener, ...]:
    """All listeners of this process."""
    return tuple(_listeners.values())
