from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "regulars.rules.intake"
    label = "rules_intake"
    verbose_name = "Intake"
