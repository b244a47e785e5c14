"""What must stand before the first event: the program, the stores and the members."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from regulars.foundation.actors import Actor
from regulars.foundation.amounts import currency_exponent
from regulars.foundation.database.session import Unit, unit_of_work, unit_retried
from regulars.foundation.errors import RegularsError, Told
from regulars.members.profiles.services import members_enrol_bulk
from regulars.members.profiles.types import Enrolled, NewMember
from regulars.organization.stores.selectors import stores_list
from regulars.organization.stores.services import store_create
from regulars.rules.imports.datasets import program_content
from regulars.rules.imports.errors import CurrencyUnfit, MemberNotEnrolled, StoreElsewhere
from regulars.rules.imports.happenings import member_code, store_code
from regulars.rules.imports.types import Dataset
from regulars.rules.programs.selectors import programs_in_force
from regulars.rules.programs.services import program_draft_save, program_publish

MEMBERS_AT_ONCE = 1000
FILE_EXPONENT = 2


def currency_checked(currency: str) -> None:
    """The file has no currency of its own; its hundredths must be the shop's minor units."""
    if currency_exponent(currency) != FILE_EXPONENT:
        raise CurrencyUnfit(currency=currency)


def program_ready(dataset: Dataset, actor: Actor, first: datetime) -> None:
    """Publishes the dataset's program, unless it is in force over its year already."""
    with unit_of_work() as unit:
        in_force = {program.code for program in programs_in_force(unit, first)}
    if dataset.program in in_force:
        return
    program_draft_save(actor=actor, code=dataset.program, content=program_content(dataset))
    program_publish(actor=actor, code=dataset.program)


def stores_ready(stores: Sequence[tuple[str, str]], actor: Actor) -> None:
    """Opens the stores that are not there yet; refuses one that is there in another zone."""
    known = {store.code: store.time_zone for store in stores_list()}
    for number, zone in stores:
        code = store_code(number)
        if code not in known:
            name = {"zh-Hans": f"门店 {number}", "en": f"Store {number}"}
            store_create(actor=actor, code=code, name=name, time_zone=zone)
        elif known[code] != zone:
            raise StoreElsewhere(store=code, found=known[code], expected=zone)


def members_ready(households: Sequence[tuple[str, datetime, str]]) -> None:
    """Enrols each household as a member since its first purchase; who is there stays as is."""
    rows = [
        NewMember(
            display_name=f"Household {number}",
            external_id=member_code(number),
            store=store_code(store),
            joined_at=joined_at,
        )
        for number, joined_at, store in households
    ]
    for start in range(0, len(rows), MEMBERS_AT_ONCE):
        chunk = rows[start : start + MEMBERS_AT_ONCE]
        for row, answer in zip(chunk, unit_retried(partial(_enrolled, chunk)), strict=True):
            if isinstance(answer, RegularsError):
                raise MemberNotEnrolled(member=row.external_id, problem=Told.of(answer))


def _enrolled(rows: Sequence[NewMember], unit: Unit) -> list[Enrolled | RegularsError]:
    return members_enrol_bulk(unit, rows)
