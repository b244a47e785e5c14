"""Web shops that send their orders: connected, given a new secret, ended."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta
from ninja import Router

from regulars.faces.api.answers import Answer
from regulars.faces.api.bodies import Strict
from regulars.faces.api.decoding import body_read, decoded
from regulars.faces.api.description import KeyPlace
from regulars.faces.api.hot import EVENT_BYTES_MAX
from regulars.faces.api.routes import KeyRequest, route, secret_made, struct_answer, written_once
from regulars.organization.apikeys.types import Scope
from regulars.rules.inbound.selectors import connection_get, connections_list
from regulars.rules.inbound.services import (
    inbound_connect,
    inbound_end,
    inbound_secret_rotate,
)
from regulars.rules.inbound.types import ConnectionView

router = Router(tags=["web shops"])

Secret = Annotated[str, Meta(min_length=16, max_length=200)]


class WebShopBody(Strict, frozen=True):
    """A web shop to be connected.

    `source` names it in event ids and customers' numbers; `store` is the shop its orders are
    booked in. Shopify has a secret of its own; without one a secret is made.
    """

    name: Annotated[str, Meta(min_length=1, max_length=80)]
    shape: Literal["shopify", "woocommerce"]
    source: Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9-]{0,39}$")]
    unknown: Literal["walk_in", "enrol"] = "walk_in"
    store: Annotated[str, Meta(min_length=1, max_length=40)] | None = None
    secret: Secret | None = None


class WebShopSecretBody(Strict, frozen=True):
    """The new secret where the web shop has one of its own."""

    secret: Secret | None = None


class WebShopEndBody(Strict, frozen=True):
    """An empty object."""


class WebShopsAnswer(msgspec.Struct, frozen=True):
    """All connected web shops by name, ended ones too."""

    items: tuple[ConnectionView, ...]


class WebShopSecretAnswer(msgspec.Struct, frozen=True):
    """A web shop and its secret, which is told only here: a replay tells null."""

    web_shop: ConnectionView
    secret: str | None


_WEB_SHOP = msgspec.json.Decoder(WebShopBody)
_SECRET = msgspec.json.Decoder(WebShopSecretBody)
_END = msgspec.json.Decoder(WebShopEndBody)


@route(
    router,
    "GET",
    "/web-shops",
    "List connected web shops",
    scope=Scope.WEBHOOKS,
    answers={200: WebShopsAnswer},
)
def web_shops_read(request: KeyRequest) -> Answer:
    """All connections, each with the address it sends its orders to."""
    return struct_answer(WebShopsAnswer(tuple(connections_list())))


@route(
    router,
    "POST",
    "/web-shops",
    "Connect a web shop",
    scope=Scope.WEBHOOKS,
    body=WebShopBody,
    answers={201: WebShopSecretAnswer, 200: WebShopSecretAnswer},
    key=KeyPlace.HEADER,
)
def web_shop_new(request: KeyRequest) -> Answer:
    """Takes the orders of a web shop from now on; enter address and secret there."""
    body = decoded(_WEB_SHOP, body_read(request.environ, EVENT_BYTES_MAX))

    def made() -> WebShopSecretAnswer:
        view, secret = inbound_connect(
            actor=request.auth.actor,
            name=body.name,
            shape=body.shape,
            source=body.source,
            unknown=body.unknown,
            store=body.store,
            secret=body.secret,
        )
        return WebShopSecretAnswer(view, secret)

    return secret_made(request, body, made)


@route(
    router,
    "GET",
    "/web-shops/{connection}",
    "Look at a connected web shop",
    scope=Scope.WEBHOOKS,
    answers={200: ConnectionView},
)
def web_shop_read(request: KeyRequest, connection: str) -> Answer:
    """One connection."""
    return struct_answer(connection_get(connection))


@route(
    router,
    "POST",
    "/web-shops/{connection}/secret",
    "Rotate a web shop's secret",
    scope=Scope.WEBHOOKS,
    body=WebShopSecretBody,
    answers={201: WebShopSecretAnswer, 200: WebShopSecretAnswer},
    key=KeyPlace.HEADER,
)
def web_shop_rotated(request: KeyRequest, connection: str) -> Answer:
    """A new secret; what is signed with the one before is taken for another 24 hours."""
    body = decoded(_SECRET, body_read(request.environ, EVENT_BYTES_MAX))

    def rotated() -> WebShopSecretAnswer:
        view, secret = inbound_secret_rotate(
            actor=request.auth.actor, connection=connection, secret=body.secret
        )
        return WebShopSecretAnswer(view, secret)

    return secret_made(request, body, rotated)


@route(
    router,
    "POST",
    "/web-shops/{connection}/end",
    "End a connection",
    scope=Scope.WEBHOOKS,
    body=WebShopEndBody,
    answers={200: ConnectionView},
    key=KeyPlace.HEADER,
)
def web_shop_ended(request: KeyRequest, connection: str) -> Answer:
    """Its messages are refused from now on."""
    body = decoded(_END, body_read(request.environ, EVENT_BYTES_MAX))

    def ended() -> tuple[int, ConnectionView]:
        return 200, inbound_end(actor=request.auth.actor, connection=connection)

    return written_once(request, body, ended)
