"""The doors for keeping and dropping saved views."""

from uuid import UUID

from django.db import transaction

from regulars.foundation import clock
from regulars.foundation.actors import Actor
from regulars.foundation.audit.services import record
from regulars.foundation.errors import RegularsError
from regulars.foundation.savedviews.models import SavedView
from regulars.foundation.texts import text_checked

NAME_MAX = 40
QUERY_MAX = 1000
VIEWS_MAX = 40


class TooManyViews(RegularsError):
    code = "too_many_views"
    status = 422
    text = {
        "en": "At most {maximum} views can be kept for one list. Delete one first.",
        "zh-Hans": "每个列表最多保存 {maximum} 个视图，请先删除一个。",
    }


@transaction.atomic
def view_save(*, actor: Actor, screen: str, name: str, query: str, is_shared: bool) -> None:
    """Keeps what a list shows under a name; the same name again replaces the view.

    Errors: text_missing, text_too_long, too_many_views.
    """
    title = text_checked(name, "name", maximum=NAME_MAX, required=True)
    address = text_checked(query, "query", maximum=QUERY_MAX)
    mine = SavedView.objects.filter(staff_id=actor.id, screen=screen)
    if not mine.filter(name=title).exists() and mine.count() >= VIEWS_MAX:
        raise TooManyViews(maximum=VIEWS_MAX)
    SavedView.objects.update_or_create(
        staff_id=actor.id,
        screen=screen,
        name=title,
        defaults={"query": address, "is_shared": is_shared, "created_at": clock.now()},
    )
    if is_shared:
        record(actor=actor, action="view.shared", subject=screen)


def view_drop(*, actor: Actor, view_id: str) -> None:
    """Deletes a view of one's own; one that is gone already is no trouble."""
    try:
        found = UUID(view_id)
    except ValueError:
        return
    SavedView.objects.filter(id=found, staff_id=actor.id).delete()
