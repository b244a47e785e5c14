"""The door for reading saved views."""

from django.db.models import Q

from regulars.foundation.actors import Actor
from regulars.foundation.savedviews.models import SavedView
from regulars.foundation.savedviews.types import SavedViewView


def views_of(actor: Actor, screen: str) -> list[SavedViewView]:
    """The views of a list that somebody may use: her own, and those that are shared."""
    found = SavedView.objects.filter(Q(staff_id=actor.id) | Q(is_shared=True), screen=screen)
    return [
        SavedViewView(
            str(each.id), each.name, each.query, each.is_shared, each.staff_id == actor.id
        )
        for each in found.order_by("name", "id")
    ]
