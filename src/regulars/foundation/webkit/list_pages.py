"""The pages that every declared list has: its saved views, and its file, which a job writes."""

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.foundation.webkit.blocks import Fact
from regulars.foundation.webkit.confirming import confirmation_page, is_confirmed
from regulars.foundation.webkit.exporting import export_asked, export_question
from regulars.foundation.webkit.filters import too_wide
from regulars.foundation.webkit.listing import COUNT_MAX, count_text, list_state, views_answered
from regulars.foundation.webkit.lists import Narrowed, RoomList, list_named, viewer_of
from regulars.foundation.webkit.pages import NAMESPACE, may, rights_of, staff_actor
from regulars.foundation.webkit.screens import screen_named
from regulars.foundation.works.services import work_begin
from regulars.foundation.works.tasks import work_queue

EXPORT = "list.export"


@require_POST
def list_views_page(request: HttpRequest, name: str) -> HttpResponse:
    """Keeps or drops a saved view of a list, and goes back to it."""
    declared, here = _found(request, name), reverse(f"{NAMESPACE}:{name}")
    listing = declared.listing(viewer_of(request, declared))
    return views_answered(request, listing, here) or redirect(here)


def list_export_page(request: HttpRequest, name: str) -> HttpResponse:
    """Asks in which form, and starts the job that writes the list as it is narrowed now."""
    declared = _found(request, name)
    if not declared.export or not may(request, declared.export):
        raise Http404(name)
    viewer = viewer_of(request, declared)
    listing = declared.listing(viewer)
    state = list_state(request, listing)
    if too_wide(listing.filters, state.chosen):
        return redirect(f"{reverse(f'{NAMESPACE}:{name}')}?{request.GET.urlencode()}")
    asked = Narrowed(listing.filters, state.chosen)
    count = declared.rows.count(viewer, asked, at_most=COUNT_MAX + 1)
    question = export_question(
        Fact(_("Rows"), count_text(count)),
        back=f"{reverse(f'{NAMESPACE}:{name}')}?{request.GET.urlencode()}",
        warning=_("The file is deleted after seven days."),
    )
    if not is_confirmed(request, question):
        return confirmation_page(request, question)
    file = export_asked(request, listing, state)
    arguments: dict[str, object] = {
        "list": name,
        "chosen": state.chosen,
        "order": state.order,
        "columns": file.columns,
        "stores": viewer.stores,
        "language": get_language(),
    }
    work = _begun(request, declared, arguments, count, file.suffix)
    return redirect(f"{NAMESPACE}:jobs-work", work)


@transaction.atomic
def _begun(
    request: HttpRequest,
    declared: RoomList,
    arguments: dict[str, object],
    total: int,
    suffix: str,
) -> str:
    work = work_begin(
        actor=staff_actor(request),
        kind=EXPORT,
        screen=declared.screen,
        arguments=arguments,
        total=total,
        file_name=f"{declared.screen}.{suffix}",
    )
    work_queue(work.id)
    return work.id


def _found(request: HttpRequest, name: str) -> RoomList:
    """The list, for who may see the page on which it stands."""
    declared = list_named(name)
    if declared is None or not screen_named(name).is_open_to(rights_of(request)):
        raise Http404(name)
    return declared
