"""What a page says of the deed that led to it, by a word in its address."""

from django.utils.translation import gettext_lazy as _

SAID = {
    "welcome": _("Welcome. This is your card: show it at the counter."),
    "lost": _("The card is blocked. Everything you have is still yours; ask for a new card."),
    "consent": _("Your decision is noted."),
    "ended": _("Signed out there."),
    "asked": _("Your request is with the shop."),
    "withdrawn": _("Your request is withdrawn."),
    "left": _("You are signed out on this phone."),
}
