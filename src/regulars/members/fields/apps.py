from django.apps import AppConfig


class FieldsConfig(AppConfig):
    name = "regulars.members.fields"
    label = "members_fields"
    verbose_name = "Member fields"
