from django.apps import AppConfig


class TiersConfig(AppConfig):
    name = "regulars.entitlements.tiers"
    label = "entitlements_tiers"
    verbose_name = "Levels"
