from django.apps import AppConfig


class TalliesConfig(AppConfig):
    name = "regulars.members.tallies"
    label = "members_tallies"
    verbose_name = "Tallies"
