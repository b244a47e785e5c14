from django.apps import AppConfig


class SimulateConfig(AppConfig):
    name = "regulars.rules.simulate"
    label = "rules_simulate"
    verbose_name = "Simulation"
