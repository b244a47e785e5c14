from django.apps import AppConfig


class StoresConfig(AppConfig):
    name = "regulars.organization.stores"
    label = "organization_stores"
    verbose_name = "Stores"
