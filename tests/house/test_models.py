"""Foreign keys go down like imports do: a lower floor never points at a higher one."""

from collections.abc import Callable
from functools import partial

import pytest
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from tests.house.tree import floor_heights


def floor_of(model):
    """The floor a model of ours lives on, or None for a model of Django's or a library's."""
    parts = model.__module__.split(".")
    return parts[1] if parts[0] == "regulars" else None


def pointing_up(all_models):
    """Each relation that points at a higher floor or at a neighbouring one."""
    heights = floor_heights()
    found = []
    for model in all_models:
        source = floor_of(model)
        relations = [*model._meta.local_fields, *model._meta.local_many_to_many]
        for field in relations:
            target = floor_of(field.related_model) if field.related_model else None
            if source is None or target in (None, source):
                continue
            if heights[target] >= heights[source]:
                found.append(f"{model.__name__}.{field.name}: {source} points at {target}")
    return found


def test_no_relation_points_up():
    ours = [model for model in apps.get_models(include_auto_created=True) if floor_of(model)]
    assert ours, "no model of ours was found: this test would see nothing"
    assert pointing_up(ours) == []


def model_on(floor, **columns):
    name = "Thing" + "".join(part.title() for part in (floor, *columns))
    module = f"regulars.{floor}.room.models"
    meta = type("Meta", (), {"app_label": "tiny"})
    return type(name, (models.Model,), {"__module__": module, "Meta": meta, **columns})


KINDS: dict[str, Callable[..., models.Field]] = {
    "foreign key": partial(models.ForeignKey, on_delete=models.PROTECT),
    "one to one": partial(models.OneToOneField, on_delete=models.PROTECT),
    "many to many": models.ManyToManyField,
}


@pytest.mark.parametrize("relation", KINDS)
@isolate_apps("tests")
def test_a_relation_that_points_up_is_named(relation):
    member = model_on("members")
    entry = model_on("ledger", member=KINDS[relation](member))
    up = pointing_up([member, entry])
    assert up == ["ThingLedgerMember.member: ledger points at members"]


@isolate_apps("tests")
def test_a_relation_to_a_neighbour_is_named():
    campaign = model_on("outreach")
    partner = model_on("alliances", campaign=models.ForeignKey(campaign, models.PROTECT))
    up = pointing_up([partner])
    assert up == ["ThingAlliancesCampaign.campaign: alliances points at outreach"]


@isolate_apps("tests")
def test_a_relation_that_points_down_is_free():
    entry = model_on("ledger")
    member = model_on("members", entry=models.ForeignKey(entry, models.PROTECT))
    same = model_on("members", first=models.ForeignKey("self", models.PROTECT))
    assert pointing_up([entry, member, same]) == []
