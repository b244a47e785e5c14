"""The OpenAPI document: what ninja knows of the routes, and what msgspec knows of the bodies."""

import inspect
from collections.abc import Mapping
from enum import Enum
from typing import Any, Literal

import msgspec

from regulars.faces.api.answers import JSON, PROBLEM
from regulars.faces.api.bodies import Problem
from regulars.organization.apikeys.types import Scope

REFERENCE = "#/components/schemas/{name}"
MARK = "x-description"
SCHEME = "ApiKey"
PUBLIC: Literal["public"] = "public"

_FOUND = "Found."
_DONE = {
    200: "Done, or done before: a replay says so in the header Idempotency-Replayed.",
    201: "A new effect.",
}
_PROBLEMS = {
    400: "The request can't be read, or lacks its Idempotency-Key.",
    401: "The API key is missing, unknown, revoked or expired.",
    403: "The API key lacks the scope.",
    404: "What the request names does not exist.",
    409: "Refused as things stand, or the key was used for something else.",
    413: "Too large.",
    415: "Not JSON.",
    422: "A field can't be taken; `context.field` names it.",
    500: "A failure here. Send the same request again, with the same key.",
    503: "Busy. Send the same request again in a moment, with the same key.",
}
READ_PROBLEMS = (401, 403, 404, 422, 500, 503)
WRITE_PROBLEMS = (400, 401, 403, 404, 409, 413, 415, 422, 500, 503)


class KeyPlace(Enum):
    """Where a write carries the key that makes it count once."""

    HEADER = {"in": "header", "name": "Idempotency-Key", "kept": "30 days"}
    REDEMPTION = {"in": "header", "name": "Idempotency-Key", "kept": "for ever"}
    EVENT = {"in": "body", "name": "event_id", "kept": "for ever"}
    EVENTS = {"in": "body", "name": "events[].event_id", "kept": "for ever"}


class Description(msgspec.Struct, frozen=True):
    """What a route takes and answers beside its parameters."""

    answers: Mapping[int, Any]
    scope: Scope | Literal["public"] | None = None
    body: Any = None
    key: KeyPlace | None = None


def document_finished(document: dict[str, Any]) -> dict[str, Any]:
    """The whole document from ninja's, with bodies, answers, keys and scopes of every route."""
    schemas: dict[str, Any] = {}
    for operations in document["paths"].values():
        for operation in operations.values():
            _operation_finished(operation, operation.pop(MARK), schemas)
    problem = {PROBLEM: {"schema": _schema(Problem, schemas)}}
    for schema in schemas.values():
        schema["description"] = inspect.cleandoc(schema.get("description", ""))
    document["components"] = {
        "schemas": dict(sorted(schemas.items())),
        "responses": {
            f"Problem{status}": {"description": sentence, "content": problem}
            for status, sentence in _PROBLEMS.items()
        },
        "securitySchemes": {
            SCHEME: {
                "type": "http",
                "scheme": "bearer",
                "description": "An API key, `prefix.secret`, made in the console.",
            }
        },
    }
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(document))
    return plain


def _operation_finished(
    operation: dict[str, Any], described: Description, schemas: dict[str, Any]
) -> None:
    writes = described.key is not None
    operation["description"] = inspect.cleandoc(operation.get("description", ""))
    responses = {
        str(status): {
            "description": _DONE[status] if writes else _FOUND,
            "content": {JSON: {"schema": _schema(answer, schemas)}},
        }
        for status, answer in described.answers.items()
    }
    if described.scope != PUBLIC:
        for status in WRITE_PROBLEMS if writes else READ_PROBLEMS:
            responses[str(status)] = {"$ref": f"#/components/responses/Problem{status}"}
    operation["responses"] = responses
    if described.body is not None:
        content = {JSON: {"schema": _schema(described.body, schemas)}}
        operation["requestBody"] = {"required": True, "content": content}
    if described.scope != PUBLIC:
        operation["security"] = [{SCHEME: [described.scope] if described.scope else []}]
    if described.key is not None:
        operation["x-idempotency"] = described.key.value
        if described.key.value["in"] == "header":
            operation["parameters"].append(_key_parameter(described.key))


def _key_parameter(key: KeyPlace) -> dict[str, Any]:
    return {
        "in": "header",
        "name": key.value["name"],
        "required": True,
        "description": "New for each new request, the same for each retry.",
        "schema": {"type": "string", "pattern": "^[ -~]{1,128}$"},
    }


def _schema(type_: Any, schemas: dict[str, Any]) -> dict[str, Any]:
    (schema,), components = msgspec.json.schema_components([type_], ref_template=REFERENCE)
    schemas.update(components)
    return schema
