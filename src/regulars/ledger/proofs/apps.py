from django.apps import AppConfig


class ProofsConfig(AppConfig):
    name = "regulars.ledger.proofs"
    label = "ledger_proofs"
    verbose_name = "Proofs"
