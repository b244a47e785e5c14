from django.apps import AppConfig


class CodesConfig(AppConfig):
    name = "regulars.members.codes"
    label = "members_codes"
    verbose_name = "Member codes"
