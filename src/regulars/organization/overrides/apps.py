from django.apps import AppConfig


class OverridesConfig(AppConfig):
    name = "regulars.organization.overrides"
    label = "organization_overrides"
    verbose_name = "Overrides"
