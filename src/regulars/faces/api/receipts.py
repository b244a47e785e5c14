"""Receipts, with the reasons of every rule as sentences."""

from ninja import Router

from regulars.faces.api.answers import Answer
from regulars.faces.api.bodies import ExplanationAnswer, ReceiptAnswer
from regulars.faces.api.errors import UnknownReceipt
from regulars.faces.api.routes import KeyRequest, route, struct_answer
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.ids import internal_id
from regulars.foundation.texts import LANGUAGES
from regulars.ledger.book.selectors import assets_known
from regulars.organization.apikeys.types import Scope
from regulars.rules.intake.selectors import receipts_of
from regulars.rules.intake.types import ReceiptBody
from regulars.rules.programs.types import Note

PREFIX = "rcp"

router = Router(tags=["receipts"])


@route(
    router,
    "GET",
    "/receipts/{receipt}",
    "Look at a receipt",
    scope=Scope.MEMBERS_READ,
    answers={200: ReceiptAnswer},
)
def receipt_read(request: KeyRequest, receipt: str) -> Answer:
    """What an event did, and why: each rule's reason is told in Chinese and English."""
    event_id = internal_id(PREFIX, receipt)
    with unit_of_work() as unit:
        found = receipts_of(unit, [event_id]).get(event_id)
        assets = assets_known(unit)
    if found is None:
        raise UnknownReceipt
    explanation = []
    for each in found.explanation:
        note = Note(each.rule, each.fired, each.code, each.params)
        words = {language: note.text(language, assets) for language in LANGUAGES}
        explanation.append(ExplanationAnswer(each.rule, each.fired, each.code, each.params, words))
    fields = {name: getattr(found, name) for name in ReceiptBody.__struct_fields__}
    return struct_answer(ReceiptAnswer(**(fields | {"explanation": tuple(explanation)})))
