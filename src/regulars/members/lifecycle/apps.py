from django.apps import AppConfig


class LifecycleConfig(AppConfig):
    name = "regulars.members.lifecycle"
    label = "members_lifecycle"
    verbose_name = "Members' lives"
