"""Saved views as other rooms see them."""

import msgspec


class SavedViewView(msgspec.Struct, frozen=True):
    """A saved view; `is_mine` says whether the reader may delete it."""

    id: str
    name: str
    query: str
    is_shared: bool
    is_mine: bool
