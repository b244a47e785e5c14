"""How often a PIN may be tried: per person at a device, per device, per person.

Who guesses at one till locks herself out there, and the person she guesses at only at that till.
The wide limits catch who goes from till to till, or tries all colleagues in turn.
"""

from regulars.foundation.tries.services import Place, tries_forgotten, try_taken_back

TRIES_AT_A_DEVICE = 5
TRIES_OF_A_DEVICE = 15
TRIES_OF_A_PERSON = 25


def pin_places(staff_id: str, device: str) -> tuple[Place, ...]:
    """Where a try of this person's PIN at this device counts."""
    return (
        Place(f"pin:both:{staff_id}:{device}", TRIES_AT_A_DEVICE),
        Place(f"pin:device:{device}", TRIES_OF_A_DEVICE),
        Place(f"pin:person:{staff_id}", TRIES_OF_A_PERSON),
    )


def pin_tries_forgotten(staff_id: str, device: str) -> None:
    """After a right PIN. The device gets back this one try only: a colleague's right PIN gives a
    guesser no new ones."""
    both, of_device, person = pin_places(staff_id, device)
    tries_forgotten([both.name, person.name])
    try_taken_back(of_device.name)
