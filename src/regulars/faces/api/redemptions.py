"""Payments with points: made, looked at, settled, released."""

from ninja import Router

from regulars.faces.api.answers import Answer
from regulars.faces.api.bodies import RedemptionBody
from regulars.faces.api.description import KeyPlace
from regulars.faces.api.hot import redemption_posted, submitted_alone
from regulars.faces.api.keys import idempotency_key
from regulars.faces.api.routes import KeyRequest, kept_answer, route, struct_answer
from regulars.foundation import clock
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.ids import internal_id
from regulars.organization.apikeys.types import Scope
from regulars.rules.intake.types import ReceiptBody
from regulars.rules.redemptions.selectors import redemption_get
from regulars.rules.redemptions.services import redemption_release, redemption_settle
from regulars.rules.redemptions.types import PUBLIC_PREFIX, RedemptionView

router = Router(tags=["redemptions"])


@route(
    router,
    "POST",
    "/redemptions",
    "Pay with points",
    scope=Scope.REDEMPTIONS_WRITE,
    body=RedemptionBody,
    answers={201: ReceiptBody, 200: ReceiptBody},
    key=KeyPlace.REDEMPTION,
)
def redemption_make(request: KeyRequest) -> Answer:
    """A member pays with points; the receipt says what they are worth.

    With `hold_seconds` they are only set aside: settle them when the sale is paid, release them
    when it comes to nothing; when the time is over they are released by themselves.
    """
    return redemption_posted(request.environ, submitted_alone)


@route(
    router,
    "GET",
    "/redemptions/{redemption}",
    "Look at a payment with points",
    scope=Scope.MEMBERS_READ,
    answers={200: RedemptionView},
)
def redemption_read(request: KeyRequest, redemption: str) -> Answer:
    """A payment with points as it stands now."""
    redemption_id = internal_id(PUBLIC_PREFIX, redemption)
    with unit_of_work() as unit:
        return struct_answer(redemption_get(unit, redemption_id, clock.now()))


@route(
    router,
    "POST",
    "/redemptions/{redemption}/settle",
    "Settle a payment with points",
    scope=Scope.REDEMPTIONS_WRITE,
    answers={200: RedemptionView},
    key=KeyPlace.HEADER,
)
def redemption_settled(request: KeyRequest, redemption: str) -> Answer:
    """The sale was paid: the points that were set aside are spent."""
    answered = redemption_settle(
        redemption_id=internal_id(PUBLIC_PREFIX, redemption),
        key=idempotency_key(request.environ),
        source=request.auth.source,
        actor=request.auth.actor,
    )
    return kept_answer(answered)


@route(
    router,
    "POST",
    "/redemptions/{redemption}/release",
    "Release a payment with points",
    scope=Scope.REDEMPTIONS_WRITE,
    answers={200: RedemptionView},
    key=KeyPlace.HEADER,
)
def redemption_released(request: KeyRequest, redemption: str) -> Answer:
    """The sale came to nothing: the points that were set aside are free again."""
    answered = redemption_release(
        redemption_id=internal_id(PUBLIC_PREFIX, redemption),
        key=idempotency_key(request.environ),
        source=request.auth.source,
        actor=request.auth.actor,
    )
    return kept_answer(answered)
