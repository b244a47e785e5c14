"""Finds what rooms declare: their facts, actions, notices, listeners, jobs and screens.

Installed after all rooms, so that every model is loaded when the modules are imported.
"""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

from regulars.foundation import installation
from regulars.foundation.jobs import backups, diagnoses, tasks

# Foundation is no room: what it declares is named here.
FOUNDATION_DECLARES = (installation, backups, diagnoses, tasks)
DECLARED_IN = (
    "books",
    "facts",
    "actions",
    "notices",
    "listeners",
    "parts",
    "sections",
    "columns",
    "approvals",
    "tasks",
    "checks",
    "health",
    "diagnoses",
    "backups",
    "api",
    "console",
    "pos",
    "h5",
)


class DiscoveryConfig(AppConfig):
    """Imports every room's declaring modules once, in the order of the rooms."""

    name = "regulars.foundation.discovery"
    label = "discovery"

    def ready(self) -> None:
        autodiscover_modules(*DECLARED_IN)
