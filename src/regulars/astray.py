"""What is shown where no page answers: an unknown address, a form that is too old, a failure of
ours, a database that is away. Each face shows it in its own frame and leads its people back.
"""

import sys

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader
from django.urls import reverse
from django.utils.translation import get_language_from_request, override
from django.views import defaults

from regulars.faces.api.troubles import refusal_of
from regulars.faces.h5.astray import Astray, astray_page
from regulars.faces.h5.door import PLACE as PHONE
from regulars.faces.pos.doors import refused

TILL = "/pos/"
TILLS_DEEDS = "/pos/do/"
RETRY_SECONDS = "2"


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """An address that nothing stands behind."""
    if request.path.startswith(PHONE):
        return astray_page(request, Astray.MISSING, status=404)
    if request.path.startswith(TILL):
        return render(request, "404.html", _to_the_till(), status=404)
    return defaults.page_not_found(request, exception)


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without the mark that it came from a page of ours."""
    if request.path.startswith(PHONE):
        return astray_page(request, Astray.TOO_OLD, status=403)
    way = _to_the_till() if request.path.startswith(TILL) else {}
    return render(request, "403_csrf.html", way, status=403)


def failed(request: HttpRequest) -> HttpResponse:
    """A failure of ours, or a database that does not answer: that one passes by itself."""
    trouble = sys.exc_info()[1]
    refusal = refusal_of(trouble) if isinstance(trouble, Exception) else None
    status = refusal.status if refusal else 500
    is_away = status == 503
    if request.path.startswith(PHONE):
        answer = astray_page(request, Astray.AWAY if is_away else Astray.FAILED, status=status)
    else:
        with override(get_language_from_request(request)):
            if refusal and request.path.startswith(TILLS_DEEDS):
                answer = refused(refusal)
            else:
                way = _to_the_till() if request.path.startswith(TILL) else {}
                template = loader.get_template("503.html" if is_away else "500.html")
                answer = HttpResponse(template.render(way), status=status)
    if is_away:
        answer["Retry-After"] = RETRY_SECONDS
    return answer


def _to_the_till() -> dict[str, str]:
    return {"till": reverse("pos:counter")}
