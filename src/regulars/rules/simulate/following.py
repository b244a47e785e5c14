"""What followed from the past's events: raised as it really was, whoever listened to it then."""

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime

from regulars.foundation import clock
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.ids import key_id
from regulars.foundation.shop.selectors import shop_known
from regulars.ledger.book.services import merged_targets
from regulars.rules.actions import PastFollowup, followup_kinds

# What may have followed from events by which rules give nothing themselves.
CAUSES = ("order.refunded", "order.cancelled", "redemption")


def is_kept(kind: str) -> bool:
    """Whether follow-ups of this kind can be looked up in the past."""
    known = followup_kinds().get(kind)
    return known is not None and known.past is not None


def causes_of(rules: Iterable[Sequence[dict[str, str]]]) -> tuple[str, ...]:
    """The further kinds of events to look at, if any of these contents listens to a follow-up."""
    raised = followup_kinds()
    listens = any(rule["on"] in raised for each in rules for rule in each)
    return (*CAUSES, *raised) if listens else ()


class Following:
    """The follow-ups of the kinds that a program listens to, chunk by chunk."""

    def __init__(self, kinds: Collection[str]) -> None:
        pasts = [followup_kinds()[kind].past for kind in sorted(kinds) if is_kept(kind)]
        self._pasts = [past for past in pasts if past is not None]
        self._kinds = frozenset(kinds)
        self._jobs: deque[PastFollowup] = deque()
        self._by_cause: dict[str, list[PastFollowup]] = {}

    @property
    def has_jobs(self) -> bool:
        """Whether jobs raised something that wasn't judged yet."""
        return bool(self._jobs)

    @property
    def has_raised(self) -> bool:
        """Whether events of the members who were met raised anything."""
        return bool(self._by_cause)

    def begun(self, since: date, until: date) -> None:
        """Looks up what jobs raised on these business days."""
        if not self._pasts:
            return
        zone = shop_known().time_zone
        first = clock.midnight_before(since, zone)
        end = clock.midnight_after(until, zone)
        with unit_of_work() as unit:
            found = [each for past in self._pasts for each in past.of_jobs(unit, first, end)]
        heard = [each for each in found if each.followup.kind in self._kinds]
        self._jobs = deque(sorted(heard, key=lambda each: each.id))

    def met(self, members: Collection[str]) -> None:
        """Looks up what events of these members raised; what others did is forgotten."""
        if not self._pasts:
            return
        by_cause: dict[str, list[PastFollowup]] = defaultdict(list)
        with unit_of_work() as unit:
            merged = merged_targets(unit, sorted(members))
            ids = sorted({*members, *merged.values()})
            for past in self._pasts:
                for each in past.of_members(unit, ids):
                    if each.cause is not None and each.followup.kind in self._kinds:
                        by_cause[each.cause].append(each)
        self._by_cause = by_cause

    def of(self, event_id: str) -> Iterator[PastFollowup]:
        """What followed from an event, and what from that, in the order in which it was judged."""
        queue = deque(self._by_cause.get(event_id, ()))
        while queue:
            raised = queue.popleft()
            yield raised
            followup = raised.followup
            key = key_id("followup", raised.cause or "", followup.kind, followup.subject)
            queue.extend(self._by_cause.get(key, ()))

    def jobs_until(self, event_id: str | None) -> list[PastFollowup]:
        """What jobs raised before this event (None: what is left), each once."""
        taken = []
        while self._jobs and (event_id is None or self._jobs[0].id < event_id):
            taken.append(self._jobs.popleft())
        return taken


def day_of(raised_at: datetime) -> date:
    """The business day of what a job raised."""
    return clock.business_date(raised_at, shop_known().time_zone)
