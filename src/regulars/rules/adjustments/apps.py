from django.apps import AppConfig


class AdjustmentsConfig(AppConfig):
    name = "regulars.rules.adjustments"
    label = "rules_adjustments"
    verbose_name = "Adjustments"
