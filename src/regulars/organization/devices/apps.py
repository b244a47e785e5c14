from django.apps import AppConfig


class DevicesConfig(AppConfig):
    name = "regulars.organization.devices"
    label = "organization_devices"
    verbose_name = "Devices"
