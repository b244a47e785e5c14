from django.apps import AppConfig


class WorksConfig(AppConfig):
    name = "regulars.foundation.works"
    label = "foundation_works"
    verbose_name = "Works"
