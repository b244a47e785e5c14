"""The rights there are, and the roles that come with Regulars.

A right names one thing a person may do; it stays the same for ever. Those of `WHOLE` concern the
merchant as a whole and count only for who has the role at all stores.
"""

from enum import StrEnum


class Right(StrEnum):
    SHOP_VIEW = "shop.view"
    MEMBERS_VIEW = "members.view"
    MEMBERS_MANAGE = "members.manage"
    MEMBERS_ERASE = "members.erase"
    POINTS_ADJUST = "points.adjust"
    FIELDS_MANAGE = "fields.manage"
    CARDS_MAKE = "cards.make"
    TAGS_VIEW = "tags.view"
    SEGMENTS_VIEW = "segments.view"
    SEGMENTS_MANAGE = "segments.manage"
    PROGRAMS_VIEW = "programs.view"
    PROGRAMS_SIMULATE = "programs.simulate"
    PROGRAMS_PUBLISH = "programs.publish"
    PRESETS_VIEW = "presets.view"
    PRESETS_INSTALL = "presets.install"
    ASSETS_VIEW = "assets.view"
    LEVELS_VIEW = "levels.view"
    STORES_VIEW = "stores.view"
    STORES_MANAGE = "stores.manage"
    DEVICES_VIEW = "devices.view"
    DEVICES_MANAGE = "devices.manage"
    STAFF_VIEW = "staff.view"
    STAFF_MANAGE = "staff.manage"
    APIKEYS_VIEW = "apikeys.view"
    APIKEYS_MANAGE = "apikeys.manage"
    WEBHOOKS_MANAGE = "webhooks.manage"
    WEBSHOPS_MANAGE = "webshops.manage"
    IMPORTS_RUN = "imports.run"
    APPROVALS_DECIDE = "approvals.decide"
    OVERRIDES_GIVE = "overrides.give"
    AUDIT_VIEW = "audit.view"
    JOBS_VIEW = "jobs.view"
    JOBS_MANAGE = "jobs.manage"
    SETTINGS_VIEW = "settings.view"
    SETTINGS_MANAGE = "settings.manage"
    COUNTER_SELL = "counter.sell"
    COUNTER_DISCOUNT = "counter.discount"
    COUNTER_REFUND = "counter.refund"
    COUNTER_REFUND_ELSEWHERE = "counter.refund_elsewhere"
    COUNTER_APPROVE = "counter.approve"
    COUNTER_VIEW = "counter.view"
    COUNTER_MANAGE = "counter.manage"


WHOLE = frozenset(
    {
        Right.MEMBERS_ERASE,
        Right.FIELDS_MANAGE,
        Right.CARDS_MAKE,
        Right.SEGMENTS_MANAGE,
        Right.PROGRAMS_PUBLISH,
        Right.PRESETS_INSTALL,
        Right.STORES_MANAGE,
        Right.STAFF_VIEW,
        Right.STAFF_MANAGE,
        Right.APIKEYS_VIEW,
        Right.APIKEYS_MANAGE,
        Right.WEBHOOKS_MANAGE,
        Right.WEBSHOPS_MANAGE,
        Right.IMPORTS_RUN,
        Right.AUDIT_VIEW,
        Right.JOBS_VIEW,
        Right.JOBS_MANAGE,
        Right.SETTINGS_VIEW,
        Right.SETTINGS_MANAGE,
    }
)

# Who has one of these can give value away, or let somebody do it: she shows a second factor.
GIVING = frozenset(
    {
        Right.MEMBERS_MANAGE,
        Right.MEMBERS_ERASE,
        Right.POINTS_ADJUST,
        Right.CARDS_MAKE,
        # Programs give to who is in a segment: who says whom it means decides who gets.
        Right.SEGMENTS_MANAGE,
        Right.PROGRAMS_PUBLISH,
        Right.PRESETS_INSTALL,
        Right.STAFF_MANAGE,
        Right.APIKEYS_MANAGE,
        Right.WEBHOOKS_MANAGE,
        Right.WEBSHOPS_MANAGE,
        Right.IMPORTS_RUN,
        Right.APPROVALS_DECIDE,
        Right.OVERRIDES_GIVE,
        Right.COUNTER_DISCOUNT,
        Right.COUNTER_REFUND,
        Right.COUNTER_REFUND_ELSEWHERE,
        Right.COUNTER_APPROVE,
        # It sets, or lifts, the limits above which a manager is asked.
        Right.COUNTER_MANAGE,
    }
)

_AT_THE_COUNTER = frozenset(
    {
        Right.SHOP_VIEW,
        Right.MEMBERS_VIEW,
        Right.PROGRAMS_VIEW,
        Right.ASSETS_VIEW,
        Right.LEVELS_VIEW,
    }
)
_SELLING = {Right.COUNTER_SELL, Right.COUNTER_DISCOUNT, Right.COUNTER_REFUND}
_MARKETING = _AT_THE_COUNTER | {
    Right.TAGS_VIEW,
    Right.SEGMENTS_VIEW,
    Right.SEGMENTS_MANAGE,
    Right.PROGRAMS_SIMULATE,
    Right.PRESETS_VIEW,
}

READY_MADE: dict[str, frozenset[Right]] = {
    "owner": frozenset(Right),
    "manager": _MARKETING
    | {
        Right.MEMBERS_MANAGE,
        Right.MEMBERS_ERASE,
        Right.POINTS_ADJUST,
        Right.CARDS_MAKE,
        Right.STORES_VIEW,
        Right.DEVICES_VIEW,
        Right.DEVICES_MANAGE,
        Right.WEBHOOKS_MANAGE,
        Right.WEBSHOPS_MANAGE,
        Right.IMPORTS_RUN,
        Right.PRESETS_INSTALL,
        Right.JOBS_VIEW,
        Right.SETTINGS_VIEW,
        Right.APPROVALS_DECIDE,
        Right.OVERRIDES_GIVE,
        Right.COUNTER_REFUND_ELSEWHERE,
        Right.COUNTER_APPROVE,
        Right.COUNTER_VIEW,
        Right.COUNTER_MANAGE,
    }
    | _SELLING,
    "cashier": _AT_THE_COUNTER | _SELLING,
    "marketer": _MARKETING | {Right.PROGRAMS_PUBLISH},
    "auditor": _AT_THE_COUNTER
    | {
        Right.TAGS_VIEW,
        Right.SEGMENTS_VIEW,
        Right.PROGRAMS_SIMULATE,
        Right.PRESETS_VIEW,
        Right.STORES_VIEW,
        Right.DEVICES_VIEW,
        Right.STAFF_VIEW,
        Right.APIKEYS_VIEW,
        Right.AUDIT_VIEW,
        Right.JOBS_VIEW,
        Right.SETTINGS_VIEW,
        Right.COUNTER_VIEW,
    },
}
