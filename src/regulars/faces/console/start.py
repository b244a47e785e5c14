"""Opening a shop: the first page of an empty deployment, step by step, for whoever has the code."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from regulars.faces.console.entering import browser_remembered, session_entered
from regulars.faces.console.reaching import phones_reach
from regulars.faces.console.start_steps import (
    EMPTY_START,
    MAIN_STORE,
    owner_form,
    shop_form,
    store_form,
    trade_form,
)
from regulars.foundation.actors import SYSTEM, Actor
from regulars.foundation.shop.selectors import shop_now
from regulars.foundation.shop.services import shop_opened, shop_update
from regulars.foundation.shop.setup import setup_code_fits, setup_is_unfinished
from regulars.foundation.webkit.pages import (
    frame,
    led_from,
    page,
    refusal_shown,
    rights_of,
    staff_actor,
)
from regulars.foundation.webkit.screens import led_elsewhere
from regulars.foundation.webkit.wizards import Answers, Step, Wizard, answers_noted, wizard_page
from regulars.organization.staff.errors import SetupCodeWrong, ShopHasOwner
from regulars.organization.staff.selectors import staff_exist
from regulars.organization.staff.services import owner_first_create
from regulars.organization.stores.selectors import stores_list
from regulars.organization.stores.services import store_create, store_update
from regulars.presets.installer.services import preset_install

CODE_KEPT = "setup_code"
OWNERS_RIGHT = "staff.manage"


def start_link_page(request: HttpRequest, code: str) -> HttpResponse:
    """The link that the server printed: it opens the set-up for this browser."""
    if staff_exist():
        return redirect("console:today")
    if not setup_code_fits(code):
        messages.error(request, refusal_shown(SetupCodeWrong()))
        return redirect("console:start")
    request.session[CODE_KEPT] = code
    # The code leaves the address bar, so that nobody reads it over a shoulder.
    return redirect("console:start")


def start_page(request: HttpRequest) -> HttpResponse:
    """The wizard, for the browser with the code or the signed-in owner; else the door to it."""
    answer = _answered(request)
    add_never_cache_headers(answer)
    return answer


def _answered(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        if not rights_of(request).may(OWNERS_RIGHT) or not setup_is_unfinished():
            return redirect("console:today")
    elif staff_exist():
        return redirect("console:sign-in")
    elif not setup_code_fits(_code(request)):
        return _door(request)
    wizard = _wizard(request)
    answers_noted(request, wizard, _done_before(request))
    return wizard_page(request, wizard)


def _code(request: HttpRequest) -> str:
    return str(request.session.get(CODE_KEPT, ""))


def _door(request: HttpRequest) -> HttpResponse:
    """Asks for the code, for those who came without the link."""
    if request.method == "POST":
        code = request.POST.get("code", "").strip()
        if setup_code_fits(code):
            request.session[CODE_KEPT] = code
            return redirect("console:start")
        messages.error(request, refusal_shown(SetupCodeWrong()))
    status = 403 if request.method == "POST" else 200
    return render(request, "console/start_door.html", frame(request), status=status)


def _wizard(request: HttpRequest) -> Wizard:
    shop = shop_now()
    name = request.user.get_username() if request.user.is_authenticated else ""
    return Wizard(
        name="start",
        title=_("Open your shop"),
        steps=(
            Step("shop", _("Shop"), lambda _answers: shop_form(shop), _shop_done),
            Step("store", _("First store"), lambda _answers: store_form(shop), _store_done),
            Step("owner", _("You"), lambda _answers: owner_form(name), _owner_done),
            Step("trade", _("My trade"), lambda _answers: trade_form(), _trade_done),
        ),
        finish=_finished,
        page="console/start.html",
    )


def _done_before(request: HttpRequest) -> Answers:
    """What is there already, from a first try, another browser, or a second person."""
    done: Answers = {}
    shop = shop_now()
    if shop.name:
        done["shop"] = {}
    if shop.name and stores_list():
        done["store"] = {}
    if request.user.is_authenticated:
        done |= {"shop": {}, "store": {}, "owner": {}}
    # An answer that stands in for nothing typed would empty the form when one goes back to it.
    return {name: {} for name in done}


def _shop_done(request: HttpRequest, values: dict[str, Any]) -> None:
    shop_update(
        actor=_actor(request),
        name=values["name"],
        currency=values["currency"],
        time_zone=values["time_zone"],
        language=values["language"],
    )


def _store_done(request: HttpRequest, values: dict[str, Any]) -> None:
    """Opens the first store; a second time it is the same store, named anew."""
    there = {each.code for each in stores_list()}
    if MAIN_STORE in there:
        store_update(actor=_actor(request), code=MAIN_STORE, name=values["name"])
    elif not there:
        store_create(
            actor=_actor(request),
            code=MAIN_STORE,
            name=values["name"],
            time_zone=shop_now().time_zone,
        )


def _owner_done(request: HttpRequest, values: dict[str, Any]) -> None:
    """Makes the owner and signs in. Whoever pressed the button twice is signed in all the same."""
    if request.user.is_authenticated:
        return
    username, password = values["username"], values["password"]
    try:
        owner_first_create(
            code=_code(request),
            username=username,
            display_name=values["display_name"],
            password=password,
            language=shop_now().language,
        )
    except ShopHasOwner:
        if authenticate(request, username=username, password=password) is None:
            raise
    user = authenticate(request, username=username, password=password)
    if user is None:
        raise ShopHasOwner
    session_entered(request, user, with_factor=False)
    request.session.pop(CODE_KEPT, None)


def _trade_done(request: HttpRequest, values: dict[str, Any]) -> None:
    if values["trade"] != EMPTY_START:
        preset_install(actor=_actor(request), code=values["trade"])


def _finished(request: HttpRequest, _answers: Answers) -> HttpResponse:
    shop_opened(actor=_actor(request))
    return browser_remembered(request, redirect("console:start-done"), request.user)


def _actor(request: HttpRequest) -> Actor:
    return staff_actor(request) if request.user.is_authenticated else SYSTEM


def start_done_page(request: HttpRequest) -> HttpResponse:
    """The shop is open: the next three things."""
    is_led = bool(led_elsewhere(request))
    if is_led:
        led_from(request)
    context = {
        "title": _("Your shop is open"),
        "is_led": is_led,
        "counter_url": _address("pos:counter", "pos:sale", "pos:home"),
        "phone": phones_reach(request),
        "members_url": reverse("console:members"),
        "staff_url": reverse("console:staff"),
        "imports_url": _address("console:imports"),
    }
    return page(request, "console/start_done.html", context)


def _address(*names: str) -> str:
    """The first of these pages that there is."""
    for name in names:
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return ""


def start_is_due(request: HttpRequest) -> bool:
    """Whether the reader has a shop to open before anything else."""
    if request.user.is_authenticated:
        return setup_is_unfinished() and rights_of(request).may(OWNERS_RIGHT)
    return not staff_exist()
