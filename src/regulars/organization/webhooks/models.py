"""Webhooks and what is on its way to them."""

from django.db import models
from django.db.models import Q

from regulars.foundation.ids import new_uuid
from regulars.foundation.privacy import classed
from regulars.organization.webhooks.types import DeliveryState


class Webhook(models.Model):
    """A receiver. Its secrets are sealed; the previous one signs too until `previous_until`."""

    privacy = classed(
        none="id name url kinds secret_sealed previous_sealed previous_until is_active created_at "
        "failing_since"
    )

    id = models.UUIDField(primary_key=True, default=new_uuid)
    name = models.CharField(max_length=80)
    url = models.CharField(max_length=500)
    kinds = models.JSONField(default=list)
    secret_sealed = models.TextField()
    previous_sealed = models.TextField(blank=True)
    previous_until = models.DateTimeField(null=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    failing_since = models.DateTimeField(null=True)

    class Meta:
        db_table = "organization_webhook"


class Delivery(models.Model):
    """One notice for one webhook. `body` is sent as it is, in every try the same bytes.

    `lane` is the member (or nobody): of a webhook's lane only the first waiting delivery is
    tried, so that a member's notices arrive in their order.
    """

    privacy = classed(
        none="id webhook seq notice_id kind state attempts created_at next_at claimed_until "
        "delivered_at last_status last_error",
        pseudonym="lane body",
    )

    id = models.UUIDField(primary_key=True, default=new_uuid)
    webhook = models.ForeignKey(Webhook, on_delete=models.PROTECT)
    seq = models.BigIntegerField()
    notice_id = models.UUIDField()
    kind = models.CharField(max_length=64)
    lane = models.UUIDField()
    body = models.TextField()
    state = models.CharField(max_length=12, default=DeliveryState.WAITING)
    attempts = models.IntegerField(default=0)
    created_at = models.DateTimeField()
    next_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    last_status = models.IntegerField(null=True)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "organization_webhook_delivery"
        constraints = [
            models.UniqueConstraint("webhook", "notice_id", name="webhook_notice_once"),
        ]
        indexes = [
            models.Index(
                name="webhook_waiting",
                fields=["webhook", "lane", "seq"],
                condition=Q(state="waiting"),
            ),
            models.Index(
                name="webhook_due", fields=["next_at", "seq"], condition=Q(state="waiting")
            ),
            models.Index(name="webhook_newest", fields=["webhook", "-seq"]),
        ]
