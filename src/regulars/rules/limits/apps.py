from django.apps import AppConfig


class LimitsConfig(AppConfig):
    name = "regulars.rules.limits"
    label = "rules_limits"
    verbose_name = "Limits"
