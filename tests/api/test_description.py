"""The description of the API keeps what it promises of itself."""

import json
import re

import pytest

from regulars.faces.api.urls import openapi_document
from tests.api.calls import Caller
from tests.api.scopes import ROUTES

DOCUMENT = openapi_document()
OPERATIONS = {
    f"{method.upper()} {path}": operation
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
}
WRITES = {name: each for name, each in OPERATIONS.items() if not name.startswith("GET ")}
PUBLIC = {"GET /api/v1/openapi.json"}


def keyless(operation, schemas):
    """What is missing so that a write counts once; None when nothing is."""
    key = operation.get("x-idempotency")
    if key is None:
        return "declares no key"
    if key["in"] == "header":
        for parameter in operation["parameters"]:
            if (parameter["in"], parameter["name"]) == ("header", key["name"]):
                return None if parameter["required"] else "does not require its key"
        return "does not describe its header"
    reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    schema = schemas[reference.rpartition("/")[2]]
    if key["name"].startswith("events[]"):
        schema = schemas["EventDocument"]
    field = key["name"].rpartition(".")[2]
    return None if field in schema["required"] else "does not require the field of its key"


@pytest.mark.parametrize("name", WRITES)
def test_every_write_declares_the_key_that_makes_it_count_once(name):
    assert keyless(WRITES[name], DOCUMENT["components"]["schemas"]) is None


def test_a_write_without_its_key_is_seen():
    header = {"in": "header", "name": "Idempotency-Key"}
    assert keyless({}, {}) == "declares no key"
    assert (
        keyless({"x-idempotency": header, "parameters": []}, {}) == "does not describe its header"
    )
    lax = {"x-idempotency": header, "parameters": [header | {"required": False}]}
    assert keyless(lax, {}) == "does not require its key"


def test_every_route_but_the_description_asks_for_a_key(api_key):
    for name, operation in OPERATIONS.items():
        if name in PUBLIC:
            continue
        assert operation["security"], name
        assert {"401", "403", "422", "500", "503"} <= set(operation["responses"]), name
        method, path = name.split(" ", 1)
        path = re.sub(r"\{\w+\}", "x", path.removeprefix("/api/v1"))
        answer = Caller(None)(method, path, b"{}")
        assert (answer.status, answer.code) == (401, "unauthorized"), name


def test_every_route_with_a_scope_is_in_the_table_of_scopes():
    described = [
        scope
        for operation in OPERATIONS.values()
        for requirement in operation.get("security", ())
        for scope in requirement["ApiKey"]
    ]
    assert sorted(described) == sorted(
        scope.value for scope, routes in ROUTES.items() for _ in routes
    )


def test_every_reference_leads_somewhere():
    text = json.dumps(DOCUMENT)
    for part in text.split('"$ref": "')[1:]:
        place = DOCUMENT
        for step in part.partition('"')[0].removeprefix("#/").split("/"):
            place = place[step]


def test_the_description_is_served_to_everybody(shop):
    answer = Caller(None).get("/openapi.json")
    assert answer.status == 200
    assert answer.json == DOCUMENT
    assert answer.json["openapi"].startswith("3.1")
