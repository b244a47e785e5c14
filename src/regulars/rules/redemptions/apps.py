from django.apps import AppConfig


class RedemptionsConfig(AppConfig):
    name = "regulars.rules.redemptions"
    label = "rules_redemptions"
    verbose_name = "Redemptions"
