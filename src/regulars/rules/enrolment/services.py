"""The door through which somebody becomes a member, wherever she stands.

Till, phone, web shop, console and API all come through here, so that joining is the same
everywhere: one unit of work keeps the member, what she agreed to, her card, and the event that
brings her the gift of joining. Members who are taken over from another system come through the
import instead, which raises no event: they joined long ago.
"""

from collections.abc import Mapping, Sequence

import msgspec

from regulars.foundation import clock
from regulars.foundation.actors import Actor
from regulars.foundation.audit.services import record_statement
from regulars.foundation.database.session import Unit
from regulars.foundation.errors import RegularsError
from regulars.members.cards.services import card_bind
from regulars.members.consents.selectors import consent_texts
from regulars.members.consents.services import consent_record
from regulars.members.consents.types import ConsentTextView
from regulars.members.profiles.errors import IdentifierTaken
from regulars.members.profiles.services import members_enrol_bulk
from regulars.members.profiles.types import IdentifierKind, NewMember
from regulars.rules.enrolment.errors import ConsentMissing, ConsentTextChanged
from regulars.rules.enrolment.types import Joined
from regulars.rules.intake.services import process_within
from regulars.rules.intake.types import EventDocument, MemberRef

SOURCE = "enrolment"


def enrolment_make(
    *,
    unit: Unit,
    actor: Actor,
    who: NewMember,
    agreed: Mapping[str, str] | None = None,
    card: str = "",
) -> Joined:
    """Makes somebody a member in the caller's unit of work, which may be run again.

    `agreed` are the purposes she agreed to, each with the version of the text she was shown; None
    where nobody was asked, as by a web shop. `card` is given to her at once. The event
    `member.enrolled` has a key made of her id, so that she gets one gift of joining.
    Errors: consent_missing, consent_text_changed, those of enrolling, cards and events.
    """
    words: Sequence[ConsentTextView] = () if agreed is None else _words(agreed)
    now = clock.now()
    (made,) = members_enrol_bulk(unit, [msgspec.structs.replace(who, joined_at=now)])
    if isinstance(made, RegularsError):
        raise made
    if not made.is_new:
        kind = IdentifierKind.EXTERNAL_ID if who.phone is None else IdentifierKind.PHONE
        raise IdentifierTaken(kind=kind.value)
    joined = Joined(made.member_id, now)
    act = record_statement(actor=actor, action="member.enrolled", subject=joined.public_id)
    unit.flight([act])
    for word in words:
        consent_record(
            unit=unit,
            actor=actor,
            member_id=joined.member_id,
            purpose=word.purpose,
            granted=True,
            version=word.version,
        )
    if card:
        card_bind(unit=unit, actor=actor, member_id=joined.member_id, number=card)
    event = EventDocument(
        event_id=f"enrolled-{joined.member_id}",
        kind="member.enrolled",
        occurred_at=now,
        member=MemberRef(id=joined.public_id),
        store=who.store,
    )
    (receipt,) = process_within(unit, [event], source=SOURCE, actor=actor)
    return msgspec.structs.replace(joined, event_id=receipt.event_id)


def _words(agreed: Mapping[str, str]) -> Sequence[ConsentTextView]:
    """The texts that were agreed to, as they stand now; whoever saw another one is asked again."""
    texts = consent_texts()
    if any(each.is_needed and each.purpose not in agreed for each in texts):
        raise ConsentMissing
    said = [each for each in texts if agreed.get(each.purpose) == each.version]
    if len(said) != len(agreed):
        raise ConsentTextChanged
    return said


__all__ = ["enrolment_make"]
