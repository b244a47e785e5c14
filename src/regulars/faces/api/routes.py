"""How a route of the API is declared, and how its answers leave through Django."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Router

from regulars.faces.api.answers import Answer, encoded, json_answer
from regulars.faces.api.description import MARK, Description, KeyPlace
from regulars.faces.api.keys import idempotency_key, key_authorized
from regulars.foundation.database.session import Unit, unit_retried
from regulars.foundation.idempotency.services import done_once, done_once_in_orm
from regulars.foundation.idempotency.types import Answered
from regulars.organization.apikeys.types import ApiKeyView, Scope

View = Callable[..., Answer]
Work = Callable[[], tuple[int, Any]]


class KeyRequest(HttpRequest):
    """A request whose API key was checked."""

    auth: ApiKeyView
    environ: dict[str, Any]


class ApiKeyWith:
    """Lets a request in whose API key allows `scope`; None takes any valid key."""

    def __init__(self, scope: Scope | None) -> None:
        self.scope = scope

    def __call__(self, request: KeyRequest) -> ApiKeyView:
        return key_authorized(request.environ, self.scope)


def route(
    router: Router,
    method: str,
    path: str,
    summary: str,
    *,
    scope: Scope | None,
    answers: Mapping[int, Any],
    body: Any = None,
    key: KeyPlace | None = None,
) -> Callable[[View], View]:
    """Declares a route that answers an `Answer`."""
    described = Description(answers=answers, scope=scope, body=body, key=key)

    def declare(view: View) -> View:
        router.add_api_operation(
            path,
            [method],
            _leaving(view),
            auth=ApiKeyWith(scope),
            summary=summary,
            description=view.__doc__,
            operation_id=view.__name__,
            openapi_extra={MARK: described},
        )
        return view

    return declare


def _leaving(view: View) -> Callable[..., HttpResponse]:
    @wraps(view)
    def left(*args: Any, **kwargs: Any) -> HttpResponse:
        return response_of(view(*args, **kwargs))

    return left


def response_of(answer: Answer) -> HttpResponse:
    """The answer as Django sends it."""
    response = HttpResponse(answer.body, status=answer.status)
    response.headers["Content-Length"] = str(len(answer.body))
    for name, value in answer.headers:
        response.headers[name] = value
    return response


def struct_answer(value: Any, status: int = 200) -> Answer:
    """A struct as a JSON answer."""
    return json_answer(encoded(value), status)


def written_once(request: KeyRequest, body: object, work: Work) -> Answer:
    """Does a write of the back office once for its Idempotency-Key; `work` answers a struct."""

    def rendered() -> tuple[int, str]:
        status, value = work()
        return status, encoded(value).decode()

    answered = done_once_in_orm(
        source=request.auth.source,
        key=idempotency_key(request.environ),
        content=encoded((request.method, request.path, body)),
        work=rendered,
    )
    return kept_answer(answered)


def secret_made(request: KeyRequest, body: object, make: Callable[[], Any]) -> Answer:
    """Does a write whose answer, a struct, has a `secret` that only who made it is told.

    The answer that is kept for retries holds none.
    """
    told: list[Any] = []

    def made() -> tuple[int, Any]:
        told.append(make())
        return 201, msgspec.structs.replace(told[-1], secret=None)

    answer = written_once(request, body, made)
    if not told:
        return answer
    return kept_answer(Answered(answer.status, encoded(told[-1]).decode()))


def written_in_unit(
    request: KeyRequest, body: object, work: Callable[[Unit], tuple[int, str]]
) -> Answer:
    """As `written_once`, for work in a unit of its own; it is done again when it lost a race."""
    key = idempotency_key(request.environ)
    content = encoded((request.method, request.path, body))

    def attempted(unit: Unit) -> Answered:
        return done_once(
            unit.fetch,
            source=request.auth.source,
            key=key,
            content=content,
            work=lambda: work(unit),
        )

    return kept_answer(unit_retried(attempted))


def kept_answer(answered: Answered) -> Answer:
    """The answer of a write; 200 instead of 201 when it was given before, as for events."""
    status = 200 if answered.replayed else answered.status
    return json_answer(answered.body.encode(), status, replayed=answered.replayed)
