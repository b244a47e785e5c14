"""The doors for looking at webhooks and their deliveries."""

from uuid import UUID

from django.db.models import Count, Q

from regulars.foundation.ids import internal_id, public_id
from regulars.organization.webhooks.errors import UnknownWebhook
from regulars.organization.webhooks.models import Delivery, Webhook
from regulars.organization.webhooks.types import (
    DELIVERY_PREFIX,
    NOTICE_PREFIX,
    WEBHOOK_PREFIX,
    DeliveryState,
    DeliveryView,
    WebhookView,
)

DELIVERIES_MAX = 200


def webhooks_list() -> list[WebhookView]:
    """All webhooks in the order of their names, with how much waits for each."""
    counts = {
        state: Count("delivery", filter=Q(delivery__state=state))
        for state in (DeliveryState.WAITING, DeliveryState.DEAD, DeliveryState.HELD)
    }
    named = {f"{state}_count": count for state, count in counts.items()}
    return [webhook_view(each) for each in Webhook.objects.annotate(**named).order_by("name", "id")]


def webhooks_failing() -> list[str]:
    """The names of webhooks that can't be reached now; quick, for pages that are often opened."""
    failing = Webhook.objects.filter(is_active=True, failing_since__isnull=False)
    return list(failing.order_by("name", "id").values_list("name", flat=True))


def webhook_get(webhook: str) -> WebhookView:
    """One webhook by `whk_…`. Errors: malformed_id, unknown_webhook."""
    internal_id(WEBHOOK_PREFIX, webhook)
    for each in webhooks_list():
        if each.webhook == webhook:
            return each
    raise UnknownWebhook


def deliveries_latest(
    webhook: str, *, state: str | None = None, limit: int = 50
) -> list[DeliveryView]:
    """The newest deliveries of a webhook, at most `limit` (200), perhaps of one state only.

    Errors: malformed_id, unknown_webhook.
    """
    found = Webhook.objects.filter(id=UUID(internal_id(WEBHOOK_PREFIX, webhook))).first()
    if found is None:
        raise UnknownWebhook
    deliveries = Delivery.objects.filter(webhook=found).order_by("-seq")
    if state is not None:
        deliveries = deliveries.filter(state=state)
    return [delivery_view(each) for each in deliveries[: max(0, min(limit, DELIVERIES_MAX))]]


def webhook_view(row: Webhook) -> WebhookView:
    """A row as others see it; never its secrets."""
    return WebhookView(
        webhook=public_id(WEBHOOK_PREFIX, row.id),
        name=row.name,
        url=row.url,
        kinds=tuple(row.kinds),
        is_active=row.is_active,
        created_at=row.created_at,
        failing_since=row.failing_since,
        previous_secret_until=row.previous_until,
        waiting=getattr(row, "waiting_count", 0),
        dead=getattr(row, "dead_count", 0),
        held=getattr(row, "held_count", 0),
    )


def delivery_view(row: Delivery) -> DeliveryView:
    """A row as others see it."""
    return DeliveryView(
        delivery=public_id(DELIVERY_PREFIX, row.id),
        notice=public_id(NOTICE_PREFIX, row.notice_id),
        kind=row.kind,
        state=row.state,
        attempts=row.attempts,
        created_at=row.created_at,
        next_at=row.next_at if row.state == DeliveryState.WAITING else None,
        delivered_at=row.delivered_at,
        last_status=row.last_status,
        last_error=row.last_error,
    )


__all__ = ["deliveries_latest", "webhook_get", "webhooks_failing", "webhooks_list"]
