from django.apps import AppConfig


class InboundConfig(AppConfig):
    name = "regulars.rules.inbound"
    label = "rules_inbound"
    verbose_name = "Web shops"
