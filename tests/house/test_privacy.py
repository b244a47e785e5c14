"""Every column of every room says how personal it is, so that nothing personal is forgotten."""

import pytest
from django.apps import apps
from django.db import connection, models
from django.test.utils import isolate_apps

from regulars.foundation.privacy import CLASSES, NONE, PII, PSEUDONYM, classed


def room_models():
    return [
        model for model in apps.get_models() if model._meta.app_config.name.startswith("regulars.")
    ]


def columns_of(model):
    """The columns the database really has, by the names the model gives them."""
    with connection.cursor() as cursor:
        found = connection.introspection.get_table_description(cursor, model._meta.db_table)
    names = {field.column: field.name for field in model._meta.concrete_fields}
    return {names.get(column.name, column.name) for column in found}


def unclassed(model, columns):
    """Each column without a class, and each class without a column, as a sentence."""
    privacy = getattr(model, "privacy", {})
    label = model._meta.label
    return [
        *(f"{label}.{name} has no class" for name in sorted(columns - set(privacy))),
        *(f"{label}.{name} is no column" for name in sorted(set(privacy) - columns)),
        *(
            f"{label}.{name}: {kind!r} is no class"
            for name, kind in sorted(privacy.items())
            if kind not in CLASSES
        ),
    ]


def test_every_column_of_every_room_is_classed(db):
    found = []
    for model in room_models():
        found += unclassed(model, columns_of(model))
    assert not found, "\n" + "\n".join(found)


def test_the_walk_sees_the_rooms_and_their_hidden_columns(db):
    tables = {model._meta.db_table: model for model in room_models()}
    assert {"members_member", "members_identifier", "ledger_entry", "audit_record"} <= set(tables)
    assert "tx" in columns_of(tables["outbox_notice"])


@pytest.mark.parametrize(
    ("privacy", "sentence"),
    [
        ({}, "tests.Card.number has no class"),
        ({"number": "pii", "colour": "none"}, "tests.Card.colour is no column"),
        ({"number": "secret"}, "tests.Card.number: 'secret' is no class"),
    ],
)
@isolate_apps("tests")
def test_a_forgotten_column_is_named(privacy, sentence):
    meta = type("Meta", (), {"app_label": "tests"})
    body = {"__module__": __name__, "Meta": meta, "privacy": privacy}
    card = type("Card", (models.Model,), {**body, "number": models.TextField(primary_key=True)})
    assert unclassed(card, {"number"}) == [sentence]


def test_what_names_a_person_is_pii():
    """The columns a leak would be about, so that a wrong class can't slip in unnoticed."""
    classed = {
        f"{model._meta.db_table}.{name}": kind
        for model in room_models()
        for name, kind in getattr(model, "privacy", {}).items()
    }
    for column in ("display_name", "name_key", "given_key", "pinyin", "given_pinyin", "initials"):
        assert classed[f"members_member.{column}"] == "pii"
    assert classed["members_identifier.value_encrypted"] == "pii"
    assert classed["ledger_reason.text"] == "pii"
    assert classed["members_identifier.digest"] == "pseudonym"


def test_classes_are_written_once_for_many_columns():
    assert classed(pii="name phone", pseudonym="id", none="kind") == {
        "name": PII,
        "phone": PII,
        "id": PSEUDONYM,
        "kind": NONE,
    }
