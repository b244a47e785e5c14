from django.apps import AppConfig


class EventKindsConfig(AppConfig):
    name = "regulars.rules.eventkinds"
    label = "rules_eventkinds"
    verbose_name = "Event kinds"
