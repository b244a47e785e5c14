from django.apps import AppConfig


class TriesConfig(AppConfig):
    name = "regulars.foundation.tries"
    label = "foundation_tries"
    verbose_name = "Tries"
