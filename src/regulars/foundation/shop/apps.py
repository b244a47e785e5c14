from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "regulars.foundation.shop"
    label = "foundation_shop"
    verbose_name = "Shop"
