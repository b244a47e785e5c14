"""The doors for making, pausing and rotating webhooks, and for sending again."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from uuid import UUID

from django.db import transaction

from regulars.foundation import clock
from regulars.foundation.actors import Actor
from regulars.foundation.audit.services import record
from regulars.foundation.ids import internal_id, new_uuid
from regulars.foundation.outbox.catalogue import notices_declared
from regulars.foundation.personal import encrypt
from regulars.foundation.settings import settings_load
from regulars.foundation.texts import text_checked
from regulars.organization.webhooks.addresses import url_checked
from regulars.organization.webhooks.errors import (
    NoticeKindsMissing,
    UnknownDelivery,
    UnknownNoticeKind,
    UnknownWebhook,
)
from regulars.organization.webhooks.known import webhooks_forgotten
from regulars.organization.webhooks.models import Delivery, Webhook
from regulars.organization.webhooks.selectors import delivery_view, webhook_view
from regulars.organization.webhooks.sending import deliveries_send, secret_context
from regulars.organization.webhooks.signing import new_webhook_secret
from regulars.organization.webhooks.types import (
    DELIVERY_PREFIX,
    WEBHOOK_PREFIX,
    DeliveryState,
    DeliveryView,
    WebhookView,
)

NAME_MAX = 80
KINDS_MAX = 20
OVERLAP = timedelta(hours=24)
_PATTERN = re.compile(r"\*|[a-z][a-z_]*(?:\.[a-z][a-z_]*)*(?:\.\*)?")


@transaction.atomic
def webhook_create(
    *, actor: Actor, name: str, url: str, kinds: Iterable[str]
) -> tuple[WebhookView, str]:
    """Makes a webhook; answers it and its secret (`whsec_…`), which can't be shown again.

    `kinds` are names of notices or patterns: `event.*`, `*`. It gets what happens from now on.
    Errors: webhook_url_refused, unknown_notice_kind, notice_kinds_missing, text_missing.
    """
    webhook_id = new_uuid()
    secret = new_webhook_secret()
    row = Webhook.objects.create(
        id=webhook_id,
        name=text_checked(name, "name", maximum=NAME_MAX, required=True),
        url=url_checked(url, own_network=settings_load().webhook_own_network),
        kinds=_kinds_checked(kinds),
        secret_sealed=encrypt(secret, secret_context(str(webhook_id))),
        created_at=clock.now(),
    )
    view = webhook_view(row)
    record(
        actor=actor, action="webhook.created", subject=view.webhook, details={"kinds": row.kinds}
    )
    webhooks_forgotten()
    return view, secret


@transaction.atomic
def webhook_secret_rotate(*, actor: Actor, webhook: str) -> tuple[WebhookView, str]:
    """Makes a new secret; the one before it signs too for another 24 hours.

    Answers the webhook and the new secret. Errors: unknown_webhook, malformed_id.
    """
    row = _locked(webhook)
    secret = new_webhook_secret()
    row.previous_sealed = row.secret_sealed
    row.previous_until = clock.now() + OVERLAP
    row.secret_sealed = encrypt(secret, secret_context(str(row.id)))
    Webhook.objects.filter(id=row.id).update(
        previous_sealed=row.previous_sealed,
        previous_until=row.previous_until,
        secret_sealed=row.secret_sealed,
    )
    record(actor=actor, action="webhook.secret_rotated", subject=webhook)
    return webhook_view(row), secret


def webhook_pause(*, actor: Actor, webhook: str) -> WebhookView:
    """Stops sending; what happens meanwhile waits. Errors: unknown_webhook, malformed_id."""
    return _activity_set(actor, webhook, is_active=False, action="webhook.paused")


def webhook_resume(*, actor: Actor, webhook: str) -> WebhookView:
    """Sends again, what waited first. Errors: unknown_webhook, malformed_id."""
    return _activity_set(actor, webhook, is_active=True, action="webhook.resumed")


@transaction.atomic
def _activity_set(actor: Actor, webhook: str, *, is_active: bool, action: str) -> WebhookView:
    row = _locked(webhook)
    if row.is_active != is_active:
        row.is_active = is_active
        Webhook.objects.filter(id=row.id).update(is_active=is_active)
        record(actor=actor, action=action, subject=webhook)
    return webhook_view(row)


@transaction.atomic
def delivery_redeliver(*, actor: Actor, delivery: str) -> DeliveryView:
    """Sends a notice once more, whatever became of it, under the same message id.

    Errors: unknown_delivery, malformed_id.
    """
    delivery_id = UUID(internal_id(DELIVERY_PREFIX, delivery))
    row = Delivery.objects.select_for_update().filter(id=delivery_id).first()
    if row is None:
        raise UnknownDelivery
    row.state, row.attempts, row.next_at = DeliveryState.WAITING, 0, clock.now()
    Delivery.objects.filter(id=row.id).update(
        state=row.state, attempts=0, next_at=row.next_at, delivered_at=None
    )
    record(actor=actor, action="webhook.redelivered", subject=delivery)
    return delivery_view(row)


@transaction.atomic
def webhook_held_send(*, actor: Actor, webhook: str) -> int:
    """Sends everything that is held back or dead; answers how many notices that are.

    Errors: unknown_webhook, malformed_id.
    """
    row = _locked(webhook)
    sent = Delivery.objects.filter(
        webhook=row, state__in=(DeliveryState.HELD, DeliveryState.DEAD)
    ).update(state=DeliveryState.WAITING, attempts=0, next_at=clock.now())
    record(actor=actor, action="webhook.held_sent", subject=webhook, details={"notices": sent})
    return sent


def waiting_held() -> int:
    """Holds back everything that waits; answers how many notices that are. After a restore."""
    return Delivery.objects.filter(state=DeliveryState.WAITING).update(state=DeliveryState.HELD)


def delivered_forget(*, before: datetime) -> int:
    """Removes what was delivered before an instant; answers how many."""
    old = Delivery.objects.filter(state=DeliveryState.DELIVERED, delivered_at__lt=before)
    return old.delete()[0]


def _kinds_checked(kinds: Iterable[str]) -> list[str]:
    asked = list(dict.fromkeys(kinds))
    if not 1 <= len(asked) <= KINDS_MAX:
        raise NoticeKindsMissing(maximum=KINDS_MAX)
    known = [each.kind for each in notices_declared()]
    for pattern in asked:
        is_known = _PATTERN.fullmatch(pattern) and any(fnmatchcase(kind, pattern) for kind in known)
        if not is_known:
            raise UnknownNoticeKind(kind=pattern[:64], known=", ".join(known))
    return asked


def _locked(webhook: str) -> Webhook:
    webhook_id = UUID(internal_id(WEBHOOK_PREFIX, webhook))
    row = Webhook.objects.select_for_update().filter(id=webhook_id).first()
    if row is None:
        raise UnknownWebhook
    return row


__all__ = [
    "delivered_forget",
    "deliveries_send",
    "delivery_redeliver",
    "waiting_held",
    "webhook_create",
    "webhook_held_send",
    "webhook_pause",
    "webhook_resume",
    "webhook_secret_rotate",
    "webhooks_forgotten",
]
