"""Regulars: a self-hosted membership system with one ledger for everything a member owns."""

__version__ = "0.1.0.dev0"
