"""Every page shows its times by the shop's clock."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from regulars.foundation.shop.selectors import shop_known

# What is asked for often, shows no time, and must answer without the database.
WITHOUT_CLOCK = ("/static/", "/healthz", "/metrics", "/api/")


class ShopClockMiddleware:
    """Sets the time zone in which templates show instants, for this request only."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(WITHOUT_CLOCK):
            return self.get_response(request)
        with timezone.override(shop_known().time_zone):
            return self.get_response(request)
