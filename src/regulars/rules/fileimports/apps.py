from django.apps import AppConfig


class FileImportsConfig(AppConfig):
    name = "regulars.rules.fileimports"
    label = "rules_fileimports"
    verbose_name = "Imports from files"
