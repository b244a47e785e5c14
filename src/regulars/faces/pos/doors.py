"""Who stands at which till: the device's secret in a cookie, the person's session, the till's
number in a header. Every deed of the counter comes through here."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import add_never_cache_headers

from regulars.commerce.counter.selectors import till_get
from regulars.commerce.counter.types import Till
from regulars.foundation.actors import SYSTEM, Actor
from regulars.foundation.errors import InvalidInput, RegularsError, Told
from regulars.foundation.shapes import shape_refused
from regulars.foundation.webkit.pages import (
    TILL_ONLY,
    first_page,
    reader_language,
    rights_of,
    staff_actor,
)
from regulars.organization.devices.errors import DeviceRefused
from regulars.organization.devices.services import device_present
from regulars.organization.devices.types import DeviceView

# Of its own name: the console notes in `regulars_device` who signed in at this browser.
DEVICE_COOKIE = "regulars_till"
DEVICE_DAYS = 400
TERMINAL_HEADER = "X-Terminal"
# Under which number the till works now, of what was made under a former one.
DRAWER_HEADER = "X-Terminal-Now"
SELL = "counter.sell"
VIEW = "counter.view"
BODY_MAX = 200_000

Content = TypeVar("Content")


class SignInNeeded(RegularsError):
    code = "sign_in_needed"
    status = 401
    text = {
        "en": "You are signed out. Sign in again; what waits here is kept.",
        "zh-Hans": "登录已失效，请重新登录；待上传的单据会保留。",
    }


class FirstStepMissing(RegularsError):
    code = "first_step_missing"
    status = 403
    text = {
        "en": "First open the console: a password of your own or a second factor is still to be "
        "set up. What waits here is kept.",
        "zh-Hans": "请先在工作台设置自己的密码或两步验证；待上传的单据会保留。",
    }


class NotAtThisStore(RegularsError):
    code = "not_at_this_store"
    status = 403
    text = {
        "en": "You have no right to work at the counter of this store. Ask the owner for it.",
        "zh-Hans": "您没有本店的收银权限，请联系店主开通。",
    }


class Desk(msgspec.Struct, frozen=True):
    """One request from a till: who asks, at which device, and which number the till says it has.

    The till is looked up by who needs it: finding a member, which a customer waits for, does not.
    """

    request: HttpRequest
    actor: Actor
    device: DeviceView
    terminal: int
    drawer: int = 0

    @property
    def numbered(self) -> Till | None:
        """The till, if it has a number already. Errors: unknown_terminal."""
        return till_get(self.device, self.terminal) if self.terminal else None

    @property
    def till(self) -> Till:
        """The till. Errors: unknown_terminal."""
        return till_get(self.device, self.terminal, self.drawer)

    def body(self, kind: type[Content]) -> Content:
        """What was sent, as this type. Errors: invalid_input."""
        if len(self.request.body) > BODY_MAX:
            raise InvalidInput(
                field="body", problem=Told(f"more than {BODY_MAX} bytes", f"超过 {BODY_MAX} 字节")
            )
        try:
            return msgspec.json.decode(self.request.body, type=kind)
        except msgspec.ValidationError as problem:
            raise shape_refused(problem, "body") from None
        except msgspec.DecodeError:
            raise InvalidInput(field="body", problem=Told("is no JSON", "不是 JSON")) from None

    def may(self, right: str) -> bool:
        """Whether the person may do that at this store."""
        return rights_of(self.request).may(right, self.device.store)


Deed = Callable[..., Any]


def device_of(request: HttpRequest) -> DeviceView:
    """The device that this browser was registered as. Errors: device_refused."""
    return device_present(text=request.COOKIES.get(DEVICE_COOKIE, ""))


def is_at_another_till(request: HttpRequest) -> bool:
    """Whether a session that was begun by a PIN at one till is shown anywhere else."""
    bound = request.session.get(TILL_ONLY)
    if bound is None:
        return False
    try:
        return device_of(request).device != bound
    except DeviceRefused:
        return True


def desk_of(request: HttpRequest) -> Desk:
    """Who asks, and where.

    Errors: sign_in_needed, first_step_missing, device_refused, not_at_this_store.
    """
    if not request.user.is_authenticated:
        raise SignInNeeded
    if first_page(request):
        raise FirstStepMissing
    device = device_of(request)
    if request.session.get(TILL_ONLY, device.device) != device.device:
        raise SignInNeeded
    if not rights_of(request).may(SELL, device.store):
        raise NotAtThisStore
    return Desk(
        request,
        staff_actor(request),
        device,
        _terminal_said(request, TERMINAL_HEADER),
        _terminal_said(request, DRAWER_HEADER),
    )


def desk_left(request: HttpRequest) -> Desk:
    """A registered till at which nobody is signed in any more; the system asks there, and learns
    only what it has another proof for. Errors: device_refused."""
    return Desk(request, SYSTEM, device_of(request), _terminal_said(request, TERMINAL_HEADER))


def _terminal_said(request: HttpRequest, header: str) -> int:
    said = request.headers.get(header, "")
    is_number = said.isascii() and said.isdigit() and 0 < len(said) < 9
    return int(said) if is_number else 0


def deed(method: str, *, left: Deed | None = None) -> Callable[[Deed], Deed]:
    """A view of the counter that answers JSON; a refusal is its problem document. `left` is what a
    till is answered at which nobody is signed in any more; without it she has to sign in."""

    def wrapped(view: Deed) -> Deed:
        @wraps(view)
        def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method != method:
                return HttpResponse(status=405)
            try:
                try:
                    answer = view(desk_of(request), *args, **kwargs)
                except SignInNeeded:
                    if left is None:
                        raise
                    answer = left(request, *args, **kwargs)
            except RegularsError as refusal:
                answer = refused(refusal)
            if not isinstance(answer, HttpResponse):
                answer = HttpResponse(msgspec.json.encode(answer), content_type="application/json")
            add_never_cache_headers(answer)
            return answer

        return answered

    return wrapped


def refused(refusal: RegularsError) -> HttpResponse:
    """A refusal for the till's page, in the reader's language."""
    words = {
        "code": refusal.code,
        "detail": refusal.sentence(reader_language()),
        "context": {key: str(value) for key, value in refusal.context.items()},
    }
    return JsonResponse(words, status=refusal.status)


def device_remembered(answer: HttpResponse, text: str) -> HttpResponse:
    """Keeps the device's secret in this browser, where no script reads it."""
    answer.set_cookie(
        DEVICE_COOKIE,
        text,
        max_age=DEVICE_DAYS * 86_400,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return answer


__all__ = [
    "Desk",
    "DeviceRefused",
    "deed",
    "desk_of",
    "device_of",
    "device_remembered",
    "refused",
]
