from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "regulars.organization.staff"
    label = "organization_staff"
    verbose_name = "Staff"
