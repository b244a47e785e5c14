"""Every request has an id, is counted, and leaves a line in the log when it fails or is slow."""

import logging
import re
import time
from collections.abc import Callable
from secrets import token_hex

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, UnreadablePostError
from structlog.contextvars import bound_contextvars

from regulars.foundation.metrics import request_counted

REQUEST_ID_HEADER = "X-Request-Id"
SLOW_SECONDS = 1.0
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")

log = logging.getLogger("regulars.request")


def request_id_of(given: str | None) -> str:
    """The caller's own request id if it is harmless text, else a new one."""
    if given and _REQUEST_ID.fullmatch(given):
        return given
    return token_hex(16)


class RequestMiddleware:
    """Stands first: what it measures is what the caller waits for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = request_id_of(request.headers.get(REQUEST_ID_HEADER))
        began = time.perf_counter()
        with bound_contextvars(request_id=request_id):
            response = self.get_response(request)
            self._recorded(request, response.status_code, time.perf_counter() - began)
        response.headers[REQUEST_ID_HEADER] = request_id
        return response

    def process_exception(self, _: HttpRequest, trouble: Exception) -> HttpResponse | None:
        """A body that was cut off on its way is the caller's trouble, and nothing is done."""
        return HttpResponseBadRequest() if isinstance(trouble, UnreadablePostError) else None

    def _recorded(self, request: HttpRequest, status: int, seconds: float) -> None:
        match = request.resolver_match
        route = match.route if match is not None else "unmatched"
        method = request.method or "?"
        request_counted(door="django", route=route, method=method, status=status, seconds=seconds)
        if status >= 500 or seconds > SLOW_SECONDS:
            log.warning(
                "request failed" if status >= 500 else "request was slow",
                extra={
                    "method": method,
                    "path": request.path,
                    "status": status,
                    "seconds": round(seconds, 3),
                },
            )
