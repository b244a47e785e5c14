from django.apps import AppConfig


class SigninsConfig(AppConfig):
    name = "regulars.organization.signins"
    label = "organization_signins"
    verbose_name = "Second factors"
