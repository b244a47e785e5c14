from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "regulars.organization.approvals"
    label = "organization_approvals"
    verbose_name = "Approvals"
