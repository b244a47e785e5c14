from django.apps import AppConfig


class DaysConfig(AppConfig):
    name = "regulars.ledger.days"
    label = "ledger_days"
    verbose_name = "Days of the ledger"
