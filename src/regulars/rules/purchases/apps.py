from django.apps import AppConfig


class PurchasesConfig(AppConfig):
    name = "regulars.rules.purchases"
    label = "rules_purchases"
    verbose_name = "Purchases"
