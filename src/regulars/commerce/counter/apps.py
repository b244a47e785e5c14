from django.apps import AppConfig


class CounterConfig(AppConfig):
    name = "regulars.commerce.counter"
    label = "commerce_counter"
    verbose_name = "Counter"
