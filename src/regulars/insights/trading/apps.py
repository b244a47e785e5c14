from django.apps import AppConfig


class TradingConfig(AppConfig):
    name = "regulars.insights.trading"
    label = "insights_trading"
    verbose_name = "Trading"
