"""The doors for reading who may allow an exception at the counter."""

from regulars.organization.overrides.models import StaffPin
from regulars.organization.staff.selectors import staff_list, staff_who_may
from regulars.organization.staff.types import StaffView


def pin_is_set(staff_id: str) -> bool:
    """Whether a person has a PIN."""
    return StaffPin.objects.filter(staff_id=staff_id).exists()


def overriders(right: str, store: str) -> list[StaffView]:
    """Who may allow, at that store, what needs this right: she has it, and a PIN."""
    return pin_holders(("overrides.give", right), store)


def pin_holders(rights: tuple[str, ...], store: str) -> list[StaffView]:
    """Who has a PIN, and all of these rights at that store."""
    able = set(staff_who_may(rights, store=store))
    pins = {str(each) for each in StaffPin.objects.values_list("staff_id", flat=True)}
    return [each for each in staff_list() if each.id in able & pins]
