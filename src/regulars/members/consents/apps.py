from django.apps import AppConfig


class ConsentsConfig(AppConfig):
    name = "regulars.members.consents"
    label = "members_consents"
    verbose_name = "Consents"
