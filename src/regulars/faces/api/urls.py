"""The routes of version 1. It changes by addition only; a removal needs version 2."""

import logging
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from ninja import NinjaAPI
from ninja.errors import ValidationError
from structlog.contextvars import get_contextvars

from regulars.faces.api import (
    apikeys,
    cards,
    consents,
    counter,
    eventkinds,
    events,
    fields,
    imports,
    levels,
    lives,
    members,
    presets,
    receipts,
    redemptions,
    segments,
    setup,
    shops,
    transfers,
    webhooks,
    webshops,
)
from regulars.faces.api.answers import encoded, failure_answer, json_answer, problem_answer
from regulars.faces.api.description import MARK, PUBLIC, Description, document_finished
from regulars.faces.api.inbound import inbound_message
from regulars.faces.api.languages import language_of
from regulars.faces.api.parameters import parameter_refused
from regulars.faces.api.routes import response_of
from regulars.faces.api.troubles import refusal_of
from regulars.foundation.errors import RegularsError

API_PATH = "/api/v1"

log = logging.getLogger("regulars.request")

api = NinjaAPI(
    title="Regulars",
    version="1",
    description="The membership system of one merchant. Amounts of money are integers in minor "
    "units, points integers of their asset; times are UTC. Every error is a problem document.",
    openapi_url=None,
    docs_url=None,
    urls_namespace="api-v1",
)
for _each in (events, redemptions, members, transfers, receipts, shops, segments, levels, webhooks):
    api.add_router("", _each.router)
for _each in (lives, cards, consents, counter, fields, presets):
    api.add_router("", _each.router)
for _each in (webshops, setup, apikeys, imports, eventkinds):
    api.add_router("", _each.router)


def openapi_document() -> dict[str, Any]:
    """The OpenAPI document, as it is committed in docs/api/openapi.json."""
    document = dict(api.get_openapi_schema(path_prefix=f"{API_PATH}/"))
    return document_finished(document)


@lru_cache(maxsize=1)
def _openapi_bytes() -> bytes:
    return encoded(openapi_document())


@api.get(
    "/openapi.json",
    summary="This description",
    operation_id="openapi",
    openapi_extra={MARK: Description(answers={200: dict[str, Any]}, scope=PUBLIC)},
)
def openapi(request: HttpRequest) -> HttpResponse:
    """All routes of this API (OpenAPI 3.1)."""
    return response_of(json_answer(_openapi_bytes()))


@api.exception_handler(ValidationError)
def _parameter_refused(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return _problem(request, parameter_refused(error.errors[0]))


@api.exception_handler(RegularsError)
def _refused(request: HttpRequest, refusal: RegularsError) -> HttpResponse:
    return _problem(request, refusal)


@api.exception_handler(Exception)
def _failed(request: HttpRequest, error: Exception) -> HttpResponse:
    refusal = refusal_of(error)
    if refusal is not None:
        return _problem(request, refusal)
    log.error("a request failed", exc_info=error)
    request_id = str(get_contextvars().get("request_id", ""))
    return response_of(failure_answer(request_id, _language(request)))


def _problem(request: HttpRequest, refusal: RegularsError) -> HttpResponse:
    return response_of(problem_answer(refusal, _language(request)))


def _language(request: HttpRequest) -> str:
    return language_of(request.headers.get("Accept-Language"))


urlpatterns = [path("inbound/<str:connection>", inbound_message), *api.urls[0]]
app_name = "api-v1"
