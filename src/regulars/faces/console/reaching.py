"""The address at which members' phones find this shop, and what to do so that they reach it."""

from urllib.parse import urlsplit, urlunsplit

import msgspec
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.foundation.networks import EVERYWHERE, is_own, own_address
from regulars.foundation.webkit.screens import Text


class Reach(msgspec.Struct, frozen=True):
    """The address of the card; `trouble` says what keeps phones from it, and what to do."""

    address: str
    trouble: Text = ""


def phones_reach(request: HttpRequest) -> Reach:
    """The shop's public address where one is set, else the one by which the reader came.

    The computer's own (127.0.0.1) means nothing on a phone: the one that it has in the shop's
    network is told instead, as far as the server listens there.
    """
    card = reverse("h5:card")
    if public := settings.REGULARS.public_address:
        return Reach(f"{public}{card}")
    asked = request.build_absolute_uri(card)
    parts = urlsplit(asked)
    if not is_own(parts.hostname or ""):
        return Reach(asked)
    if settings.REGULARS.host not in EVERYWHERE:
        return Reach(
            asked,
            _(
                "Phones can't reach this address: it is this computer's own. Stop Regulars and "
                "start it with “regulars serve --host 0.0.0.0”; then the right one stands here."
            ),
        )
    found = own_address()
    if not found:
        return Reach(
            asked,
            _(
                "Phones can't reach this address: it is this computer's own, and this computer is "
                "in no network. Connect it to the shop's network and load this page again."
            ),
        )
    port = f":{parts.port}" if parts.port else ""
    return Reach(urlunsplit(parts._replace(netloc=f"{found}{port}")))
