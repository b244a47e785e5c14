from django.apps import AppConfig


class IdempotencyConfig(AppConfig):
    name = "regulars.foundation.idempotency"
    label = "foundation_idempotency"
    verbose_name = "Idempotency"
