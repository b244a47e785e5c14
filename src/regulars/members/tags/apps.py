from django.apps import AppConfig


class TagsConfig(AppConfig):
    name = "regulars.members.tags"
    label = "members_tags"
    verbose_name = "Tags"
