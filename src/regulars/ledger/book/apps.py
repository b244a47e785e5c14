from django.apps import AppConfig


class BookConfig(AppConfig):
    name = "regulars.ledger.book"
    label = "ledger_book"
    verbose_name = "Ledger"
