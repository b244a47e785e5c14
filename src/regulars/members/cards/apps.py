from django.apps import AppConfig


class CardsConfig(AppConfig):
    name = "regulars.members.cards"
    label = "members_cards"
    verbose_name = "Cards"
