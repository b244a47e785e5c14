"""How much of what is posted to a page is read: as much as forms need, and files where they belong.

Whoever reads a form writes its files to the disk before anybody asks who sent them. So it is asked
here, by the length that is announced, before the first byte is read.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from regulars.foundation.webkit.pages import NAMESPACE, is_at_till_only, rights_of
from regulars.foundation.webkit.screens import screens_known

FORM_BYTES_MAX = 2 * 1024 * 1024


class BodyMiddleware:
    """Stands before the check of forms' marks, which reads what was posted."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _named: Any
    ) -> HttpResponse | None:
        """Refuses what is too large for its page; the API reads its bodies itself."""
        announced = request.META.get("CONTENT_LENGTH") or "0"
        length = int(announced) if announced.isdecimal() else 0
        is_form = not getattr(view, "csrf_exempt", False)
        if not is_form or length <= FORM_BYTES_MAX or length <= FORM_BYTES_MAX + _files(request):
            return None
        return render(request, "413.html", status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def _files(request: HttpRequest) -> int:
    """How many bytes of files this person may send to this page."""
    match = request.resolver_match
    if match is None or match.namespace != NAMESPACE or is_at_till_only(request):
        return 0
    may = [
        screen.files_max
        for screen in screens_known()
        if screen.name == match.url_name and screen.is_open_to(rights_of(request), changes=True)
    ]
    return max(may, default=0)
