"""What a new shop does next, until its first sale arrives."""

from datetime import datetime

import msgspec
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.commerce.counter.selectors import counters_exist
from regulars.foundation.database.session import Unit
from regulars.foundation.webkit.pages import may
from regulars.organization.apikeys.selectors import apikeys_list
from regulars.organization.stores.selectors import stores_known
from regulars.rules.programs.selectors import programs_in_force


class Step(msgspec.Struct, frozen=True):
    """One step of the beginning; `href` is where it is done, empty where this person may not."""

    title: str
    why: str
    is_done: bool
    href: str = ""


def steps_left(request: HttpRequest, unit: Unit, now: datetime, *, has_members: bool) -> list[Step]:
    """The steps of a beginning, those that are done marked; none when sales can come in.

    A shop sells at our counter or sends its sales with a key: one of the two is enough.
    """
    has_key = any(key.revoked_at is None for key in apikeys_list())
    has_counter = counters_exist()
    has_store = bool(stores_known(unit))
    has_program = len(programs_in_force(unit, now)) > 0
    if has_store and has_program and has_members and (has_key or has_counter):
        return []
    asked = (
        (
            _("Open your first store"),
            _("Its time zone decides to which day a sale belongs."),
            has_store,
            ("console:stores", "stores.manage"),
        ),
        (
            _("Choose a membership program"),
            _("Take the preset of your trade; everything in it can be changed later."),
            has_program,
            ("console:presets", "presets.install"),
        ),
        (
            _("Bring your members in"),
            _("Import them with their balances from the old system, or enrol them at the till."),
            has_members,
            ("console:imports", "imports.run"),
        ),
        (
            _("Sell at the counter"),
            _("Open it on any computer, enrol a member by phone number and enter an amount."),
            has_counter,
            ("pos:counter", "counter.sell"),
        ),
        (
            _("Connect another till or the web shop"),
            _("With an API key; each sale then appears here at once. The counter needs none."),
            has_key,
            ("console:apikeys", "apikeys.manage"),
        ),
    )
    return [
        Step(title, why, done, reverse(name) if may(request, right) else "")
        for title, why, done, (name, right) in asked
    ]
