"""The counter's pages: the shell that works without the server, the device's door, and paper."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from regulars.commerce.counter.selectors import (
    day_sheet,
    receipt_bytes,
    shift_get,
    shift_sheet,
    ticket_get,
)
from regulars.commerce.counter.services import day_end_make
from regulars.commerce.counter.types import PrintLine
from regulars.faces.pos.doors import SELL, VIEW, device_of, device_remembered, is_at_another_till
from regulars.faces.pos.paper import day_lines, receipt_lines, sheet_lines
from regulars.faces.pos.showing import ticket_shown
from regulars.faces.pos.words import texts
from regulars.foundation.errors import RegularsError
from regulars.foundation.webkit.pages import (
    first_page,
    frame,
    led_from,
    may,
    merchant_text,
    refusal_shown,
    staff_actor,
)
from regulars.organization.devices.services import device_present, device_register
from regulars.organization.stores.selectors import stores_list

HERE = Path(__file__).parent
SCRIPTS = (
    "main", "money", "store", "server", "queue", "basket", "finding", "paying", "returning",
    "shifting", "screens", "relieving", "drawer", "waiting", "handing",
    "numbering",
)  # fmt: skip
APPROVE = "counter.approve"
WIDTHS = (58, 80)

Page = Callable[..., HttpResponse]


def signed_in(view: Page) -> Page:
    """For staff only, with password and second factor in order, or with a PIN at the till where it
    was given; no cache keeps any of it."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated or is_at_another_till(request):
            return redirect_to_login(request.get_full_path(), reverse("console:sign-in"))
        if first := first_page(request):
            led_from(request)
            return redirect(f"console:{first}")
        answer = view(request, *args, **kwargs)
        add_never_cache_headers(answer)
        return answer

    return answered


@require_GET
@signed_in
def shell(request: HttpRequest) -> HttpResponse:
    """The page of the till. It holds no data, so that it may be kept and shown without a server."""
    try:
        device_of(request)
    except RegularsError:
        return redirect("pos:device")
    return render(
        request,
        "pos/counter.html",
        {**frame(request), "texts": texts(), "is_secure": request.is_secure()},
    )


@require_http_methods(["GET", "POST"])
@signed_in
def device(request: HttpRequest) -> HttpResponse:
    """Makes this browser a till: by a secret from the console, or registered here and now."""
    places = [
        (each.code, merchant_text(each.name))
        for each in stores_list()
        if each.is_active and may(request, "devices.manage", each.code)
    ]
    problem = ""
    if request.method == "POST":
        try:
            return device_remembered(redirect("pos:counter"), _secret(request))
        except RegularsError as refusal:
            problem = refusal_shown(refusal)
    tried = request.POST.get("do", "")
    context = {**frame(request), "places": places, "problem": problem, "tried": tried}
    return render(request, "pos/device.html", context, status=422 if problem else 200)


def _secret(request: HttpRequest) -> str:
    """The secret of this device, proved or just made."""
    given = request.POST
    if given.get("do") == "register":
        _device, text = device_register(
            actor=staff_actor(request),
            name=given.get("name", ""),
            kind="till",
            store=given.get("store", ""),
        )
        return text
    text = given.get("secret", "").strip()
    device_present(text=text)
    return text


@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The script that keeps the shell in the browser; its version changes with what it keeps."""
    kept = [static(f"pos/{name}.js") for name in SCRIPTS]
    kept += [static("pos/counter.css"), static("webkit/tokens.css")]
    kept += [static("webkit/regulars.css")]
    kept += [static("webkit/favicon.svg")]
    context = {"version": _version(), "kept": kept, "shell": reverse("pos:counter")}
    answer = render(request, "pos/sw.js", context, content_type="text/javascript")
    answer["Cache-Control"] = "no-cache"
    return answer


@lru_cache(maxsize=1)
def _version() -> str:
    digest = hashlib.sha256()
    for file in sorted(HERE.joinpath("static", "pos").iterdir()):
        digest.update(file.read_bytes())
    digest.update(HERE.joinpath("templates", "pos", "counter.html").read_bytes())
    return digest.hexdigest()[:12]


@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    """What makes the page a program of its own on the till's desktop."""
    words = {
        "name": _("Regulars counter"),
        "short_name": _("Counter"),
        "start_url": reverse("pos:counter"),
        "scope": reverse("pos:counter"),
        "display": "standalone",
        "background_color": "#f6f6f3",
        "theme_color": "#0d6b58",
        "icons": [
            {"src": static("webkit/favicon.svg"), "sizes": "any", "type": "image/svg+xml"},
        ],
    }
    return JsonResponse(words, content_type="application/manifest+json")


@require_GET
@signed_in
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """A receipt to be printed by the browser; `width` is the paper's in millimetres."""
    lines = _receipt(request, number)
    return _paper(request, lines, title=number, printer=reverse("pos:receipt-bytes", args=[number]))


@require_GET
@signed_in
def receipt_printer(request: HttpRequest, number: str) -> HttpResponse:
    """The same receipt as the bytes a receipt printer understands."""
    made = receipt_bytes(_receipt(request, number), width_mm=_width(request), number=number)
    answer = HttpResponse(made, content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="receipt-{number}.bin"'
    return answer


@require_GET
@signed_in
def shift_paper(request: HttpRequest, shift: str) -> HttpResponse:
    """The sheet of a closed shift, or of the open one for who may see all shifts."""
    try:
        found = shift_get(shift)
    except RegularsError:
        raise Http404(shift[:40]) from None
    is_shown = may(request, VIEW, found.store) or (
        may(request, SELL, found.store) and not (found.is_open and found.is_blind)
    )
    if not is_shown:
        raise Http404(shift[:40])
    lines = sheet_lines(found, shift_sheet(found.id))
    return _paper(request, lines, title=_("Shift sheet"))


@require_http_methods(["GET", "POST"])
@signed_in
def day_paper(request: HttpRequest, store: str, day: date) -> HttpResponse:
    """The day-end sheet of a store; posted, it is made, and stays as it is from then on."""
    if not may(request, VIEW, store):
        raise Http404(store[:40])
    problem = ""
    if request.method == "POST":
        try:
            day_end_make(actor=staff_actor(request), store=store, day=day)
        except RegularsError as refusal:
            problem = refusal_shown(refusal)
        else:
            return redirect("pos:day", store, day)
    sheet = day_sheet(store, day)
    lines = day_lines(store, day.isoformat(), sheet)
    can_make = sheet.made_at is None and may(request, APPROVE, store)
    more = {"can_make": can_make, "problem": problem}
    return _paper(request, lines, title=_("Day-end sheet"), more=more)


def _receipt(request: HttpRequest, number: str) -> list[PrintLine]:
    try:
        found = ticket_get(number)
    except RegularsError:
        raise Http404(number[:40]) from None
    if not (may(request, SELL, found.store) or may(request, VIEW, found.store)):
        raise Http404(number[:40])
    return receipt_lines(ticket_shown(found), found.store)


def _width(request: HttpRequest) -> int:
    width = request.GET.get("width", "")
    return 58 if width == "58" else 80


def _paper(
    request: HttpRequest,
    lines: Sequence[PrintLine],
    *,
    title: str,
    printer: str = "",
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    width = _width(request)
    context = {
        **frame(request),
        "title": title,
        "lines": lines,
        "width": width,
        "widths": WIDTHS,
        "printer": f"{printer}?width={width}" if printer else "",
        **(more or {}),
    }
    status = 409 if context.get("problem") else 200
    return render(request, "pos/paper.html", context, status=status)
