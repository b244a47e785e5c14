"""Events: one, or up to a thousand at once."""

import threading
from collections.abc import Sequence

import msgspec
from ninja import Router

from regulars.faces.api.answers import Answer, encoded, json_answer
from regulars.faces.api.bodies import BatchAnswer, EventBatch
from regulars.faces.api.decoding import NUL_ESCAPED, body_read, decoded
from regulars.faces.api.description import KeyPlace
from regulars.faces.api.hot import Processed, event_posted, submitted_alone
from regulars.faces.api.languages import language_of
from regulars.faces.api.routes import KeyRequest, route
from regulars.foundation.errors import Busy, RegularsError
from regulars.organization.apikeys.types import ApiKeyView, Scope
from regulars.rules.intake.errors import BatchTooLarge
from regulars.rules.intake.services import BATCH_MAX, process
from regulars.rules.intake.types import EventDocument, ReceiptBody

BATCH_BYTES_MAX = 16 * 1024 * 1024
TURN_SECONDS = 20.0

router = Router(tags=["events"])


class _Typed(msgspec.Struct, forbid_unknown_fields=True):
    events: list[EventDocument]


class _Raw(msgspec.Struct, forbid_unknown_fields=True):
    events: list[msgspec.Raw]


class _Result(msgspec.Struct, omit_defaults=True, gc=False):
    status: int
    receipt: msgspec.Raw | None = None
    problem: msgspec.Raw | None = None


class _Results(msgspec.Struct):
    results: list[_Result]


# One batch at a time in each process: several would only wait for each other's members, each the
# longer, the more there are. Other processes go on beside it, and so do single events.
batch_turn = threading.Lock()

_TYPED = msgspec.json.Decoder(_Typed)
_RAW = msgspec.json.Decoder(_Raw)
_EVENT = msgspec.json.Decoder(EventDocument)


@route(
    router,
    "POST",
    "/events",
    "Report one event",
    scope=Scope.EVENTS_WRITE,
    body=EventDocument,
    answers={201: ReceiptBody, 200: ReceiptBody},
    key=KeyPlace.EVENT,
)
def event_report(request: KeyRequest) -> Answer:
    """A sale, a refund, a visit: judged by the programs in force, and answered with a receipt.

    The event's own `event_id` makes it count once for its source, for ever: sent again with the
    same content it gets the same receipt (200), with other content `key_reused` (409).
    """
    return event_posted(request.environ, submitted_alone)


@route(
    router,
    "POST",
    "/events/batch",
    "Report many events",
    scope=Scope.EVENTS_WRITE,
    body=EventBatch,
    answers={200: BatchAnswer},
    key=KeyPlace.EVENTS,
)
def events_report(request: KeyRequest) -> Answer:
    """Up to 1,000 events at once. The answer is 200 and holds one result for each, in order.

    What is wrong with one event concerns that event only.
    """
    key = request.auth
    rows = _rows(body_read(request.environ, BATCH_BYTES_MAX))
    items = [row for row in rows if isinstance(row, EventDocument)]
    processed = iter(_in_turn(items, key) if items else ())
    outcomes = [next(processed) if isinstance(row, EventDocument) else row for row in rows]
    language = language_of(request.environ.get("HTTP_ACCEPT_LANGUAGE"))
    return json_answer(encoded(_Results([_result(each, language) for each in outcomes])))


def _in_turn(items: Sequence[EventDocument], key: ApiKeyView) -> Sequence[Processed]:
    if not batch_turn.acquire(timeout=TURN_SECONDS):
        raise Busy
    try:
        return process(items, source=key.source, actor=key.actor)
    finally:
        batch_turn.release()


def _rows(body: bytes) -> Sequence[EventDocument | RegularsError]:
    """The events of a batch; in place of one that can't be taken, why."""
    rows: Sequence[EventDocument | RegularsError]
    try:
        if NUL_ESCAPED in body:
            raise msgspec.ValidationError("one of them may hold NUL")
        rows = _TYPED.decode(body).events
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        # Something is wrong somewhere: look at each by itself.
        rows = [_row(each) for each in decoded(_RAW, body, may_hold_nul=True).events]
    if len(rows) > BATCH_MAX:
        raise BatchTooLarge(maximum=BATCH_MAX, found=len(rows))
    return rows


def _row(raw: msgspec.Raw) -> EventDocument | RegularsError:
    try:
        return decoded(_EVENT, bytes(raw))
    except RegularsError as refusal:
        return refusal


def _result(outcome: Processed, language: str) -> _Result:
    if isinstance(outcome, RegularsError):
        problem = msgspec.Raw(encoded(outcome.problem(language)))
        return _Result(outcome.status, problem=problem)
    return _Result(200 if outcome.replayed else 201, receipt=msgspec.Raw(outcome.body.encode()))
