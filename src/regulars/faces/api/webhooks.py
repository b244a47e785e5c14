"""Webhooks: where notices of the shop are sent, and what became of them."""

from typing import Annotated

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
from regulars.organization.webhooks.selectors import (
    deliveries_latest,
    webhook_get,
    webhooks_list,
)
from regulars.organization.webhooks.services import (
    delivery_redeliver,
    webhook_create,
    webhook_secret_rotate,
)
from regulars.organization.webhooks.types import DeliveryView, WebhookView

DELIVERIES_TOLD = 100

router = Router(tags=["webhooks"])


class WebhookBody(Strict, frozen=True):
    """Where to send which notices: names or patterns such as `event.*`."""

    name: Annotated[str, Meta(min_length=1, max_length=80)]
    url: Annotated[str, Meta(min_length=1, max_length=500)]
    kinds: Annotated[list[Annotated[str, Meta(max_length=64)]], Meta(min_length=1, max_length=20)]


class NothingBody(Strict, frozen=True):
    """An empty object."""


class WebhooksAnswer(msgspec.Struct, frozen=True):
    """All webhooks by name."""

    items: tuple[WebhookView, ...]


class DeliveriesAnswer(msgspec.Struct, frozen=True):
    """The newest deliveries of a webhook."""

    items: tuple[DeliveryView, ...]


class WebhookSecretAnswer(msgspec.Struct, frozen=True):
    """A webhook and its new secret, which is told only here: a replay tells null."""

    webhook: WebhookView
    secret: str | None


_WEBHOOK = msgspec.json.Decoder(WebhookBody)
_NOTHING = msgspec.json.Decoder(NothingBody)


@route(
    router,
    "GET",
    "/webhooks",
    "List webhooks",
    scope=Scope.WEBHOOKS,
    answers={200: WebhooksAnswer},
)
def webhooks_read(request: KeyRequest) -> Answer:
    """All webhooks, each with how much waits for it."""
    return struct_answer(WebhooksAnswer(tuple(webhooks_list())))


@route(
    router,
    "POST",
    "/webhooks",
    "Make a webhook",
    scope=Scope.WEBHOOKS,
    body=WebhookBody,
    answers={201: WebhookSecretAnswer, 200: WebhookSecretAnswer},
    key=KeyPlace.HEADER,
)
def webhook_new(request: KeyRequest) -> Answer:
    """Notices of these kinds are sent there from now on, signed by Standard Webhooks."""
    body = decoded(_WEBHOOK, body_read(request.environ, EVENT_BYTES_MAX))

    def made() -> WebhookSecretAnswer:
        view, secret = webhook_create(
            actor=request.auth.actor, name=body.name, url=body.url, kinds=body.kinds
        )
        return WebhookSecretAnswer(view, secret)

    return secret_made(request, body, made)


@route(
    router,
    "POST",
    "/webhooks/{webhook}/secret",
    "Rotate a webhook's secret",
    scope=Scope.WEBHOOKS,
    body=NothingBody,
    answers={201: WebhookSecretAnswer, 200: WebhookSecretAnswer},
    key=KeyPlace.HEADER,
)
def webhook_rotated(request: KeyRequest, webhook: str) -> Answer:
    """Makes a new secret; the one before it signs too for another 24 hours."""
    body = decoded(_NOTHING, body_read(request.environ, EVENT_BYTES_MAX))

    def rotated() -> WebhookSecretAnswer:
        view, secret = webhook_secret_rotate(actor=request.auth.actor, webhook=webhook)
        return WebhookSecretAnswer(view, secret)

    return secret_made(request, body, rotated)


@route(
    router,
    "GET",
    "/webhooks/{webhook}",
    "Look at a webhook",
    scope=Scope.WEBHOOKS,
    answers={200: WebhookView},
)
def webhook_read(request: KeyRequest, webhook: str) -> Answer:
    """One webhook."""
    return struct_answer(webhook_get(webhook))


@route(
    router,
    "GET",
    "/webhooks/{webhook}/deliveries",
    "List a webhook's deliveries",
    scope=Scope.WEBHOOKS,
    answers={200: DeliveriesAnswer},
)
def deliveries_read(request: KeyRequest, webhook: str) -> Answer:
    """The newest 100 deliveries, with how each ended."""
    found = deliveries_latest(webhook, limit=DELIVERIES_TOLD)
    return struct_answer(DeliveriesAnswer(tuple(found)))


@route(
    router,
    "POST",
    "/webhooks/deliveries/{delivery}/redeliver",
    "Send a notice again",
    scope=Scope.WEBHOOKS,
    body=NothingBody,
    answers={200: DeliveryView},
    key=KeyPlace.HEADER,
)
def delivery_repeated(request: KeyRequest, delivery: str) -> Answer:
    """Sends it once more under the same message id, whatever became of it."""
    body = decoded(_NOTHING, body_read(request.environ, EVENT_BYTES_MAX))

    def repeated() -> tuple[int, DeliveryView]:
        return 200, delivery_redeliver(actor=request.auth.actor, delivery=delivery)

    return written_once(request, body, repeated)
