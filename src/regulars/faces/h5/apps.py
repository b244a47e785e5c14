from django.apps import AppConfig


class H5Config(AppConfig):
    name = "regulars.faces.h5"
    label = "faces_h5"
    verbose_name = "Member's phone"
