"""The console's page of one's own sign-in: second factors, recovery codes, sessions."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import segno
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.foundation import clock
from regulars.foundation.errors import RegularsError
from regulars.foundation.personal import decrypt, encrypt
from regulars.foundation.texts import code_typed
from regulars.foundation.webkit.confirming import confirmation_page, is_confirmed
from regulars.foundation.webkit.forms import Values, form_answered
from regulars.foundation.webkit.pages import (
    may,
    page,
    refusal_shown,
    rights_of,
    staff_actor,
    way_back,
)
from regulars.foundation.webkit.screens import (
    OWN,
    Screen,
    gate_register,
    prover_register,
    screen_register,
)
from regulars.organization.sessions.selectors import sessions_of
from regulars.organization.sessions.services import session_seen, sessions_end
from regulars.organization.signins.errors import CodeWrong, PasskeyRefused
from regulars.organization.signins.removing import REMOVE, password_form, removal_of, reset_of
from regulars.organization.signins.selectors import (
    factor_required,
    factors_of,
    recovery_codes_left,
)
from regulars.organization.signins.services import (
    answer_of,
    factor_remove,
    factors_reset,
    host_of,
    passkey_add,
    passkey_offer,
    passkeys_possible,
    recovery_codes_make,
    second_step_code,
    second_step_counted,
    second_step_passkey,
    second_step_passkey_offer,
    second_step_right,
    totp_add,
    totp_offer,
)
from regulars.organization.signins.types import FACTOR_AT, PROVEN_AT
from regulars.organization.staff.errors import OwnPasswordWrong, TooManyTries
from regulars.organization.staff.selectors import staff_get
from regulars.organization.staff.services import own_password_tried

# What a session remembers: when a password or factor was shown last, and what is half done.
SEEN_AT = "seen_at"
TOTP_OFFERED, PASSKEY_STATE = "totp_offered", "passkey_state"
FRESH = timedelta(minutes=10)
PROOF, CODE_DIGITS = "proof", 6
# What the proof says when a passkey is shown; its answer stands in a field of its own.
PASSKEY, ANSWER, PROOF_STATE = "passkey", "answer", "proof_state"
PICTURE_CONTEXT = "totp-offer"


def security_page(request: HttpRequest) -> HttpResponse:
    """Second factors, recovery codes and sessions of whoever is signed in."""
    codes: list[str] = []
    wrong: tuple[str, str] = ("", "")
    status = 200
    given = request.POST if request.method == "POST" else request.GET
    if given.get("do") == REMOVE:
        return _removing(request, given.get("factor", ""))
    if request.method == "POST":
        deed = DEEDS.get(request.POST.get("do", ""))
        if deed is None:
            raise Http404
        try:
            _password_asked(request)
            codes = deed(request) or []
        except RegularsError as refusal:
            wrong, status = (_wrong_place(request, refusal), refusal_shown(refusal)), 422
            if not wrong[0]:
                messages.error(request, wrong[1])
        else:
            if not codes:
                return redirect("console:security")
    context = _context(request, codes) | {"wrong_place": wrong[0], "wrong": wrong[1]}
    return page(request, "organization_signins/security.html", context, status=status)


def _wrong_place(request: HttpRequest, refusal: RegularsError) -> str:
    """The field beside which the refusal stands; nothing where it belongs to the whole page."""
    deed = request.POST.get("do", "")
    if refusal.code in (OwnPasswordWrong.code, TooManyTries.code):
        return f"{deed}_password"
    return "code" if refusal.code == CodeWrong.code else ""


def person_factors_page(request: HttpRequest, person: str) -> HttpResponse:
    """Takes the factors of somebody away who has lost them; a first password is given apart."""
    try:
        found = staff_get(person)
    except RegularsError:
        raise Http404(person[:40]) from None
    asked = reset_of(found)
    if not may(request, "staff.manage"):
        return redirect("console:staff-one", person)
    if request.method != "POST" or not is_confirmed(request, asked):
        return confirmation_page(request, asked)
    try:
        factors_reset(actor=staff_actor(request), staff_id=person)
    except RegularsError as refusal:
        messages.error(request, refusal_shown(refusal))
    else:
        messages.success(request, _("The second factors are gone. Give a new first password."))
    return redirect("console:staff-one", person)


def factor_gate(request: HttpRequest) -> str:
    """Who can give value away sets up a second factor before anything else opens."""
    session = request.session
    last = datetime.fromisoformat(session[SEEN_AT]) if SEEN_AT in session else None
    moment = session_seen(session_key=session.session_key or "", last=last)
    if moment is not None:
        session[SEEN_AT] = moment.isoformat()
    if FACTOR_AT not in session and factor_required(rights_of(request)):
        return "security"
    return ""


def proof_asked(request: HttpRequest) -> HttpResponse | None:
    """Before a dangerous deed: the password or the app's code again, unless shown just now.

    What was posted travels along hidden, and is done with the proof.
    """
    if _is_fresh(request):
        return None
    refused = ""
    if PROOF in request.POST:
        try:
            _proof_shown(request, request.POST[PROOF])
        except RegularsError as refusal:
            refused = refusal_shown(refusal)
        else:
            return None
    own = {PROOF, "csrfmiddlewaretoken"}
    if request.POST.get(PROOF) == PASSKEY:
        own.add(ANSWER)
    carried = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in own
    ]
    context = {
        "title": _("Is it you?"),
        "carried": carried,
        "refused": refused,
        "has_app": any(each.kind == "totp" for each in factors_of(str(request.user.pk))),
    }
    if ANSWER not in dict(carried):
        context["passkey_options"] = _passkey_asked(request)
    return page(request, "organization_signins/proof.html", context, status=403)


def _passkey_asked(request: HttpRequest) -> str:
    """What the browser is asked for; nothing where it can show no passkey of hers."""
    host = host_of(request)
    if not passkeys_possible(host, is_secure=request.is_secure()):
        return ""
    offer = second_step_passkey_offer(staff_id=str(request.user.pk), host=host)
    if offer is None:
        return ""
    request.session[PROOF_STATE] = offer[1]
    return json.dumps(offer[0])


def _passkey_shown(request: HttpRequest, staff_id: str, answer: dict[str, Any]) -> None:
    """Takes what the browser answered to the question asked last, once; each try counts.

    Errors: too_many_tries, passkey_refused.
    """
    state = request.session.pop(PROOF_STATE, None)
    tried = second_step_counted(staff_id=staff_id, device=None)
    if tried.locked_until is not None:
        raise TooManyTries(minutes=tried.minutes)
    is_hers = state is not None and second_step_passkey(
        staff_id=staff_id, host=host_of(request), state=state, answer=answer
    )
    if not is_hers:
        raise PasskeyRefused
    second_step_right(staff_id=staff_id, device=None)


def _proof_shown(request: HttpRequest, typed: str) -> None:
    """Takes a passkey, the app's code, or else the password; each try counts.

    Errors: too_many_tries, passkey_refused, code_wrong, own_password_wrong.
    """
    staff_id, code = str(request.user.pk), code_typed(typed)
    has_app = any(each.kind == "totp" for each in factors_of(staff_id))
    answer = answer_of(request) if typed == PASSKEY else None
    if answer is not None:
        _passkey_shown(request, staff_id, answer)
    elif has_app and len(code) == CODE_DIGITS and code.isascii() and code.isdigit():
        tried = second_step_counted(staff_id=staff_id, device=None)
        if tried.locked_until is not None:
            raise TooManyTries(minutes=tried.minutes)
        if not second_step_code(staff_id=staff_id, code=code):
            raise CodeWrong
        second_step_right(staff_id=staff_id, device=None)
    else:
        session_key = request.session.session_key or ""
        own_password_tried(staff_id=staff_id, session_key=session_key, password=typed)
    request.session[PROVEN_AT] = clock.now().isoformat()


def _context(request: HttpRequest, codes: list[str]) -> dict[str, Any]:
    staff_id = str(request.user.pk)
    factors = factors_of(staff_id)
    possible = passkeys_possible(host_of(request), is_secure=request.is_secure())
    context: dict[str, Any] = {
        "title": _("Sign-in and security"),
        "factors": factors,
        "codes": codes,
        "codes_left": recovery_codes_left(staff_id),
        "is_required": factor_required(rights_of(request)),
        "must_enrol": bool(factor_gate(request)),
        "way_back": way_back(request),
        "is_fresh": _is_fresh(request),
        "passkeys_possible": possible,
        "sessions": sessions_of(staff_id, current_key=request.session.session_key or ""),
    }
    if not any(each.kind == "totp" for each in factors):
        offer = totp_offer(request.user.get_username(), _offered(request))
        request.session[TOTP_OFFERED] = encrypt(offer.secret, PICTURE_CONTEXT)
        context["offer"] = offer
        context["picture"] = segno.make(offer.address, error="m").svg_data_uri(scale=5, border=2)
    if possible:
        options, state = passkey_offer(staff_id=staff_id, host=host_of(request))
        request.session[PASSKEY_STATE] = state
        context["passkey_options"] = json.dumps(options)
    return context


def _offered(request: HttpRequest) -> str | None:
    sealed = request.session.get(TOTP_OFFERED)
    return decrypt(sealed, PICTURE_CONTEXT) if sealed else None


def _is_fresh(request: HttpRequest) -> bool:
    proven: str = request.session.get(PROVEN_AT, "")
    return bool(proven) and clock.now() - datetime.fromisoformat(proven) < FRESH


def _password_asked(request: HttpRequest) -> None:
    """After ten minutes one's password is asked for again, before anything here is changed."""
    if _is_fresh(request) or request.POST.get("do") == "end":
        return
    own_password_tried(
        staff_id=str(request.user.pk),
        session_key=request.session.session_key or "",
        password=request.POST.get("password", ""),
    )
    request.session[PROVEN_AT] = clock.now().isoformat()


