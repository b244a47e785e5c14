"""Drawing a page of the console: its shell, its guard, and a few answers every page needs.

A room's `console.py` declares screens and writes views that return `page(…)`. Who may see a page
is decided here, once, before the view runs.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import Any

import msgspec
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from regulars.foundation.actors import Actor, ActorKind
from regulars.foundation.errors import RegularsError
from regulars.foundation.rights import Rights
from regulars.foundation.shop.selectors import shop_known
from regulars.foundation.webkit.screens import (
    Found,
    Screen,
    Text,
    asked_again,
    led_elsewhere,
    screens_known,
    search_known,
    sections_known,
    ways_known,
)

NAMESPACE = "console"
THEMES = ("auto", "light", "dark")
THEME_COOKIE = "regulars_theme"
PASSWORD_SCREEN = "password"  # noqa: S105 - the name of a page
SECURITY_SCREEN = "security"
# What the session of who took over a till by her PIN remembers: the till's device.
TILL_ONLY = "till_only"
# Where somebody was who had to do something else first.
LED_FROM = "led_from"
SAFE = ("GET", "HEAD")
_JOINT = " · "

ROLES: dict[str, Text] = {
    "owner": _("Owner"),
    "manager": _("Manager"),
    "cashier": _("Cashier"),
    "marketer": _("Marketer"),
    "auditor": _("Auditor"),
}


class Link(msgspec.Struct, frozen=True):
    """One line of the navigation."""

    title: Text
    href: str
    icon: str
    is_current: bool
    count: int = 0


class Section(msgspec.Struct, frozen=True):
    """The lines of one job in the navigation."""

    title: Text
    links: list[Link]


class Person(msgspec.Struct, frozen=True):
    """Who is signed in, as the shell shows it."""

    name: str
    role: Text
    initial: str


def reader_language() -> str:
    """The reader's language as merchants' texts and refusals name it: zh-Hans or en."""
    return "zh-Hans" if (get_language() or "").startswith("zh") else "en"


def merchant_text(texts: dict[str, str]) -> str:
    """A merchant's text in the reader's language, else the deployment's, else any."""
    reader = reader_language()
    found = texts.get(reader) or texts.get(shop_known().text_language)
    return found or next(iter(texts.values()), "")


def named_like(text: str, named: Iterable[tuple[str, dict[str, str], str]]) -> list[Found]:
    """Of things with a code, names by language and an address, those that hold the text."""
    wanted = text.casefold()
    return [
        Found(merchant_text(names) or code, href, code)
        for code, names, href in named
        if any(wanted in each.casefold() for each in (code, *names.values()))
    ]


def refusal_shown(refusal: RegularsError) -> str:
    """A refusal's sentence in the reader's language."""
    return refusal.sentence(reader_language())


def staff_actor(request: HttpRequest) -> Actor:
    """Who acts, for services and the audit trail."""
    return Actor(ActorKind.STAFF, str(request.user.pk))


def posted(
    request: HttpRequest, deed: Callable[[HttpRequest], object], then: str
) -> HttpResponse | int:
    """Does what a page was posted for: the way to the page `then` when it is done.

    Else the status with which the page is drawn: 200 when it was only asked for, 422 with the
    refusal's sentence on it.
    """
    if request.method != "POST":
        return 200
    try:
        deed(request)
    except RegularsError as refusal:
        messages.error(request, refusal_shown(refusal))
        return 422
    messages.success(request, _("Done."))
    return redirect(then)


def theme_of(request: HttpRequest) -> str:
    """The colours the reader chose on this device."""
    theme = request.COOKIES.get(THEME_COOKIE, "auto")
    return theme if theme in THEMES else "auto"


def frame(request: HttpRequest) -> dict[str, Any]:
    """What every page needs, signed in or not."""
    return {
        "theme": theme_of(request),
        "home_url": reverse(f"{NAMESPACE}:today"),
        "language_url": reverse(f"{NAMESPACE}:language"),
        "theme_url": reverse(f"{NAMESPACE}:theme"),
    }


