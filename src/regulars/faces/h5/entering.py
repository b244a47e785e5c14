"""Coming in: the number, the code, and joining; going out again."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from regulars.faces.h5.colours import face_of
from regulars.faces.h5.door import (
    LANGUAGE_COOKIE,
    PLACE,
    SESSION_COOKIE,
    THEME_COOKIE,
    THEMES,
    Visitor,
    address_of,
    cookie_set,
    device_of,
    drawn,
    member_page,
    open_page,
    visitor_of,
    went,
)
from regulars.foundation.actors import Actor, ActorKind
from regulars.foundation.database.session import Unit, unit_retried
from regulars.foundation.errors import RegularsError
from regulars.foundation.ids import new_id
from regulars.foundation.sms import sms_is_shown_here
from regulars.foundation.webkit.pages import refusal_shown
from regulars.members.consents.selectors import consent_texts
from regulars.members.consents.types import ConsentTextView
from regulars.members.profiles.types import NewMember
from regulars.members.signin.errors import ConsentNeeded
from regulars.members.signin.selectors import phone_words
from regulars.members.signin.services import (
    member_join,
    proof_is_good,
    session_end,
    sign_in_code_ask,
    sign_in_code_try,
)
from regulars.members.signin.types import CodeTried, Outcome
from regulars.rules.enrolment.services import enrolment_make

CHALLENGE_COOKIE = "regulars_m_challenge"
CHALLENGE_SECONDS = 20 * 60
SESSION_SECONDS = 90 * 86_400
NAME_MAX = 120


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_page(request: HttpRequest) -> HttpResponse:
    """Asks for the number; the code goes to it whoever's it is."""
    if visitor_of(request) is not None:
        return went("card")
    if request.method != "POST":
        return _sign_in(request)
    try:
        asked = sign_in_code_ask(
            phone=request.POST.get("phone", "")[:40],
            address=address_of(request),
            language=str(request.LANGUAGE_CODE),
        )
    except RegularsError as refusal:
        return _sign_in(request, refusal)
    answer = went("code")
    cookie_set(answer, CHALLENGE_COOKIE, f"{asked.challenge}.{asked.phone_end}", CHALLENGE_SECONDS)
    return answer


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def code_page(request: HttpRequest) -> HttpResponse:
    """Takes the code that came by message."""
    challenge, phone_end = _challenge(request)
    if not challenge:
        return went("sign-in")
    context: dict[str, Any] = {
        "phone_end": phone_end,
        "is_shown_here": sms_is_shown_here(),
        "face": face_of(),
    }
    if request.method != "POST":
        return drawn(request, "code.html", context)
    typed = "".join(request.POST.get("code", "")[:20].split())
    tried = sign_in_code_try(challenge=challenge, code=typed, device=device_of(request))
    if tried.outcome is Outcome.IN:
        return _signed_in(tried, "")
    if tried.outcome is Outcome.STRANGER:
        return went("join")
    context["problem"] = _tried_words(tried)
    context["is_over"] = tried.outcome is Outcome.OVER
    return drawn(request, "code.html", context, status=422)


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def join_page(request: HttpRequest) -> HttpResponse:
    """Makes who proved an unknown number a member, when she agrees to what is necessary."""
    challenge, phone_end = _challenge(request)
    if not challenge or not proof_is_good(challenge):
        return went("sign-in")
    texts = consent_texts()
    context = {
        "phone_end": phone_end,
        "texts": texts,
        "may_join": phone_words().may_join,
        "face": face_of(),
        "agreed": request.POST.getlist("agree"),
    }
    if request.method != "POST":
        return drawn(request, "join.html", context)
    try:
        tried = _joined(request, challenge, texts)
    except RegularsError as refusal:
        context["problem"] = refusal_shown(refusal)
        return drawn(request, "join.html", context, status=refusal.status)
    return _signed_in(tried, "welcome")


@member_page
@require_POST
def sign_out(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Ends the session on this phone."""
    session_end(actor=visitor.actor, member_id=visitor.member.id, session=visitor.session.public_id)
    answer = went("sign-in", "left")
    answer.delete_cookie(SESSION_COOKIE, path=PLACE)
    return answer


@open_page
@require_POST
def language_choose(request: HttpRequest) -> HttpResponse:
    """Changes the language on this phone."""
    answer = _back(request)
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        cookie_set(answer, LANGUAGE_COOKIE, language)
    return answer


@open_page
@require_POST
def theme_choose(request: HttpRequest) -> HttpResponse:
    """Changes between light, dark and the phone's own colours."""
    answer = _back(request)
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        cookie_set(answer, THEME_COOKIE, theme)
    return answer


def _sign_in(request: HttpRequest, refusal: RegularsError | None = None) -> HttpResponse:
    context = {
        "face": face_of(),
        "may_join": phone_words().may_join,
        "problem": refusal_shown(refusal) if refusal else "",
        "phone": request.POST.get("phone", "")[:40],
    }
    return drawn(request, "sign_in.html", context, status=refusal.status if refusal else 200)


def _challenge(request: HttpRequest) -> tuple[str, str]:
    challenge, _mark, phone_end = request.COOKIES.get(CHALLENGE_COOKIE, "").partition(".")
    return challenge[:36], phone_end[:4]


def _signed_in(tried: CodeTried, said: str) -> HttpResponse:
    answer = went("card", said)
    cookie_set(answer, SESSION_COOKIE, tried.token or "", SESSION_SECONDS)
    answer.delete_cookie(CHALLENGE_COOKIE, path=PLACE)
    return answer


def _tried_words(tried: CodeTried) -> str:
    if tried.outcome is Outcome.OVER:
        return _("This code is not good any more. Ask for a new one.")
    left = ngettext(
        "The code is not right. %(count)s try is left.",
        "The code is not right. %(count)s tries are left.",
        tried.tries_left,
    )
    return left % {"count": tried.tries_left}


def _joined(request: HttpRequest, challenge: str, texts: list[ConsentTextView]) -> CodeTried:
    agreed = set(request.POST.getlist("agree"))
    if any(each.is_needed and each.purpose not in agreed for each in texts):
        raise ConsentNeeded
    shown = {each.purpose: each.version for each in texts if each.purpose in agreed}
    member_id = new_id()
    name, language = request.POST.get("name", "")[:NAME_MAX], str(request.LANGUAGE_CODE)

    def enrolled(unit: Unit, phone: str, home_store: str | None) -> str:
        who = NewMember(name, phone, store=home_store, language=language, member_id=member_id)
        actor = Actor(ActorKind.MEMBER, member_id)
        return enrolment_make(unit=unit, actor=actor, who=who, agreed=shown).member_id

    device = device_of(request)
    return unit_retried(
        lambda unit: member_join(unit=unit, challenge=challenge, device=device, enrol=enrolled)
    )


def _back(request: HttpRequest) -> HttpResponse:
    """To the page of the phone the reader came from."""
    target = urlsplit(request.POST.get("next", ""))
    is_ours = not target.netloc and not target.scheme and target.path.startswith(PLACE)
    return redirect(target.path if is_ours and "//" not in target.path else PLACE)