def _factor_shown(request: HttpRequest) -> list[str] | None:
    """After a factor is set up: the session has shown it, and there are codes for a bad day."""
    request.session[FACTOR_AT] = clock.now().isoformat()
    messages.success(request, _("The second factor is in force."))
    if recovery_codes_left(str(request.user.pk)) == 0:
        return recovery_codes_make(actor=staff_actor(request))
    return None


def _totp_added(request: HttpRequest) -> list[str] | None:
    totp_add(
        actor=staff_actor(request),
        secret=_offered(request) or "",
        code=request.POST.get("code", ""),
        name=request.POST.get("name", ""),
        but_key=request.session.session_key or "",
    )
    request.session.pop(TOTP_OFFERED, None)
    return _factor_shown(request)


def _passkey_added(request: HttpRequest) -> list[str] | None:
    state = request.session.pop(PASSKEY_STATE, None)
    answer = answer_of(request)
    if state is None or answer is None:
        raise PasskeyRefused
    passkey_add(
        actor=staff_actor(request),
        host=host_of(request),
        state=state,
        answer=answer,
        name=request.POST.get("name", ""),
        but_key=request.session.session_key or "",
    )
    return _factor_shown(request)


def _removing(request: HttpRequest, factor_id: str) -> HttpResponse:
    """Asks before a factor is removed, for the password too; then removes it."""
    actor, is_fresh = staff_actor(request), _is_fresh(request)
    factor = next((each for each in factors_of(actor.id) if each.id == factor_id), None)
    if factor is None:
        return redirect("console:security")
    asked = removal_of(actor.id, factor, is_fresh=is_fresh)
    if request.method != "POST" or not is_confirmed(request, asked):
        return confirmation_page(request, asked)

    def removed(_given: Values) -> None:
        _password_asked(request)
        is_required = factor_required(rights_of(request))
        factor_remove(actor=actor, factor=factor_id, is_required=is_required)

    again = form_answered(request, password_form(is_fresh=is_fresh), removed)
    if again is not None:
        asked = removal_of(actor.id, factor, again, is_fresh=is_fresh)
        return confirmation_page(request, asked, status=again.status)
    messages.success(request, _("It is removed."))
    return redirect("console:security")


