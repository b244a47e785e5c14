from django.apps import AppConfig


class WebkitConfig(AppConfig):
    name = "regulars.foundation.webkit"
    label = "foundation_webkit"
    verbose_name = "Blocks of screens"