def page(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """A page in the shell. A part asked for by htmx gets the same context without the shell."""
    whole = {**frame(request), **_shell(request), **(context or {})}
    return render(request, template, whole, status=status)


def toast(answer: HttpResponse, text: Text, tone: str = "good") -> HttpResponse:
    """Adds short news to an answer to htmx; it is shown in the corner of the page."""
    answer["HX-Trigger"] = json.dumps({"toast": {"text": str(text), "tone": tone}})
    return answer


def guarded(screen: Screen) -> Callable[..., HttpResponse]:
    """The screen's view, for signed-in staff with its right only; no cache keeps it."""

    @wraps(screen.view)
    def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated or is_at_till_only(request):
            answer: HttpResponse = _sign_in(request)
        elif first := _first_of(request, screen):
            led_from(request)
            answer = redirect(f"{NAMESPACE}:{first}")
        elif not screen.is_open_to(rights_of(request), changes=request.method not in SAFE):
            answer = page(request, "webkit/closed.html", {"title": screen.title}, status=403)
        elif _is_dangerous(screen, request) and (asked := asked_again(request)):
            answer = asked
        else:
            answer = screen.view(request, *args, **kwargs)
        add_never_cache_headers(answer)
        return answer

    return view


def _is_dangerous(screen: Screen, request: HttpRequest) -> bool:
    return request.method not in SAFE and screen.has_to_ask(request)


def is_at_till_only(request: HttpRequest) -> bool:
    """Whether the session was begun by a PIN at a till: it opens nothing else."""
    return TILL_ONLY in request.session


def _sign_in(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request"):
        # The session ended while a page was open: the whole page goes, not the part.
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = reverse(f"{NAMESPACE}:sign-in")
        return answer
    return redirect_to_login(request.get_full_path(), reverse(f"{NAMESPACE}:sign-in"))


def rights_of(request: HttpRequest) -> Rights:
    """What the person who is signed in may do."""
    found: Rights = getattr(request.user, "rights", Rights.NOBODYS)
    return found


def may(request: HttpRequest, right: str, store: str | None = None) -> bool:
    """Whether the person may do that: at a store, or (without one) somewhere.

    Rights that concern the merchant as a whole are had at all stores or not at all.
    """
    rights = rights_of(request)
    return rights.may(right, store) if store is not None else rights.may_somewhere(right)


def roles_shown(codes: Sequence[str]) -> Text:
    """The names of ready-made roles, the codes of others."""
    return _JOINT.join([str(ROLES.get(code, code)) for code in codes])


def first_page(request: HttpRequest) -> str:
    """The page on which the reader has something to do before anything else opens, or "".

    A page of the console asks by itself; a face that is none asks here.
    """
    if _must_change_password(request):
        return PASSWORD_SCREEN
    # Who showed her PIN at a registered till has shown two things: the till and the PIN.
    return "" if is_at_till_only(request) else led_elsewhere(request)


def led_from(request: HttpRequest) -> None:
    """Remembers from where somebody is led elsewhere, so that she comes back when it is done."""
    if request.method == "GET" and not getattr(request, "htmx", False):
        request.session[LED_FROM] = request.get_full_path()


def way_back(request: HttpRequest) -> str:
    """Where somebody was when she was led elsewhere; else the console's first page."""
    return str(request.session.get(LED_FROM) or reverse(f"{NAMESPACE}:today"))


def _first_of(request: HttpRequest, screen: Screen) -> str:
    """Where the reader has to go before this screen opens. The password is the first of all gates:
    behind another one, each would lead to the other for ever."""
    first = first_page(request)
    if first == PASSWORD_SCREEN:
        return "" if screen.name == PASSWORD_SCREEN else first
    return "" if screen.before_gates else first


def _must_change_password(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "must_change_password", False))


def _shell(request: HttpRequest) -> dict[str, Any]:
    if not request.user.is_authenticated:
        return {}
    name = getattr(request.user, "display_name", "") or request.user.get_username()
    roles = sorted({each.role for each in getattr(request.user, "grants", ())})
    # Who is led elsewhere first sees no ways that are closed to her.
    is_led = bool(led_elsewhere(request))
    search = None if is_led else search_known()
    return {
        "search": search,
        "search_url": reverse(f"{NAMESPACE}:{search.screen}") if search else "",
        "navigation": [] if is_led else _navigation(request),
        "person": Person(name, roles_shown(roles), name[:1].upper()),
        "security_url": reverse(f"{NAMESPACE}:{SECURITY_SCREEN}"),
        "is_open_door": settings.SECOND_FACTOR != "required",
        "leave_url": reverse(f"{NAMESPACE}:sign-out"),
    }


def _navigation(request: HttpRequest) -> list[Section]:
    rights = rights_of(request)
    lines: dict[str, list[tuple[int, Link]]] = {section: [] for section in sections_known()}
    here = request.resolver_match.url_name if request.resolver_match else ""
    for screen in screens_known():
        if screen.is_listed_to(rights):
            href = reverse(f"{NAMESPACE}:{screen.name}")
            is_current = here == screen.name or str(here).startswith(f"{screen.name}-")
            count = screen.count(request) if screen.count else 0
            link = Link(screen.title, href, screen.icon, is_current, count)
            lines[screen.section].append((screen.place, link))
    for way in ways_known():
        if rights.may_somewhere(way.right):
            link = Link(way.title, reverse(way.route), way.icon, is_current=False)
            lines[way.section].append((way.place, link))
    return [
        Section(sections_known()[name], [link for _place, link in sorted(found, key=_by_place)])
        for name, found in lines.items()
        if found
    ]


def _by_place(line: tuple[int, Link]) -> int:
    return line[0]
