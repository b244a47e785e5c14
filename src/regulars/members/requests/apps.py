from django.apps import AppConfig


class RequestsConfig(AppConfig):
    name = "regulars.members.requests"
    label = "members_requests"
    verbose_name = "Members' requests"
