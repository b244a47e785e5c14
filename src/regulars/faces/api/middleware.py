"""Whatever goes wrong below /api/ leaves as a problem document, Django's own pages included."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from structlog.contextvars import get_contextvars

from regulars.faces.api.answers import PROBLEM, problem_answer
from regulars.faces.api.errors import (
    BadRequest,
    BodyTooLarge,
    Forbidden,
    InternalError,
    MethodNotAllowed,
    NotFound,
    TooManyRequests,
)
from regulars.faces.api.languages import language_of
from regulars.faces.api.routes import response_of
from regulars.foundation.errors import Busy, RegularsError

PREFIX = "/api/"


class ProblemMiddleware:
    """Stands outside of everything that may answer for itself: wrong methods, unknown addresses,
    a host that is not ours, a body that Django refuses."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code < 400 or not request.path_info.startswith(PREFIX):
            return response
        if response.headers.get("Content-Type") == PROBLEM:
            return response
        return _problem(request, response)


def _problem(request: HttpRequest, response: HttpResponseBase) -> HttpResponse:
    allowed = response.headers.get("Allow", "")
    refusal = _refusal(request, response.status_code, allowed)
    answer = problem_answer(refusal, language_of(request.headers.get("Accept-Language")))
    problem = response_of(answer)
    if allowed:
        problem.headers["Allow"] = allowed
    return problem


def _refusal(request: HttpRequest, status: int, allowed: str) -> RegularsError:
    known: dict[int, RegularsError] = {
        403: Forbidden(),
        404: NotFound(),
        405: MethodNotAllowed(method=(request.method or "?")[:20], allowed=allowed),
        413: BodyTooLarge(maximum_kb=32 * 1024),
        429: TooManyRequests(),
        503: Busy(),
    }
    if status in known:
        return known[status]
    if status >= 500:
        return InternalError(request_id=str(get_contextvars().get("request_id", "")))
    return BadRequest()
