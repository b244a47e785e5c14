from django.apps import AppConfig


class SessionsConfig(AppConfig):
    name = "regulars.organization.sessions"
    label = "organization_sessions"
    verbose_name = "Sessions"
