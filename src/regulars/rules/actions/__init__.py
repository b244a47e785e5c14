"""Actions and watchers: where the floors above hang up what events set off.

An action is what a rule's `do` asks for; a watcher looks at every event after its effects are
decided. Both say what to lock and load (`needs`), decide in memory (`decide`, `react`), and store
set-based (`store`); both may raise follow-up events, which are judged at once, at most three deep,
on the same receipt. A room declares them in its `actions.py`; rules never import the room.
Crediting the ledger (`earn`, `earn_flat`) is built in. The shapes are in `types`.
"""

from regulars.rules.actions.errors import ActionRegistered, UnknownAction
from regulars.rules.actions.registry import (
    action_get,
    action_register,
    actions_forgotten,
    actions_known,
    followup_kind_register,
    followup_kinds,
    note_register,
    notes_known,
    watcher_register,
    watchers_forgotten,
    watchers_known,
)
from regulars.rules.actions.types import (
    Action,
    Decided,
    DecidePart,
    Followup,
    FollowupKind,
    FollowupPast,
    Happening,
    Loaded,
    Needs,
    NeedsPart,
    PastFollowup,
    Reaction,
    StorePart,
    Watcher,
)

__all__ = [
    "Action",
    "ActionRegistered",
    "DecidePart",
    "Decided",
    "Followup",
    "FollowupKind",
    "FollowupPast",
    "Happening",
    "Loaded",
    "Needs",
    "NeedsPart",
    "PastFollowup",
    "Reaction",
    "StorePart",
    "UnknownAction",
    "Watcher",
    "action_get",
    "action_register",
    "actions_forgotten",
    "actions_known",
    "followup_kind_register",
    "followup_kinds",
    "note_register",
    "notes_known",
    "watcher_register",
    "watchers_forgotten",
    "watchers_known",
]
