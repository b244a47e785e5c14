"""What each right allows and what is done to an account, in words."""

from django.utils.translation import gettext_lazy as _

from regulars.foundation.webkit.screens import Text
from regulars.organization.staff.rights import Right

# What is done to a person's account, for its log; the second steps and the PIN too.
ACTS: dict[str, Text] = {
    "staff.created": _("Person added to the staff"),
    "staff.updated": _("Person's details changed"),
    "staff.password_set": _("Password set"),
    "staff.role_granted": _("Role given"),
    "staff.role_withdrawn": _("Role taken away"),
    "staff.factor_added": _("Second factor set up"),
    "staff.factor_removed": _("Second factor removed"),
    "staff.factors_reset": _("Second factors reset for a lost phone"),
    "staff.recovery_codes_made": _("Recovery codes made"),
    "staff.recovery_code_used": _("Recovery code used"),
    "staff.pin_set": _("PIN set"),
    "staff.pin_removed": _("PIN removed"),
    "pin.refused": _("PIN refused"),
}

RIGHTS: tuple[tuple[str, Text], ...] = (
    (Right.SHOP_VIEW, _("see today's figures")),
    (Right.MEMBERS_VIEW, _("look up members")),
    (Right.MEMBERS_MANAGE, _("change members and their cards")),
    (Right.MEMBERS_ERASE, _("merge, export and erase members")),
    (Right.POINTS_ADJUST, _("give and take points by hand")),
    (Right.FIELDS_MANAGE, _("define members' own fields")),
    (Right.CARDS_MAKE, _("make cards")),
    (Right.TAGS_VIEW, _("see tags")),
    (Right.SEGMENTS_VIEW, _("see segments")),
    (Right.SEGMENTS_MANAGE, _("change segments")),
    (Right.PROGRAMS_VIEW, _("see programs")),
    (Right.PROGRAMS_SIMULATE, _("try programs on past sales")),
    (Right.PROGRAMS_PUBLISH, _("publish programs")),
    (Right.PRESETS_VIEW, _("see presets")),
    (Right.PRESETS_INSTALL, _("install presets")),
    (Right.ASSETS_VIEW, _("see assets")),
    (Right.LEVELS_VIEW, _("see levels")),
    (Right.STORES_VIEW, _("see stores")),
    (Right.STORES_MANAGE, _("open, change and close stores")),
    (Right.DEVICES_VIEW, _("see devices")),
    (Right.DEVICES_MANAGE, _("register and revoke devices")),
    (Right.STAFF_VIEW, _("see staff and roles")),
    (Right.STAFF_MANAGE, _("give and take roles")),
    (Right.APIKEYS_VIEW, _("see API keys")),
    (Right.APIKEYS_MANAGE, _("make, rotate and revoke API keys")),
    (Right.WEBHOOKS_MANAGE, _("manage webhooks")),
    (Right.WEBSHOPS_MANAGE, _("connect web shops")),
    (Right.IMPORTS_RUN, _("import files")),
    (Right.APPROVALS_DECIDE, _("approve what others ask for")),
    (Right.OVERRIDES_GIVE, _("allow an exception at the counter with a PIN")),
    (Right.AUDIT_VIEW, _("read the log of all acts")),
    (Right.JOBS_VIEW, _("see jobs and the health of the system")),
    (Right.JOBS_MANAGE, _("run failed jobs again")),
    (Right.SETTINGS_VIEW, _("see the settings")),
    (Right.SETTINGS_MANAGE, _("change the settings")),
    (Right.COUNTER_SELL, _("sell at the counter, enrol members, replace cards")),
    (Right.COUNTER_DISCOUNT, _("give discounts at the counter, up to the limit")),
    (Right.COUNTER_REFUND, _("refund at the counter, up to the limit")),
    (Right.COUNTER_REFUND_ELSEWHERE, _("refund what another store of the group sold")),
    (Right.COUNTER_APPROVE, _("void, make day-end sheets, and go above the counter's limits")),
    (Right.COUNTER_VIEW, _("see shifts and day-end sheets")),
    (Right.COUNTER_MANAGE, _("set the limits and texts of counters")),
)
