from django.apps import AppConfig


class SegmentsConfig(AppConfig):
    name = "regulars.rules.segments"
    label = "rules_segments"
    verbose_name = "Segments"
