"""Coming in and going out: sign-in in one or two steps, sign-out, language and colours."""

import json
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from regulars.faces.console.entering import (
    DEVICE_COOKIE,
    browser_remembered,
    cookie_kept,
    session_entered,
)
from regulars.faces.console.start import start_is_due
from regulars.foundation import clock
from regulars.foundation.webkit.pages import (
    THEME_COOKIE,
    THEMES,
    frame,
    is_at_till_only,
    staff_actor,
)
from regulars.organization.sessions.services import session_ended
from regulars.organization.signins.selectors import factor_there, factors_of
from regulars.organization.signins.services import (
    answer_of,
    host_of,
    passkeys_possible,
    second_step_code,
    second_step_counted,
    second_step_passkey,
    second_step_passkey_offer,
    second_step_right,
    sign_in_counted,
    sign_in_right,
)
from regulars.organization.staff.selectors import staff_row
from regulars.organization.staff.services import staff_language_set

# What the session keeps between password and second factor, and for how long.
HALF_WAY = "half_way"
HALF_WAY_FOR = timedelta(minutes=10)
PASSKEY_STATE = "passkey_state"


class SignInForm(AuthenticationForm):
    """Username and password, with refusals that say what to do."""

    error_messages = {
        "invalid_login": _("Username and password don't match. Check both; capital letters count."),
        "inactive": _("This account is closed. Ask the owner to open it again."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Username")
        self.fields["password"].label = _("Password")


class SignIn(LoginView):
    """The sign-in page. Who is signed in already goes straight on."""

    template_name = "console/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_default_redirect_url(self) -> str:
        """Without a page to return to: today's figures, or a shop that is not opened yet."""
        return reverse("console:start" if start_is_due(self.request) else "console:today")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Where nobody works yet there is nothing to sign in to: the shop is opened first."""
        if not request.user.is_authenticated and start_is_due(request):
            return redirect("console:start")
        # Who stands at a till by her PIN may sign in here, as herself or as somebody else.
        self.redirect_authenticated_user = not is_at_till_only(request)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form in the frame of every page."""
        return {**super().get_context_data(**kwargs), **frame(self.request)}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Counts the try before the password is looked at."""
        tried = sign_in_counted(**_tried_by(request))
        if tried.locked_until is not None:
            return locked_out(request, tried.minutes)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Lets the person in, or on to the second factor if she has one."""
        sign_in_right(**_tried_by(self.request))
        staff = form.get_user()
        staff_id = str(staff.pk)
        if not factor_there(staff_id):
            return entered(self.request, staff, self.get_redirect_url(), with_factor=False)
        self.request.session.flush()
        self.request.session[HALF_WAY] = {
            "staff": staff_id,
            "until": (clock.now() + HALF_WAY_FOR).isoformat(),
            "then": self.get_redirect_url(),
        }
        return redirect("console:second-step")


def second_step(request: HttpRequest) -> HttpResponse:
    """The page after a right password: the code of the app, a recovery code, or a passkey."""
    half_way = _half_way(request)
    if half_way is None:
        return redirect("console:sign-in")
    staff_id, host = half_way["staff"], host_of(request)
    refused, status = "", 200
    if request.method == "POST":
        device = request.COOKIES.get(DEVICE_COOKIE)
        tried = second_step_counted(staff_id=staff_id, device=device)
        if tried.locked_until is not None:
            return locked_out(request, tried.minutes)
        if _step_taken(request, staff_id, host):
            second_step_right(staff_id=staff_id, device=device)
            return entered(request, staff_row(staff_id), half_way["then"], with_factor=True)
        refused, status = gettext("That is not right, or was used already. Try again."), 403
    context: dict[str, Any] = {**frame(request), "refused": refused}
    context["has_app"] = any(each.kind == "totp" for each in factors_of(staff_id))
    if passkeys_possible(host, is_secure=request.is_secure()):
        offer = second_step_passkey_offer(staff_id=staff_id, host=host)
        if offer is not None:
            context["passkey_options"] = json.dumps(offer[0])
            request.session[PASSKEY_STATE] = offer[1]
    answer = render(request, "console/second_step.html", context, status=status)
    add_never_cache_headers(answer)
    return answer


def _half_way(request: HttpRequest) -> dict[str, str] | None:
    found: dict[str, str] | None = request.session.get(HALF_WAY)
    if found is None or datetime.fromisoformat(found["until"]) <= clock.now():
        return None
    return found


def _step_taken(request: HttpRequest, staff_id: str, host: str) -> bool:
    state, answer = request.session.pop(PASSKEY_STATE, None), answer_of(request)
    if answer is not None:
        return state is not None and second_step_passkey(
            staff_id=staff_id, host=host, state=state, answer=answer
        )
    return second_step_code(staff_id=staff_id, code=request.POST.get("code", ""))


def entered(request: HttpRequest, staff: Any, then: str, *, with_factor: bool) -> HttpResponse:
    """Begins the session, in the language chosen on this page, else in the person's own."""
    request.session.pop(HALF_WAY, None)
    if not staff.is_active:
        return redirect("console:sign-in")
    session_entered(request, staff, with_factor=with_factor)
    # Without a page to return to: today's figures, or a shop that is not opened yet.
    start = "console:start" if start_is_due(request) else "console:today"
    answer = HttpResponseRedirect(then or reverse(start))
    browser_remembered(request, answer, staff)
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    if chosen in dict(settings.LANGUAGES):
        _language_kept(request, chosen)
    else:
        cookie_kept(answer, settings.LANGUAGE_COOKIE_NAME, str(staff.language))
    return answer


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session. The next person at this device starts with a language of their own."""
    session_ended(request.session.session_key or "")
    logout(request)
    answer = redirect("console:sign-in")
    answer.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
    return answer


@require_POST
def language_choose(request: HttpRequest) -> HttpResponse:
    """Changes the reader's language, for this device now and for the person at each sign-in."""
    answer = _back(request)
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        cookie_kept(answer, settings.LANGUAGE_COOKIE_NAME, language)
        if request.user.is_authenticated:
            _language_kept(request, language)
    return answer


@require_POST
def theme_choose(request: HttpRequest) -> HttpResponse:
    """Changes between light, dark and the device's own colours, on this device."""
    answer = _back(request)
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        cookie_kept(answer, THEME_COOKIE, theme)
    return answer


def locked_out(request: HttpRequest, minutes: int) -> HttpResponse:
    """After too many wrong tries: how long the door stays shut."""
    context = {**frame(request), "minutes": minutes}
    return render(request, "console/locked.html", context, status=429)


def _tried_by(request: HttpRequest) -> dict[str, Any]:
    """Whose password is tried, from where, in which browser."""
    return {
        "username": request.POST.get("username", "")[:200].replace("\0", ""),
        "address": _address(request),
        "device": request.COOKIES.get(DEVICE_COOKIE),
    }


def _address(request: HttpRequest) -> str:
    """The caller's address. Behind a proxy of ours it is the last one that the proxy saw."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    if settings.REGULARS.behind_https and forwarded:
        return forwarded.rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def _language_kept(request: HttpRequest, language: str) -> None:
    staff_language_set(actor=staff_actor(request), staff_id=str(request.user.pk), language=language)


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """To the page the reader came from, if it is one of ours."""
    target = request.POST.get("next", "")
    hosts = {request.get_host()}
    if not url_has_allowed_host_and_scheme(target, hosts, require_https=request.is_secure()):
        target = reverse("console:today")
    return HttpResponseRedirect(target)
