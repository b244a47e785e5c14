from django.apps import AppConfig


class InstallerConfig(AppConfig):
    name = "regulars.presets.installer"
    label = "presets_installer"
    verbose_name = "Presets"
