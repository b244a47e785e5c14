from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "regulars.rules.imports"
    label = "rules_imports"
    verbose_name = "Imports"
