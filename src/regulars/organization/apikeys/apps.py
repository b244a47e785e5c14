from django.apps import AppConfig


class ApiKeysConfig(AppConfig):
    name = "regulars.organization.apikeys"
    label = "organization_apikeys"
    verbose_name = "API keys"
