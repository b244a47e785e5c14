"""What each scope of an API key allows, in words."""

from django.utils.translation import gettext_lazy

from regulars.foundation.webkit.screens import Text
from regulars.organization.apikeys.types import Scope

SCOPES: dict[str, Text] = {
    Scope.EVENTS_WRITE: gettext_lazy("send sales"),
    Scope.REDEMPTIONS_WRITE: gettext_lazy("redeem points"),
    Scope.MEMBERS_WRITE: gettext_lazy("enrol members"),
    Scope.MEMBERS_READ: gettext_lazy("read members"),
    Scope.MEMBERS_MANAGE: gettext_lazy("merge, freeze, export and erase members"),
    Scope.PROGRAMS_READ: gettext_lazy("read programs"),
    Scope.PROGRAMS_WRITE: gettext_lazy("change programs"),
    Scope.WEBHOOKS: gettext_lazy("manage webhooks"),
    Scope.STORES_WRITE: gettext_lazy("open and change stores"),
    Scope.DEVICES: gettext_lazy("register and revoke devices"),
    Scope.IMPORTS: gettext_lazy("import files"),
    Scope.KEYS: gettext_lazy("list, replace and end API keys"),
}
