from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "regulars.foundation.outbox"
    label = "foundation_outbox"
    verbose_name = "Outbox"
