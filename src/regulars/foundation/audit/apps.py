from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "regulars.foundation.audit"
    label = "foundation_audit"
    verbose_name = "Audit"
