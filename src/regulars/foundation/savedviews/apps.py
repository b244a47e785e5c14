from django.apps import AppConfig


class SavedViewsConfig(AppConfig):
    name = "regulars.foundation.savedviews"
    label = "foundation_savedviews"
    verbose_name = "Saved views"
