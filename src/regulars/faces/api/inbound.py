"""Where connected web shops send their orders: signed by them, without an API key of ours."""

from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from regulars.faces.api.answers import encoded, json_answer, problem_answer
from regulars.faces.api.errors import BodyTooLarge
from regulars.faces.api.languages import language_of
from regulars.faces.api.routes import response_of
from regulars.faces.api.troubles import refusal_of
from regulars.foundation.errors import RegularsError
from regulars.rules.inbound.services import message_take

MESSAGE_BYTES_MAX = 4 * 1024 * 1024


@csrf_exempt
@require_POST
def inbound_message(request: HttpRequest, connection: str) -> HttpResponse:
    """One message of a web shop; a refusal is a problem document for its log."""
    language = language_of(request.headers.get("Accept-Language"))
    try:
        taken = message_take(connection=connection, headers=request.headers, body=_body_of(request))
    except RegularsError as refusal:
        return response_of(problem_answer(refusal, language))
    except Exception as error:
        known = refusal_of(error)
        if known is None:
            raise
        return response_of(problem_answer(known, language))
    answer: dict[str, Any] = msgspec.to_builtins(taken)
    return response_of(json_answer(encoded(answer)))


def _body_of(request: HttpRequest) -> bytes:
    if len(request.body) > MESSAGE_BYTES_MAX:
        raise BodyTooLarge(maximum_kb=MESSAGE_BYTES_MAX // 1024)
    return request.body