def _codes_made(request: HttpRequest) -> list[str]:
    return recovery_codes_make(actor=staff_actor(request))


def _ended(request: HttpRequest) -> None:
    staff_id, key = str(request.user.pk), request.session.session_key or ""
    mine = {each.id for each in sessions_of(staff_id, current_key=key) if not each.is_current}
    one = request.POST.get("session", "")
    if one in mine:
        sessions_end(staff_id=staff_id, session=one)
    elif one == "others":
        sessions_end(staff_id=staff_id, but_key=key)
    messages.success(request, _("Signed out there."))


DEEDS: dict[str, Callable[[HttpRequest], list[str] | None]] = {
    "totp": _totp_added,
    "passkey": _passkey_added,
    "codes": _codes_made,
    "end": _ended,
}

gate_register(factor_gate)
prover_register(proof_asked)
screen_register(
    screen=Screen(
        name="security",
        path="security/",
        view=security_page,
        title=gettext_lazy("Sign-in and security"),
        right=OWN,
        before_gates=True,
    )
)
screen_register(
    screen=Screen(
        name="staff-factors",
        path="staff/<str:person>/factors/",
        view=person_factors_page,
        title=gettext_lazy("Staff"),
        right="staff.view",
        change="staff.manage",
        asks_again=True,
    )
)
