"""The registry of actions, watchers and follow-ups: filled once at the start of a process."""

from collections.abc import Collection, Mapping

from regulars.rules.actions.errors import ActionRegistered, UnknownAction
from regulars.rules.actions.types import Action, FollowupKind, Texts, Watcher

_known: dict[str, Action] = {}
_watchers: dict[str, Watcher] = {}
_kinds: dict[str, FollowupKind] = {}
_notes: dict[str, Texts] = {}


def action_register(action: Action) -> None:
    """Makes an action known to all rules of this process; each name once."""
    if action.name in _known:
        raise ActionRegistered(name=action.name)
    _known[action.name] = action


def action_get(name: str) -> Action:
    """The action of this name; `unknown_action` if no room declared it."""
    if name not in _known:
        raise UnknownAction(name=name[:80], known=", ".join(sorted(_known)))
    return _known[name]


def actions_known() -> dict[str, Action]:
    """All actions by name. Treat as read-only."""
    return _known


def actions_forgotten(names: Collection[str]) -> None:
    """Takes actions out again: for tests that declare their own."""
    for name in names:
        _known.pop(name, None)


def watcher_register(watcher: Watcher) -> None:
    """Lets a room look at every event after its effects are decided; each name once."""
    if watcher.name in _watchers:
        raise ActionRegistered(name=watcher.name)
    _watchers[watcher.name] = watcher


def watchers_known() -> dict[str, Watcher]:
    """All watchers by name, in the order in which they are asked. Treat as read-only."""
    return _watchers


def followup_kind_register(kind: FollowupKind) -> None:
    """Makes a kind of follow-up known: rules may listen to it; each kind once."""
    if kind.kind in _kinds:
        raise ActionRegistered(name=kind.kind)
    _kinds[kind.kind] = kind


def followup_kinds() -> dict[str, FollowupKind]:
    """All kinds of follow-ups by name. Treat as read-only."""
    return _kinds


def note_register(code: str, texts: Texts) -> None:
    """The sentence of a note on receipts, {zh-Hans, en}, with its params in braces."""
    if code in _notes:
        raise ActionRegistered(name=code)
    _notes[code] = texts


def notes_known() -> Mapping[str, Texts]:
    """The sentences of all notes that rooms declared, by code. Treat as read-only."""
    return _notes


def watchers_forgotten(names: Collection[str]) -> None:
    """Takes watchers, kinds of follow-ups and notes out again: for tests that declare their own."""
    for name in names:
        for known in (_watchers, _kinds, _notes):
            known.pop(name, None)
