"""What every page on the phone needs: who is there, in which language and colours.

A member's session is a cookie of its own, for `/m/` only. It has nothing to do with the staff's.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, cast

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import activate, get_language

from regulars.faces.h5.sentences import SAID
from regulars.foundation.actors import Actor, ActorKind
from regulars.foundation.shop.selectors import shop_known
from regulars.foundation.webkit.pages import merchant_text
from regulars.members.profiles.selectors import member_get
from regulars.members.profiles.types import MemberView
from regulars.members.signin.selectors import session_of
from regulars.members.signin.types import SessionView

NAMESPACE = "h5"
PLACE = "/m/"
SESSION_COOKIE = "regulars_member"
LANGUAGE_COOKIE = "regulars_m_language"
THEME_COOKIE = "regulars_m_theme"
THEMES = ("auto", "light", "dark")
YEAR_SECONDS = 365 * 86_400
# What phones call themselves, in the order in which the first one that fits is right.
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)
PROGRAMS = (
    ("MicroMessenger", "WeChat"),
    ("AlipayClient", "Alipay"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)

View = Callable[..., HttpResponse]


class Visitor(msgspec.Struct, frozen=True):
    """A member at her phone."""

    member: MemberView
    session: SessionView

    @property
    def actor(self) -> Actor:
        """Who acts, for services and the audit trail."""
        return Actor(ActorKind.MEMBER, self.member.id)


def visitor_of(request: HttpRequest) -> Visitor | None:
    """Who is signed in on this phone; None when nobody is."""
    token = request.COOKIES.get(SESSION_COOKIE, "")
    session = session_of(token) if token else None
    if session is None:
        return None
    member = member_get(session.member_id)
    return Visitor(member, session) if member.is_active else None


def open_page(view: View) -> View:
    """A page for everybody, in the reader's language; no cache keeps it."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        _language_chosen(request)
        answer = view(request, *args, **kwargs)
        add_never_cache_headers(answer)
        return answer

    return shown


def member_page(view: Callable[..., HttpResponse]) -> View:
    """A page for who is signed in; the view is handed the visitor."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        visitor = visitor_of(request)
        _language_chosen(request)
        if visitor is None:
            answer: HttpResponse = redirect(f"{NAMESPACE}:sign-in")
            answer.delete_cookie(SESSION_COOKIE, path=PLACE)
        else:
            answer = view(request, visitor, *args, **kwargs)
        add_never_cache_headers(answer)
        return answer

    return shown


def drawn(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """A page in the phone's frame."""
    # A page that is drawn for a refusal says nothing of what went well before.
    is_refusal = status >= HTTPStatus.BAD_REQUEST
    said = "" if is_refusal else SAID.get(request.GET.get("said", ""), "")
    frame = {
        "shop_name": shop_name(),
        "theme": theme_of(request),
        "said": said,
        "here": request.path,
    }
    return render(request, f"h5/{template}", {**frame, **(context or {})}, status=status)


def theme_of(request: HttpRequest) -> str:
    """The colours that were chosen on this phone."""
    theme = request.COOKIES.get(THEME_COOKIE, "auto")
    return theme if theme in THEMES else "auto"


def language_of(request: HttpRequest) -> str:
    """The language that was chosen on this phone; empty when none was."""
    chosen = request.COOKIES.get(LANGUAGE_COOKIE, "")
    return chosen if chosen in dict(settings.LANGUAGES) else ""


def shop_name() -> str:
    """What the shop is called, in the reader's language; empty until its owner has said it."""
    return merchant_text(shop_known().name)


def went(name: str, said: str = "") -> HttpResponse:
    """On to another page of the phone, with a sentence on what was done."""
    address = reverse(f"{NAMESPACE}:{name}")
    return redirect(f"{address}?said={said}" if said else address)


def cookie_set(answer: HttpResponse, name: str, value: str, seconds: int = YEAR_SECONDS) -> None:
    """A cookie of the phone's own: for its pages only, out of reach of scripts and other sites."""
    answer.set_cookie(
        name,
        value,
        max_age=seconds,
        path=PLACE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def device_of(request: HttpRequest) -> str:
    """What to call the device in the list of devices: “iPhone · WeChat”."""
    agent = request.headers.get("User-Agent", "")
    found = [
        next((name for mark, name in marks if mark in agent), "") for marks in (SYSTEMS, PROGRAMS)
    ]
    return " · ".join([each for each in found if each])


def address_of(request: HttpRequest) -> str:
    """Where a request comes from. Only our own proxy is believed, which writes the last name."""
    if settings.REGULARS.behind_https:
        passed_on = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        if passed_on:
            return passed_on[:64]
    return cast("str", request.META.get("REMOTE_ADDR", ""))


def _language_chosen(request: HttpRequest) -> None:
    """What was chosen on this phone, else what its browser asks for."""
    if chosen := language_of(request):
        activate(chosen)
    request.LANGUAGE_CODE = get_language()
