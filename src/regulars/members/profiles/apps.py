from django.apps import AppConfig


class ProfilesConfig(AppConfig):
    name = "regulars.members.profiles"
    label = "members_profiles"
    verbose_name = "Members"
