from django.apps import AppConfig


class EnrolmentConfig(AppConfig):
    name = "regulars.rules.enrolment"
    label = "rules_enrolment"
    verbose_name = "Enrolment"
