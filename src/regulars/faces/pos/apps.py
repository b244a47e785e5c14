from django.apps import AppConfig


class PosConfig(AppConfig):
    name = "regulars.faces.pos"
    label = "faces_pos"
    verbose_name = "Counter"
