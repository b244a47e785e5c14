from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "regulars.organization.webhooks"
    label = "organization_webhooks"
    verbose_name = "Webhooks"
