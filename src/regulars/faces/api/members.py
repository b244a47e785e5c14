"""Members: enrolled, found, their balances and statements."""

from typing import Annotated

import msgspec
from ninja import Query, Router

from regulars.faces.api.answers import Answer, encoded
from regulars.faces.api.bodies import (
    BalancesAnswer,
    EnrolBody,
    Enrolled,
    MemberAnswer,
    MembersAnswer,
    StatementAnswer,
)
from regulars.faces.api.decoding import body_read, decoded
from regulars.faces.api.description import KeyPlace
from regulars.faces.api.hot import (
    EVENT_BYTES_MAX,
    MEMBER_PREFIX,
    balance_answer,
    balances_asked,
    balances_read_alone,
)
from regulars.faces.api.routes import KeyRequest, route, struct_answer, written_in_unit
from regulars.faces.api.statements import statement_page
from regulars.foundation.database.session import Unit
from regulars.foundation.errors import InvalidInput, Told
from regulars.foundation.ids import internal_id, public_id
from regulars.members.cards.errors import UnknownCard
from regulars.members.cards.selectors import card_presented
from regulars.members.profiles.errors import UnknownMember
from regulars.members.profiles.selectors import member_find, member_get
from regulars.members.profiles.types import IdentifierKind, MemberView, NewMember
from regulars.organization.apikeys.types import Scope
from regulars.rules.enrolment.services import enrolment_make

PAGE_DEFAULT = 50
PAGE_MAX = 100

router = Router(tags=["members"])
_ENROL = msgspec.json.Decoder(EnrolBody)

Number = Annotated[str | None, Query(max_length=128)]
PageLimit = Annotated[int, Query(ge=1, le=PAGE_MAX, description="At most so many entries.")]
AssetCode = Annotated[str | None, Query(max_length=40, description="Only this asset.")]
Cursor = Annotated[str | None, Query(description="`next_cursor` of the last answer.")]


@route(
    router,
    "POST",
    "/members",
    "Enrol a member",
    scope=Scope.MEMBERS_WRITE,
    body=EnrolBody,
    answers={201: Enrolled, 200: Enrolled},
    key=KeyPlace.HEADER,
)
def member_new(request: KeyRequest) -> Answer:
    """Makes somebody a member. A number that belongs to a member already is refused.

    It raises the event `member.enrolled` by itself; don't send that event as well.
    """
    body = decoded(_ENROL, body_read(request.environ, EVENT_BYTES_MAX))

    who = NewMember(
        display_name=body.display_name,
        phone=body.phone,
        external_id=body.external_id,
        store=body.store,
        language=body.language,
    )

    def enrolled(unit: Unit) -> tuple[int, str]:
        joined = enrolment_make(unit=unit, actor=request.auth.actor, who=who)
        return 201, encoded(Enrolled(joined.public_id, joined.joined_at)).decode()

    return written_in_unit(request, body, enrolled)


@route(
    router,
    "GET",
    "/members",
    "Find a member by a number",
    scope=Scope.MEMBERS_READ,
    answers={200: MembersAnswer},
)
def member_by_number(
    request: KeyRequest, external_id: Number = None, phone: Number = None, card: Number = None
) -> Answer:
    """The member with this phone, external id or card; name exactly one of them.

    None is no error, but a card that was reported lost or replaced is refused by name.
    """
    given = [
        (kind, value)
        for kind, value in (
            (IdentifierKind.EXTERNAL_ID, external_id),
            (IdentifierKind.PHONE, phone),
            (IdentifierKind.CARD, card),
        )
        if value is not None
    ]
    if len(given) != 1:
        raise InvalidInput(
            field="external_id",
            problem=Told(
                "name exactly one of external_id, phone and card",
                "external_id、phone 与 card 须且只能填写一个",
            ),
        )
    try:
        found = member_find(*given[0]) if card is None else member_get(card_presented(card))
    except (UnknownMember, UnknownCard):
        return struct_answer(MembersAnswer(()))
    return struct_answer(MembersAnswer((_member(found),)))


@route(
    router,
    "GET",
    "/members/{member}",
    "Look at a member",
    scope=Scope.MEMBERS_READ,
    answers={200: MemberAnswer},
)
def member_read(request: KeyRequest, member: str) -> Answer:
    """One member by id."""
    return struct_answer(_member(member_get(internal_id(MEMBER_PREFIX, member))))


@route(
    router,
    "GET",
    "/members/{member}/balances",
    "Read a member's balances",
    scope=Scope.MEMBERS_READ,
    answers={200: BalancesAnswer},
)
def member_balances(request: KeyRequest, member: str) -> Answer:
    """What the member has now of each asset, and what of it can be spent."""
    return balance_answer(member, balances_read_alone(balances_asked(request.environ, member)))


@route(
    router,
    "GET",
    "/members/{member}/statement",
    "Read a member's statement",
    scope=Scope.MEMBERS_READ,
    answers={200: StatementAnswer},
)
def member_statement(
    request: KeyRequest,
    member: str,
    cursor: Cursor = None,
    limit: PageLimit = PAGE_DEFAULT,
    asset: AssetCode = None,
) -> Answer:
    """Every movement of what the member owns, newest first, each with its reason."""
    holder_id = internal_id(MEMBER_PREFIX, member)
    page = statement_page(holder_id, cursor=cursor, limit=limit, asset=asset)
    return struct_answer(page)


def _member(view: MemberView) -> MemberAnswer:
    return MemberAnswer(
        member=view.public_id,
        display_name=view.display_name,
        joined_at=view.joined_at,
        home_store=view.home_store,
        language=view.language,
        is_active=view.is_active,
        phone_last4=view.phone_last4,
        external_ids=view.external_ids,
        cards=view.cards,
        merged_into=public_id(MEMBER_PREFIX, view.merged_into) if view.merged_into else None,
    )
