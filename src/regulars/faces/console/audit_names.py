"""The names of what acts are about, each with the page where it is found.

A page of acts mentions few kinds of things: each kind is looked up once, when it is first asked
for, and members and people only as far as they are mentioned.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.commerce.counter.selectors import shift_get
from regulars.entitlements.tiers.selectors import ladders_read
from regulars.faces.console.people import name_shown
from regulars.faces.console.works import work_title
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.errors import RegularsError
from regulars.foundation.ids import internal_id
from regulars.foundation.webkit.details import Opens
from regulars.foundation.webkit.pages import ROLES, merchant_text
from regulars.foundation.webkit.tables import Said
from regulars.foundation.works.selectors import work_get
from regulars.ledger.book.selectors import assets_known
from regulars.members.cards.selectors import card_batches
from regulars.members.consents.selectors import consent_texts_all
from regulars.members.fields.selectors import fields_list
from regulars.members.profiles.selectors import members_get
from regulars.members.tags.selectors import tags_named
from regulars.organization.apikeys.selectors import apikeys_listed
from regulars.organization.approvals.selectors import approval_titles
from regulars.organization.devices.selectors import devices_list
from regulars.organization.staff.selectors import roles_list, staff_names
from regulars.organization.stores.selectors import groups_list, stores_list
from regulars.organization.webhooks.selectors import webhooks_list
from regulars.presets.installer.selectors import presets_listed
from regulars.rules.eventkinds.selectors import kinds_list
from regulars.rules.fileimports.selectors import import_get
from regulars.rules.inbound.selectors import connections_list
from regulars.rules.programs.selectors import programs_listed
from regulars.rules.segments.selectors import segments_listed

MEMBER = "mem_"
Found = Mapping[str, str]
# The page of each kind of thing, and whether its address names the thing.
PAGES: dict[str, tuple[str, bool]] = {
    "member": ("members-portrait", True),
    "staff": ("staff-one", True),
    "role": ("staff-role", True),
    "store": ("stores-one", True),
    "store_group": ("stores-group", True),
    "device": ("devices-one", True),
    "apikey": ("apikeys-one", True),
    "webhook": ("webhooks-one", True),
    "inbound": ("web-shops", False),
    "program": ("programs-one", True),
    "ladder": ("levels", False),
    "segment": ("segments-one", True),
    "tag": ("tags-one", True),
    "event_kind": ("event-kinds-one", True),
    "preset": ("presets-one", True),
    "member_field": ("member-fields-one", True),
    "cards": ("card-batches-one", True),
    "file_import": ("imports-one", True),
    "work": ("jobs-work", True),
    "shift": ("shifts", False),
    "asset": ("assets", False),
    "purpose": ("phone", False),
}


class Names:
    """The names on one page of acts; `texts` is everything that may name something."""

    def __init__(self, texts: Iterable[str], opens: Opens) -> None:
        self._texts = frozenset(texts)
        self._opens = opens
        self._known: dict[str, Found] = {}

    def of(self, kind: str, code: str) -> Said:
        """What a thing is called, with its page where that is open to the reader; else its code."""
        if kind not in self._known:
            self._known[kind] = LOOKUPS[kind](self._texts)
        screen, names_thing = PAGES.get(kind, ("", False))
        is_open = bool(screen) and self._opens(screen)
        name = self._known[kind].get(code)
        # Who may not look up members learns no name here either.
        if name is None or (kind == "member" and not is_open):
            return Said(code)
        address = code.removeprefix("batch ")
        args = [address] if names_thing else None
        return Said(name, reverse(f"console:{screen}", args=args) if is_open else "")


def _uuids(texts: Iterable[str]) -> list[str]:
    """The ids among texts that stand alone, or behind the kind of an actor."""
    found = []
    for text in texts:
        with suppress(ValueError):
            found.append(str(UUID(text.rpartition(":")[2])))
    return sorted(set(found))


def _members(texts: frozenset[str]) -> Found:
    ids = []
    for text in sorted(texts):
        if text.startswith(MEMBER):
            with suppress(RegularsError):
                ids.append(internal_id(MEMBER.rstrip("_"), text))
    return {each.public_id: name_shown(each) for each in members_get(ids)}


def _staff(texts: frozenset[str]) -> Found:
    named = staff_names([f"staff:{each}" for each in _uuids(texts)])
    return {actor.partition(":")[2]: name for actor, name in named.items()}


def _roles(_texts: frozenset[str]) -> Found:
    return {
        each.code: str(ROLES[each.code]) if each.is_ready_made else merchant_text(each.name)
        for each in roles_list()
    }


def _each(texts: frozenset[str], told: Callable[[str], str]) -> Found:
    """What is looked up one by one: a page of acts mentions few of them."""
    found = {}
    for each in _uuids(texts):
        with suppress(RegularsError):
            found[each] = told(each)
    return found


def _merchants(codes: Iterable[tuple[str, dict[str, str]]]) -> Found:
    return {code: merchant_text(names) or code for code, names in codes}


def _tags(_texts: frozenset[str]) -> Found:
    with unit_of_work() as unit:
        return _merchants([(each.code, each.name) for each in tags_named(unit)])


def _segments(_texts: frozenset[str]) -> Found:
    with unit_of_work() as unit:
        return _merchants([(each.code, each.name) for each in segments_listed(unit)])


def _ladders(_texts: frozenset[str]) -> Found:
    with unit_of_work() as unit:
        return _merchants([(each.code, each.name) for each in ladders_read(unit)])


def _levels(_texts: frozenset[str]) -> Found:
    with unit_of_work() as unit:
        levels = [level for each in ladders_read(unit) for level in each.levels]
    return _merchants([(each.code, each.name) for each in levels])


def _assets(_texts: frozenset[str]) -> Found:
    with unit_of_work() as unit:
        return _merchants([(each.code, each.name) for each in assets_known(unit).values()])


def _work(work_id: str) -> str:
    return str(work_title(work_get(work_id)))


def _shift(shift_id: str) -> str:
    return _("Shift %(number)s") % {"number": shift_get(shift_id).number}


LOOKUPS: dict[str, Callable[[frozenset[str]], Found]] = {
    "member": _members,
    "staff": _staff,
    "role": _roles,
    "store": lambda _texts: _merchants([(each.code, each.name) for each in stores_list()]),
    "store_group": lambda _texts: _merchants([(each.code, each.name) for each in groups_list()]),
    "device": lambda _texts: {each.device: each.name for each in devices_list()},
    "apikey": lambda _texts: {each.prefix: each.name for each in apikeys_listed()},
    "webhook": lambda _texts: {each.webhook: each.name for each in webhooks_list()},
    "inbound": lambda _texts: {each.connection: each.name for each in connections_list()},
    "program": lambda _texts: _merchants([(each.code, each.name) for each in programs_listed()]),
    "ladder": _ladders,
    "level": _levels,
    "segment": _segments,
    "tag": _tags,
    "asset": _assets,
    "event_kind": lambda _texts: _merchants([(each.code, each.name) for each in kinds_list()]),
    "event_field": lambda _texts: _merchants(
        [
            (f"{each.code}/{field.code}", dict(field.name))
            for each in kinds_list()
            for field in each.fields
        ]
    ),
    "preset": lambda _texts: _merchants([(each.preset, each.name) for each in presets_listed()]),
    "member_field": lambda _texts: _merchants([(each.code, each.name) for each in fields_list()]),
    "purpose": lambda _texts: _merchants(
        [(each.purpose, each.title) for each in consent_texts_all()]
    ),
    "cards": lambda _texts: {f"batch {each.batch}": each.name for each in card_batches()},
    "approval": lambda _texts: _merchants(list(approval_titles().items())),
    "file_import": lambda texts: _each(texts, lambda each: import_get(each).file_name),
    "work": lambda texts: _each(texts, _work),
    "shift": lambda texts: _each(texts, _shift),
}
