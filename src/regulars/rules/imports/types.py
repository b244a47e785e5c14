"""What an import is asked for, what it is made of, and what it reports."""

from datetime import date, datetime

import msgspec

from regulars.foundation.errors import RegularsError
from regulars.rules.intake.types import EventDocument, Item, OrderLine

LANGUAGES = ("zh-Hans", "en")


class Dataset(msgspec.Struct, frozen=True):
    """What is known of a dataset before its files are read.

    Instants in the file are UTC; `time_zone` is that of its stores. `expire_through` is the last
    local day whose expiry the run after the import posts.
    """

    code: str
    time_zone: str
    program: str
    expire_through: date


class Asked(msgspec.Struct, frozen=True):
    """What somebody wants imported, and how.

    `folder` holds the files; `limit` is a number of baskets, the earliest first (None: all);
    `seed` draws the returns and redemptions that the file lacks (None: none are added); `parts`
    run side by side, each with households of its own, in batches of `batch_size` items.
    """

    dataset: str
    folder: str
    limit: int | None
    seed: int | None
    parts: int
    batch_size: int


class Basket(msgspec.Struct, frozen=True, gc=False):
    """One purchase of the file. `row` is where it begins, counted from 1; amounts are cents."""

    id: str
    household: str
    store: str
    at: datetime
    row: int
    net_minor: int
    lines: tuple[OrderLine, ...]


class Happening(msgspec.Struct, frozen=True, gc=False):
    """One item for the intake, with the instant at which it arrives and whose it is."""

    arrives_at: datetime
    place: tuple[int, int]
    household: str
    document: str
    row: int
    item: Item
    is_undoing: bool

    @property
    def key(self) -> str:
        """The sender's name of it."""
        item = self.item
        return item.event_id if isinstance(item, EventDocument) else item.key


class Batch(msgspec.Struct, frozen=True):
    """What goes through the intake at once. Numbers count from 1 within a part."""

    number: int
    happenings: tuple[Happening, ...]


class Rejection(msgspec.Struct, frozen=True):
    """A row that was not booked: why, and what to do."""

    row: int
    key: str
    code: str
    text: dict[str, str]


class BatchReport(msgspec.Struct, frozen=True):
    """What one batch brought. `counts` are those of `Counts`."""

    part: int
    number: int
    counts: dict[str, int]
    rejected: tuple[Rejection, ...] = ()


class RunView(msgspec.Struct, frozen=True):
    """An import as it stands."""

    id: str
    dataset: str
    state: str
    counts: dict[str, int]
    positions: tuple[int, ...]
    rejected: int
    started_at: datetime
    saved_at: datetime


class Plan(msgspec.Struct, frozen=True):
    """A prepared import: what its parts need to run, what there is to do, what was done before."""

    run_id: str
    asked: Asked
    positions: tuple[int, ...]
    baskets: int
    lines: int
    counts: dict[str, int]


def rejection(row: int, key: str, refusal: RegularsError) -> Rejection:
    """A refusal as the rejected row that tells of it."""
    text = {language: refusal.sentence(language) for language in LANGUAGES}
    return Rejection(row, key[:128], refusal.code, text)
