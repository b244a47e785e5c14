"""How often a password or a code may be tried, and where that counts.

A browser in which the person has signed in before counts for itself. So a stranger who guesses at
Li's name locks himself out, at the worst every browser that Li never used, and never Li's own.
"""

from datetime import timedelta
from uuid import UUID

from regulars.foundation.ids import key_id
from regulars.foundation.networks import network_of
from regulars.foundation.personal import blind_index
from regulars.foundation.tries.services import (
    Place,
    Tried,
    tries_forgotten,
    try_counted,
    try_taken_back,
)
from regulars.organization.signins.models import KnownDevice
from regulars.organization.staff.selectors import username_key

HOUR = timedelta(hours=1)
PASSWORDS_AT_A_PLACE = 7
PASSWORDS_FOR_A_NAME = 60
PASSWORDS_FROM_AN_ADDRESS = 100
CODES_AT_A_PLACE = 5
CODES_FOR_A_PERSON = 15


def sign_in_counted(*, username: str, address: str, device: str | None) -> Tried:
    """Counts a try of a password, for a name whether there is such a person or not."""
    return try_counted(_password_places(username, address, device))


def sign_in_right(*, username: str, address: str, device: str | None) -> None:
    """After the right password: this place begins again, the wide ones get the try back."""
    own, *wide = _password_places(username, address, device)
    tries_forgotten([own.name])
    for each in wide:
        try_taken_back(each.name)


def second_step_counted(*, staff_id: str, device: str | None) -> Tried:
    """Counts a try of a second factor."""
    return try_counted(_code_places(staff_id, device))


def second_step_right(*, staff_id: str, device: str | None) -> None:
    """After the right code."""
    tries_forgotten([each.name for each in _code_places(staff_id, device)])


def _password_places(username: str, address: str, device: str | None) -> list[Place]:
    name = key_id("sign-in", username_key(username)[:200])
    if device and (digest := _known(device, username_key(username))):
        return [Place(f"in:known:{digest}:{name}", PASSWORDS_AT_A_PLACE, HOUR)]
    # Whoever has one IPv6 address can call from as many as she likes: they count as one.
    caller = network_of(address)[:45]
    return [
        Place(f"in:at:{caller}:{name}", PASSWORDS_AT_A_PLACE, HOUR),
        Place(f"in:name:{name}", PASSWORDS_FOR_A_NAME, HOUR),
        Place(f"in:from:{caller}", PASSWORDS_FROM_AN_ADDRESS),
    ]


def _code_places(staff_id: str, device: str | None) -> list[Place]:
    digest = blind_index("device", device) if device else ""
    if digest and KnownDevice.objects.filter(staff_id=staff_id, digest=UUID(digest)).exists():
        return [Place(f"step:known:{staff_id}:{digest}", CODES_AT_A_PLACE)]
    return [Place(f"step:person:{staff_id}", CODES_FOR_A_PERSON, HOUR)]


def _known(device: str, username: str) -> str:
    digest = blind_index("device", device[:80])
    rows = KnownDevice.objects.filter(digest=UUID(digest), staff__username=username)
    return digest if rows.exists() else ""
