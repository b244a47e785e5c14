from django.apps import AppConfig


class ProgramsConfig(AppConfig):
    name = "regulars.rules.programs"
    label = "rules_programs"
    verbose_name = "Programs"
