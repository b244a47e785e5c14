"""How each figure of the first page is computed, in a sentence beside it."""

from django.utils.translation import gettext as _


def sales_words() -> dict[str, str]:
    """About sales."""
    return {
        "sales": _(
            "What was paid after every discount, less what was returned, without freight. A return "
            "counts on the day of its sale; cancelled sales don't count."
        ),
        "share": _("Sales to members, after returns, divided by all sales."),
        "tickets": _("Sales that were not cancelled; a ticket that was returned still counts."),
        "ticket": _("Sales divided by tickets (not by customers)."),
        "joined": _("Who was enrolled or imported with a joining date in the period."),
    }


def member_words() -> dict[str, str]:
    """About members."""
    return {
        "members": _(
            "All who are members now: merged and erased ones don't count. Each is active, dormant, "
            "churned, or has bought nothing yet."
        ),
        "active": _(
            "Members who bought within twice their own purchase cycle (the median of days between "
            "purchases; 90 days where there are fewer than three)."
        ),
        "dormant": _(
            "Members silent for more than twice their own purchase cycle, up to 365 days. Who is "
            "active is not among them."
        ),
        "churned": _("Members whose last purchase was more than 365 days ago."),
    }


def asset_words() -> dict[str, str]:
    """About what members own."""
    return {
        "owed": _(
            "Everything members own, held and not yet usable value included, less what they owe. "
            "In money: as if all of it were paid with at the till's rate."
        ),
        "issued": _("What members gained in the period, less what returns took back."),
        "redeemed": _("What members paid with in the period, less what returns gave back."),
        "expired": _("What ended unused in the period."),
        "expiring": _("What ends within 30 days unless it is used before; measured every hour."),
    }


def cost_words() -> dict[str, str]:
    """About what programs cost."""
    return {
        "cost": _("What was issued in the period, at the rate at which it pays at the till."),
        "rate": _("That cost divided by all sales of the period, whoever bought."),
    }
