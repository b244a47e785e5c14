from django.apps import AppConfig


class TransfersConfig(AppConfig):
    name = "regulars.rules.transfers"
    label = "rules_transfers"
    verbose_name = "Transfers"
