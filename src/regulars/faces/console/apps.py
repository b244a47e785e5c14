from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "regulars.faces.console"
    label = "faces_console"
    verbose_name = "Console"
