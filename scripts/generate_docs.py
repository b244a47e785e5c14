"""Write the documents that are made from the code, so that a change of them shows in the diff.

Run by `make docs`; a test compares what is committed with what would be written.
"""

import json
import os
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import django
import msgspec
from django.apps import apps

from regulars.rooms import ROOMS

DOCS = Path(__file__).resolve().parents[1] / "docs"


def apps_document() -> str:
    """The list of rooms from the ground floor up, with the label of each in the database."""
    labels = {config.name: config.label for config in apps.get_app_configs()}
    lines = [
        "# Rooms",
        "",
        "Every Django app of Regulars, from the ground floor up. Made by `make docs`.",
        "",
        "| room | label | what it is about |",
        "|---|---|---|",
    ]
    for room in ROOMS:
        name = room.removeprefix("regulars.").replace(".", "/")
        lines.append(f"| {name} | `{labels[room]}` | {_first_sentence(room)} |")
    return "\n".join(lines) + "\n"


def _first_sentence(room: str) -> str:
    text = (import_module(room).__doc__ or "").strip()
    return text.splitlines()[0] if text else ""


def openapi_document() -> str:
    """The description of the HTTP API (OpenAPI 3.1)."""
    document = _late("regulars.faces.api.urls").openapi_document()
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def events_document() -> str:
    """The kinds of events that senders report, and every field of them."""
    lines = [
        "# Events",
        "",
        "What happens outside and is reported to Regulars: `POST /api/v1/events`, or up to 1,000",
        "at once to `/api/v1/events/batch`. Every event has `event_id`, `kind` and `occurred_at`;",
        "an `event_id` counts once for its source, for ever. Made by `make docs`.",
        "",
        "| kind | also needs | meaning | 含义 |",
        "|---|---|---|---|",
    ]
    for each in _late("regulars.rules.intake.catalogue").event_kinds():
        needs = ", ".join(f"`{name}`" for name in each.needs)
        lines.append(f"| `{each.kind}` | {needs} | {each.texts['en']} | {each.texts['zh-Hans']} |")
    lines += [
        "",
        "Amounts are whole numbers of minor units (分, cents) of the deployment's currency;",
        "`occurred_at` has a time zone (RFC 3339). Unknown fields are refused.",
        "",
        "A merchant's own kinds stand beside these: `GET /api/v1/event-kinds/{kind}` answers the",
        "JSON Schema of such an event and an example. What it says is in `data`, field by field as",
        "declared; every wrong field is named in the refusal (`event_data_refused`).",
    ]
    document = _late("regulars.rules.intake.types").EventDocument
    _, schemas = msgspec.json.schema_components([document])
    for name in ("EventDocument", *sorted(set(schemas) - {"EventDocument"})):
        lines += _fields(name, schemas[name])
    return "\n".join(lines) + "\n"


def notices_document() -> str:
    """The kinds of notices that rooms write for whoever listens."""
    lines = [
        "# Notices",
        "",
        "What Regulars tells: written in the transaction of the change itself, delivered at least",
        "once, in order; listeners know them by their id. Payloads hold ids, never names. Made by",
        "`make docs`.",
        "",
        "| kind | payload | meaning | 含义 |",
        "|---|---|---|---|",
    ]
    for each in _late("regulars.foundation.outbox.catalogue").notices_declared():
        payload = "; ".join(f"`{name}`: {text}" for name, text in each.payload.items())
        lines.append(
            f"| `{each.kind}` | {payload} | {each.texts['en']} | {each.texts['zh-Hans']} |"
        )
    return "\n".join(lines) + "\n"


def _late(module: str) -> Any:
    """A module of ours; its models can be imported only when Django is set up."""
    return import_module(module)


def _fields(name: str, schema: dict[str, Any]) -> Iterator[str]:
    """A struct's fields as a table."""
    yield from ("", f"## {name}", "")
    yield " ".join(schema.get("description", "").split())
    yield from ("", "| field | type | |", "|---|---|---|")
    required = schema.get("required", [])
    for field, details in schema["properties"].items():
        must = "required" if field in required else ""
        yield f"| `{field}` | {_type(details)} | {must} |"


def _type(details: dict[str, Any]) -> str:
    if "anyOf" in details:
        return " or ".join(_type(each) for each in details["anyOf"] if each != {"type": "null"})
    if "$ref" in details:
        name = details["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if details.get("type") == "array":
        return f"list of {_type(details['items'])}, at most {details['maxItems']:,}"
    if details.get("type") == "integer":
        return f"whole number from {details['minimum']}"
    if details.get("format") == "date-time":
        return "time with zone"
    if "maxLength" in details:
        return f"text of at most {details['maxLength']} characters"
    return str(details.get("type", "anything"))


DOCUMENTS: dict[str, Callable[[], str]] = {
    "apps.md": apps_document,
    "api/openapi.json": openapi_document,
    "events.md": events_document,
    "notices.md": notices_document,
}


def documents_write() -> None:
    """Write every generated document into docs/."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars.settings")
    django.setup()
    for name, document in DOCUMENTS.items():
        (DOCS / name).parent.mkdir(exist_ok=True)
        (DOCS / name).write_text(document(), encoding="utf-8")


if __name__ == "__main__":
    documents_write()
