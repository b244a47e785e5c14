"""Points given by one member to another."""

import msgspec
from ninja import Router

from regulars.faces.api.answers import Answer
from regulars.faces.api.bodies import TransferBody
from regulars.faces.api.decoding import body_read, decoded
from regulars.faces.api.description import KeyPlace
from regulars.faces.api.hot import EVENT_BYTES_MAX, MEMBER_PREFIX
from regulars.faces.api.keys import idempotency_key
from regulars.faces.api.routes import KeyRequest, kept_answer, route
from regulars.foundation.ids import internal_id
from regulars.organization.apikeys.types import Scope
from regulars.rules.transfers.services import transfer_make
from regulars.rules.transfers.types import Gift, TransferView

router = Router(tags=["members"])
_TRANSFER = msgspec.json.Decoder(TransferBody)


@route(
    router,
    "POST",
    "/members/{member}/transfers",
    "Give points to another member",
    scope=Scope.REDEMPTIONS_WRITE,
    body=TransferBody,
    answers={201: TransferView, 200: TransferView},
    key=KeyPlace.HEADER,
)
def member_gives(request: KeyRequest, member: str) -> Answer:
    """A member gives points to another. They keep their dates; the asset must allow gifts."""
    key = idempotency_key(request.environ)
    body = decoded(_TRANSFER, body_read(request.environ, EVENT_BYTES_MAX))
    gift = Gift(
        giver_id=internal_id(MEMBER_PREFIX, member),
        receiver_id=internal_id(MEMBER_PREFIX, body.to),
        asset=body.asset,
        points=body.points,
    )
    answered = transfer_make(gift, key=key, source=request.auth.source, actor=request.auth.actor)
    return kept_answer(answered)
